// A page that lists the objects of one kind, and makes, changes and deletes them: whatever changed is shown anew.

import { all, call } from "./api.js";
import { formDialog, removal, toast } from "./dialogs.js";
import { byId, t } from "./page.js";
import { panel } from "./panel.js";

// `form(one)` says how one is written, null being a new one: its title, its fields, and `body(values, form)` to send;
// `made(answer)` is what follows a new one instead of its being listed.
export function listPage({ box = byId("list"), path, load = () => all(path), view, form, made, ...options }) {
  const show = panel(box, load, view, options);
  const edit = (one = null) => {
    const { title, fields, action = t("common.save"), body } = form(one);
    formDialog(title, fields, action, async (values, sent) => {
      const answer = await (one ? call("PATCH", `${path}/${one.id}`, body(values, sent)) : call("POST", path, body(values, sent)));
      if (!one && made) return made(answer);
      toast(t("common.saved"));
      return void (await show());
    });
  };
  byId("create")?.addEventListener("click", () => edit());
  return { show, edit, remove: (one, title, warning) => removal(`${path}/${one.id}`, title, warning, show) };
}
