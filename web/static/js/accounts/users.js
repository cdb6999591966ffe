// The people of this organisation and their roles.

import { all, call, explain } from "../blocks/api.js";
import { confirmed, fail, formDialog, toast } from "../blocks/dialogs.js";
import { badge, element, field, iconButton, input, select, skeleton, table } from "../blocks/elements.js";
import { formatDate } from "../blocks/format.js";
import { byId, t, viewer } from "../blocks/page.js";

const ROLES = ["owner", "admin", "editor", "agent", "viewer"];
const box = byId("list");
const roleOptions = () => ROLES.slice(ROLES.indexOf(viewer.role)).map((role) => [role, t(`role.${role}`)]);

async function show() {
  try {
    const users = await all("/v1/users");
    const heads = [t("users.name"), t("users.role"), t("users.status"), t("users.added"), ""];
    box.replaceChildren(table(heads, users.map(row)));
  } catch (problem) {
    box.replaceChildren(element("p.card-body", {}, explain(problem)));
  } finally {
    box.removeAttribute("aria-busy");
  }
}

function row(user) {
  const actions = element(
    "div.row-actions",
    {},
    iconButton("edit", t("users.edit", { name: user.email }), () => edit(user)),
    user.email === viewer.email ? null : iconButton("trash", t("users.delete", { name: user.email }), () => remove(user), ".danger"),
  );
  return [
    element("div", {}, element("div.wrap", {}, user.name || user.email), element("div.muted.small.wrap", {}, user.email)),
    t(`role.${user.role}`),
    user.is_active ? badge(t("users.active"), "good") : badge(t("users.disabled"), "bad"),
    { content: formatDate(user.created_at), className: "nowrap" },
    { content: actions, className: "actions" },
  ];
}

function create() {
  const fields = [
    field(t("users.email"), input({ name: "email", type: "email", required: true, maxLength: 254 })),
    field(t("users.name"), input({ name: "name", maxLength: 200 })),
    field(t("users.role"), select("role", roleOptions(), "editor"), t("users.role_hint")),
    field(t("users.password"), input({ name: "password", type: "password", required: true, minLength: 10, autocomplete: "new-password" }), t("users.password_hint")),
  ];
  formDialog(t("users.create"), fields, t("common.add"), async (values) => {
    await call("POST", "/v1/users", values);
    await show();
  });
}

function edit(user) {
  const fields = [
    field(t("users.name"), input({ name: "name", maxLength: 200, value: user.name })),
    field(t("users.role"), select("role", roleOptions(), user.role)),
    field(t("users.status"), select("is_active", [["yes", t("users.active")], ["no", t("users.disabled")]], user.is_active ? "yes" : "no")),
  ];
  formDialog(user.email, fields, t("common.save"), async ({ name, role, is_active: active }) => {
    await call("PATCH", `/v1/users/${user.id}`, { name, role, is_active: active === "yes" });
    toast(t("common.saved"));
    await show();
  });
}

async function remove(user) {
  if (!(await confirmed(t("users.delete_title"), t("users.delete_warning", { name: user.email }), t("common.delete")))) return;
  try {
    await call("DELETE", `/v1/users/${user.id}`);
    toast(t("common.deleted"));
  } catch (problem) {
    fail(problem);
  }
  await show();
}

byId("create").addEventListener("click", create);
box.replaceChildren(skeleton(4));
await show();
