// A page that lists the objects of one kind, and makes, changes and deletes them: whatever changed is shown anew.

import { all, call } from "./api.js";
import { formDialog, removal, toast } from "./dialogs.js";
import { byId, t } from "./page.js";
import { panel } from "./panel.js";

// A dialog in which an object is written, a new one where `one` is null: `body(values, form)` is sent, `told` said, and
// `then(answer)` follows; a function that it resolves to is called once the dialog is gone.
export function writeDialog({ path, one = null, title, fields, action = t("common.save"), body = (values) => values, told = t("common.saved"), then }) {
  formDialog(title, fields, action, async (values, form) => {
    const answer = await call(one ? "PATCH" : "POST", one ? `${path}/${one.id}` : path, body(values, form));
    if (told) toast(told);
    return then(answer);
  });
}

// `form(one)` is what `writeDialog` needs to know; `made(answer)` follows a new object instead of its being listed.
export function listPage({ box = byId("list"), path, load = () => all(path), view, form, made, ...options }) {
  const show = panel(box, load, view, options);
  const edit = (one = null) => writeDialog({ path, one, ...form(one), ...(!one && made ? { told: "", then: made } : { then: show }) });
  byId("create")?.addEventListener("click", () => edit());
  return { show, edit, remove: (one, title, warning) => removal(`${path}/${one.id}`, title, warning, show) };
}
