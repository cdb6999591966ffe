// Fields with their labels, and forms that are sent by script.

import { fail } from "./dialogs.js";
import { action, element } from "./elements.js";
import { t } from "./page.js";

// The languages that bots answer in, as options.
export const LANGUAGES = ["zh", "en"].map((code) => [code, t(`common.language_${code}`)]);

export function field(label, input, hint = "") {
  if (!input.id) input.id = `field-${input.name || Math.random().toString(36).slice(2)}`;
  const note = hint ? element("p.hint", { id: `${input.id}-hint` }, hint) : null;
  if (note) input.setAttribute("aria-describedby", note.id);
  return element("div.field", {}, element("label", { htmlFor: input.id }, label), input, note);
}

export function input(properties) {
  return element("input.input", { type: "text", autocomplete: "off", ...properties });
}

export const textarea = (properties, kind = "") => element(`textarea.input${kind}`, properties);

export function select(name, options, chosen) {
  const choices = options.map(([value, text]) => element("option", { value, selected: value === chosen }, text));
  return element("select.input", { name }, choices);
}

export function check(name, value, label, checked, disabled = false) {
  return element("label.check", {}, element("input", { type: "checkbox", name, value, checked, disabled }), element("span.wrap", {}, label));
}

export const submitButton = (label) => element("button.button.button-primary", { type: "submit" }, label);

// A control rests while its work is done, and then has the focus again if it had it. What goes wrong is told.
export async function resting(control, work) {
  const held = document.activeElement === control;
  control.disabled = true;
  try {
    await work();
  } catch (problem) {
    fail(problem);
  } finally {
    control.disabled = false;
    if (held && document.activeElement === document.body) control.focus();
  }
}

// `work(values)` instead of sending the form.
export function onSubmit(form, work) {
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    resting(event.submitter ?? form, () => work(new FormData(form)));
  });
}

// A text that is written where it stands: `node` holds a form with `area` until it is saved or given up, and then what
// `back()` puts there again.
export function writeInPlace(node, shape, area, save, back) {
  const close = () => {
    back();
    node.querySelector("button")?.focus();
  };
  const buttons = [element("button.button.button-small.button-primary", { type: "submit" }, t("common.save")), action("", t("common.cancel"), close)];
  const form = element(shape, {}, area, element("div.button-row", {}, buttons));
  form.addEventListener("keydown", (event) => event.key === "Escape" && close());
  onSubmit(form, async () => {
    await save(area.value);
    close();
  });
  node.replaceChildren(form);
  area.focus();
}
