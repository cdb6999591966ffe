// Questions, forms and short news. Native <dialog>: the browser keeps the focus inside and gives it back.

import { explain } from "./api.js";
import { element, icon, iconButton } from "./elements.js";
import { byId, t } from "./page.js";

export function toast(text, kind = "good") {
  const box = byId("toasts");
  const line = element(`div.toast.toast-${kind}`, {}, element("span.wrap", {}, text));
  box.append(line);
  setTimeout(() => line.remove(), kind === "bad" ? 9000 : 4500);
}

export const fail = (problem) => toast(explain(problem), "bad");

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

// Resolves to true when the person confirms.
export function confirmed(title, text, action) {
  return new Promise((resolve) => {
    let answer = false;
    const dialog = frame("dialog", title, () => resolve(answer));
    const yes = () => {
      answer = true;
      dialog.close();
    };
    dialog.append(
      element("div.dialog-body", {}, element("p.wrap", {}, text)),
      element(
        "div.dialog-foot",
        {},
        element("button.button", { type: "button", autofocus: true, onclick: () => dialog.close() }, t("common.cancel")),
        element("button.button.button-danger", { type: "button", onclick: yes }, action),
      ),
    );
    dialog.showModal();
  });
}

// A form in a dialog. `save(values, form)` may throw: the dialog then stays and says why. What it returns is called
// once the dialog is gone.
export function formDialog(title, fields, action, save) {
  const dialog = frame("dialog", title);
  const trouble = element("p.note.note-bad", { role: "alert", hidden: true });
  const submit = element("button.button.button-primary", { type: "submit" }, action);
  const form = element(
    "form",
    {
      method: "dialog",
      onsubmit: async (event) => {
        event.preventDefault();
        submit.disabled = true;
        trouble.hidden = true;
        try {
          const next = await save(Object.fromEntries(new FormData(form)), form);
          dialog.close();
          next?.();
        } catch (problem) {
          trouble.textContent = explain(problem);
          trouble.hidden = false;
        } finally {
          submit.disabled = false;
        }
      },
    },
    element("div.dialog-body", {}, trouble, fields),
    element(
      "div.dialog-foot",
      {},
      element("button.button", { type: "button", onclick: () => dialog.close() }, t("common.cancel")),
      submit,
    ),
  );
  dialog.append(form);
  dialog.showModal();
  form.querySelector("input, select, textarea")?.focus();
  return dialog;
}

// A panel at the right; the caller fills `body`.
export function drawer(title) {
  const dialog = frame("dialog.drawer", title);
  const body = element("div.dialog-body");
  dialog.append(body);
  dialog.showModal();
  return { dialog, body };
}

// Shows a secret once, with a button to copy it.
export function secretDialog(title, text, secret) {
  const dialog = frame("dialog", title);
  dialog.append(
    element(
      "div.dialog-body",
      {},
      element("p", {}, text),
      element("div.secret", {}, element("code", {}, secret), copyButton(() => secret)),
    ),
    element("div.dialog-foot", {}, element("button.button.button-primary", { type: "button", onclick: () => dialog.close() }, t("common.done"))),
  );
  dialog.showModal();
}

export function copyButton(text) {
  const button = iconButton("copy", t("common.copy"), () => copy(text(), button));
  return button;
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
