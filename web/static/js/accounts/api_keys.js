// API keys: made, shown once, rotated, revoked.

import { all, call, explain } from "../blocks/api.js";
import { confirmed, fail, formDialog, secretDialog, toast } from "../blocks/dialogs.js";
import { badge, check, element, emptyState, field, iconButton, input, skeleton, table } from "../blocks/elements.js";
import { formatDate } from "../blocks/format.js";
import { byId, has, may, t } from "../blocks/page.js";

const SCOPES = [
  "chat", "knowledge:read", "knowledge:write", "bots:read", "bots:write", "conversations:read", "conversations:write",
  "connections:read", "connections:write", "users:manage", "api_keys:manage", "tenant:manage",
];
const box = byId("list");
const scopeName = (scope) => (has(`scope.${scope}`) ? t(`scope.${scope}`) : scope);

async function show() {
  try {
    const keys = await all("/v1/api-keys");
    box.replaceChildren(keys.length ? table(heads(), keys.map(row)) : emptyState("api_keys", t("api_keys.empty"), t("api_keys.empty_lead")));
  } catch (problem) {
    box.replaceChildren(element("p.card-body", {}, explain(problem)));
  } finally {
    box.removeAttribute("aria-busy");
  }
}

const heads = () => [t("api_keys.name"), t("api_keys.scopes"), t("api_keys.made"), t("api_keys.expires"), t("api_keys.status"), ""];

function row(key) {
  const expired = key.expires_at && new Date(key.expires_at) <= new Date();
  const live = !key.revoked_at && !expired;
  const actions = live
    ? element("div.row-actions", {}, iconButton("rotate", t("api_keys.rotate", { name: key.name }), () => rotate(key)), iconButton("trash", t("api_keys.revoke", { name: key.name }), () => revoke(key), ".danger"))
    : "";
  return [
    element("div", {}, element("div.wrap", {}, key.name), element("code.muted", {}, `${key.prefix}…`)),
    element("div.quick-replies", {}, key.scopes.map((scope) => badge(scopeName(scope)))),
    { content: formatDate(key.created_at), className: "nowrap" },
    { content: key.expires_at ? formatDate(key.expires_at) : t("api_keys.never"), className: "nowrap" },
    live ? badge(t("api_keys.live"), "good") : badge(key.revoked_at ? t("api_keys.revoked") : t("api_keys.expired"), "bad"),
    { content: actions, className: "actions" },
  ];
}

function create() {
  const grantable = SCOPES.filter(may);
  const fields = [
    field(t("api_keys.name"), input({ name: "name", required: true, maxLength: 200, placeholder: t("api_keys.name_example") })),
    element("fieldset", {}, element("legend", {}, t("api_keys.scopes")), grantable.map((scope) => check("scopes", scope, scopeName(scope), scope === "chat"))),
    field(t("api_keys.expires"), input({ name: "expires_at", type: "date" }), t("api_keys.expires_hint")),
  ];
  formDialog(t("api_keys.create"), fields, t("common.create"), async ({ name, expires_at }, form) => {
    const body = { name, scopes: new FormData(form).getAll("scopes") };
    if (expires_at) body.expires_at = new Date(`${expires_at}T23:59:59`).toISOString();
    const made = await call("POST", "/v1/api-keys", body);
    await show();
    return () => secretDialog(t("api_keys.made_title"), t("api_keys.once"), made.secret);
  });
}

async function rotate(key) {
  if (!(await confirmed(t("api_keys.rotate_title"), t("api_keys.rotate_warning", { name: key.name }), t("api_keys.rotate_action")))) return;
  try {
    const made = await call("POST", `/v1/api-keys/${key.id}/rotate`);
    secretDialog(t("api_keys.made_title"), t("api_keys.once"), made.secret);
  } catch (problem) {
    fail(problem);
  }
  await show();
}

async function revoke(key) {
  if (!(await confirmed(t("api_keys.revoke_title"), t("api_keys.revoke_warning", { name: key.name }), t("api_keys.revoke_action")))) return;
  try {
    await call("DELETE", `/v1/api-keys/${key.id}`);
    toast(t("api_keys.revoked"));
  } catch (problem) {
    fail(problem);
  }
  await show();
}

byId("create").addEventListener("click", create);
box.replaceChildren(skeleton(4));
await show();
