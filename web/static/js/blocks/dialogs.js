// Questions, forms and short news. Native <dialog>: the browser keeps the focus inside and gives it back.

import { call, explain } from "./api.js";
import { element, icon, iconButton } from "./elements.js";
import { byId, t } from "./page.js";

export function toast(text, kind = "good") {
  const box = byId("toasts");
  const line = element(`div.toast.toast-${kind}`, {}, element("span.wrap", {}, text));
  box.append(line);
  setTimeout(() => line.remove(), kind === "bad" ? 9000 : 4500);
}

export const fail = (problem) => toast(explain(problem), "bad");

// News that also stay where the page has a place for them.
export function tell(text, kind = "good") {
  if (byId("news")) byId("news").textContent = text;
  toast(text, kind);
}

// Waits for `work` and says `told` (or what that makes of the answer), or else why not. Resolves to whether it was done.
export async function attempt(work, told = "") {
  try {
    const answer = await work;
    const text = typeof told === "function" ? told(answer) : told;
    if (text) tell(text);
    return true;
  } catch (problem) {
    fail(problem);
    return false;
  }
}

// Deletes what is at `path` once the person has confirmed; `then` follows either way.
export async function removal(path, title, warning, then, { action = t("common.delete"), told = t("common.deleted") } = {}) {
  if (!(await confirmed(title, warning, action))) return;
  await attempt(call("DELETE", path), told);
  await then();
}

function frame(shape, title, onClose) {
  const heading = element("h2.wrap", { id: `dialog-${Date.now()}` }, title);
  const dialog = element(shape, { "aria-labelledby": heading.id });
  dialog.append(element("div.dialog-head", {}, heading, iconButton("close", t("common.close"), () => dialog.close())));
  dialog.addEventListener("close", () => {
    dialog.remove();
    onClose?.();
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  return dialog;
}

function foot(dialog, button) {
  return element("div.dialog-foot", {}, element("button.button", { type: "button", autofocus: true, onclick: () => dialog.close() }, t("common.cancel")), button);
}

// Resolves to true when the person confirms.
export function confirmed(title, text, action) {
  return new Promise((resolve) => {
    const dialog = frame("dialog", title, () => resolve(dialog.returnValue === "yes"));
    const yes = element("button.button.button-danger", { type: "button", onclick: () => dialog.close("yes") }, action);
    dialog.append(element("div.dialog-body", {}, element("p.wrap", {}, text)), foot(dialog, yes));
    dialog.showModal();
  });
}

// A form in a dialog. `save(values, form)` may throw: the dialog then stays and says why. What it returns is called
// once the dialog is gone.
export function formDialog(title, fields, action, save) {
  const dialog = frame("dialog", title);
  const trouble = element("p.note.note-bad", { role: "alert", hidden: true });
  const submit = element("button.button.button-primary", { type: "submit" }, action);
  const form = element("form", { method: "dialog" }, element("div.dialog-body", {}, trouble, fields), foot(dialog, submit));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    trouble.hidden = true;
    try {
      const next = await save(Object.fromEntries(new FormData(form)), form);
      dialog.close();
      if (typeof next === "function") next();
    } catch (problem) {
      trouble.textContent = explain(problem);
      trouble.hidden = false;
    } finally {
      submit.disabled = false;
    }
  });
  dialog.append(form);
  dialog.showModal();
  form.querySelector("input, select, textarea")?.focus();
}

// A panel at the right; the caller fills `body`.
export function drawer(title, { wide = false } = {}) {
  const dialog = frame(wide ? "dialog.drawer.wide" : "dialog.drawer", title);
  const body = element("div.dialog-body");
  dialog.append(body);
  dialog.showModal();
  return { dialog, body };
}

// Shows a secret once, with a button to copy it.
export function secretDialog(title, text, secret) {
  const dialog = frame("dialog", title);
  const button = iconButton("copy", t("common.copy"), () => copy(secret, button));
  dialog.append(
    element("div.dialog-body", {}, element("p", {}, text), element("div.secret", {}, element("code", {}, secret), button)),
    element("div.dialog-foot", {}, element("button.button.button-primary", { type: "button", onclick: () => dialog.close() }, t("common.done"))),
  );
  dialog.showModal();
}

export async function copy(text, button) {
  await (navigator.clipboard?.writeText(text) ?? Promise.reject()).catch(() => copyBySelection(text, button));
  button.replaceChildren(icon("check"));
  toast(t("common.copied"));
  setTimeout(() => button.replaceChildren(icon("copy")), 2000);
}

// navigator.clipboard exists on https and localhost only.
function copyBySelection(text, near) {
  const area = element("textarea", { value: text, readOnly: true });
  near.after(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}
