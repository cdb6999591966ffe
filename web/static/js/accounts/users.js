// The people of this organisation and their roles.

import { badge, element, iconButton } from "../blocks/elements.js";
import { formatDate } from "../blocks/format.js";
import { field, input, select } from "../blocks/forms.js";
import { listPage } from "../blocks/list_page.js";
import { t, viewer } from "../blocks/page.js";
import { controls, table } from "../blocks/table.js";

const ROLES = ["owner", "admin", "editor", "agent", "viewer"];
const STATUS = [["yes", t("users.active")], ["no", t("users.disabled")]];
const HEADS = [...["name", "role", "status", "added"].map((name) => t(`users.${name}`)), ""];
const roleOptions = ROLES.slice(ROLES.indexOf(viewer.role)).map((role) => [role, t(`role.${role}`)]);

function cells(user) {
  const warning = t("users.delete_warning", { name: user.email });
  return [
    element("div", {}, element("div.wrap", {}, user.name || user.email), element("div.muted.small.wrap", {}, user.email)),
    t(`role.${user.role}`),
    user.is_active ? badge(t("users.active"), "good") : badge(t("users.disabled"), "bad"),
    { content: formatDate(user.created_at), className: "nowrap" },
    controls(
      iconButton("edit", t("users.edit", { name: user.email }), () => page.edit(user)),
      user.email === viewer.email ? null : iconButton("trash", t("users.delete", { name: user.email }), () => page.remove(user, t("users.delete_title"), warning), ".danger"),
    ),
  ];
}

const nameField = (value = "") => field(t("users.name"), input({ name: "name", maxLength: 200, value }));

const newForm = () => ({
  title: t("users.create"),
  action: t("common.add"),
  fields: [
    field(t("users.email"), input({ name: "email", type: "email", required: true, maxLength: 254 })),
    nameField(),
    field(t("users.role"), select("role", roleOptions, "editor"), t("users.role_hint")),
    field(t("users.password"), input({ name: "password", type: "password", required: true, minLength: 10, autocomplete: "new-password" }), t("users.password_hint")),
  ],
});

const changeForm = (user) => ({
  title: user.email,
  fields: [
    nameField(user.name),
    field(t("users.role"), select("role", roleOptions, user.role)),
    field(t("users.status"), select("is_active", STATUS, user.is_active ? "yes" : "no")),
  ],
  body: ({ name, role, is_active: active }) => ({ name, role, is_active: active === "yes" }),
});

const page = listPage({
  path: "/v1/users",
  view: (users) => table(HEADS, users.map(cells)),
  form: (user) => (user ? changeForm(user) : newForm()),
});
await page.show();
