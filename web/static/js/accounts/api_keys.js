// API keys: made, shown once, rotated, revoked.

import { call } from "../blocks/api.js";
import { attempt, confirmed, removal, secretDialog } from "../blocks/dialogs.js";
import { badge, element, iconButton } from "../blocks/elements.js";
import { formatDate } from "../blocks/format.js";
import { check, field, input } from "../blocks/forms.js";
import { listPage } from "../blocks/list_page.js";
import { may, t } from "../blocks/page.js";
import { emptyState } from "../blocks/panel.js";
import { controls, table } from "../blocks/table.js";

const SCOPES = [
  "chat", "knowledge:read", "knowledge:write", "bots:read", "bots:write", "conversations:read", "conversations:write",
  "connections:read", "connections:write", "users:manage", "api_keys:manage", "tenant:manage",
];
const HEADS = [...["name", "scopes", "made", "expires", "status"].map((name) => t(`api_keys.${name}`)), ""];
const path = "/v1/api-keys";
const scopeName = (scope) => t(`scope.${scope}`, {}, scope);
const showSecret = ({ secret }) => secretDialog(t("api_keys.made_title"), t("api_keys.once"), secret);

function cells(key) {
  const expired = key.expires_at && new Date(key.expires_at) <= new Date();
  const live = !key.revoked_at && !expired;
  const rotation = iconButton("rotate", t("api_keys.rotate", { name: key.name }), () => rotate(key));
  const revocation = iconButton("trash", t("api_keys.revoke", { name: key.name }), () => revoke(key), ".danger");
  return [
    element("div", {}, element("div.wrap", {}, key.name), element("code.muted", {}, `${key.prefix}…`)),
    element("div.quick-replies", {}, key.scopes.map((scope) => badge(scopeName(scope)))),
    { content: formatDate(key.created_at), className: "nowrap" },
    { content: key.expires_at ? formatDate(key.expires_at) : t("api_keys.never"), className: "nowrap" },
    live ? badge(t("api_keys.live"), "good") : badge(key.revoked_at ? t("api_keys.revoked") : t("api_keys.expired"), "bad"),
    live ? controls(rotation, revocation) : { className: "actions" },
  ];
}

const form = () => ({
  title: t("api_keys.create"),
  action: t("common.create"),
  fields: [
    field(t("api_keys.name"), input({ name: "name", required: true, maxLength: 200, placeholder: t("api_keys.name_example") })),
    element("fieldset", {}, element("legend", {}, t("api_keys.scopes")), SCOPES.filter(may).map((scope) => check("scopes", scope, scopeName(scope), scope === "chat"))),
    field(t("api_keys.expires"), input({ name: "expires_at", type: "date" }), t("api_keys.expires_hint")),
  ],
  body: ({ name, expires_at: last }, sent) => ({ name, scopes: new FormData(sent).getAll("scopes"), ...(last && { expires_at: new Date(`${last}T23:59:59`).toISOString() }) }),
});

async function made(key) {
  await page.show();
  return () => showSecret(key);
}

async function rotate(key) {
  if (!(await confirmed(t("api_keys.rotate_title"), t("api_keys.rotate_warning", { name: key.name }), t("api_keys.rotate_action")))) return;
  await attempt(call("POST", `${path}/${key.id}/rotate`).then(showSecret));
  await page.show();
}

const revoke = (key) =>
  removal(`${path}/${key.id}`, t("api_keys.revoke_title"), t("api_keys.revoke_warning", { name: key.name }), page.show, { action: t("api_keys.revoke_action"), told: t("api_keys.revoked") });

const page = listPage({
  path,
  view: (keys) => table(HEADS, keys.map(cells)),
  empty: () => emptyState("api_keys", t("api_keys.empty"), t("api_keys.empty_lead")),
  form,
  made,
});
await page.show();
