// One bot: the widget's snippet, where it may stand, what the bot reads and says.

import { all, call, explain, get } from "../blocks/api.js";
import { confirmed, copy, fail, toast } from "../blocks/dialogs.js";
import { element } from "../blocks/elements.js";
import { LANGUAGES, check, field, input, onSubmit, select, submitButton, textarea } from "../blocks/forms.js";
import { baseUrl, byId, may, objectId, t } from "../blocks/page.js";

const path = `/v1/bots/${objectId}`;
const writable = may("bots:write");
let bot = null;

function show() {
  byId("name").textContent = bot.name;
  byId("understanding").href = `/admin/bots/${bot.id}/understanding`;
  byId("try")?.setAttribute("href", `/admin/test?bot=${bot.id}`);
  byId("snippet").textContent = `<script src="${baseUrl}/widget.js" data-bot="${bot.widget_key}" async></script>`;
  byId("origins").value = bot.allowed_origins.join("\n");
  byId("origins").readOnly = !writable;
}

async function save(change) {
  bot = await call("PATCH", path, change);
  show();
  toast(t("common.saved"));
}

function settings(bases) {
  const greeting = (name) => textarea({ name: `greeting_${name}`, lang: name, maxLength: 1000, value: bot.greeting[name] ?? "" });
  const linked = bases.length
    ? bases.map((base) => check("knowledge_base_ids", base.id, base.name, bot.knowledge_base_ids.includes(base.id)))
    : [element("p.hint", {}, t("bot.no_bases"))];
  const threshold = input({ name: "answer_threshold", type: "number", min: 0, max: 1, step: 0.01, value: bot.answer_threshold ?? "", placeholder: t("bot.threshold_default") });
  return [
    element(
      "div.form-columns",
      {},
      field(t("bots.name"), input({ name: "name", required: true, maxLength: 200, value: bot.name })),
      field(t("bots.language"), select("default_language", LANGUAGES, bot.default_language)),
      field(t("bot.timezone"), input({ name: "timezone", required: true, value: bot.timezone })),
      field(t("bot.threshold"), threshold, t("bot.threshold_hint")),
    ),
    element("div.form-columns", {}, field(t("bot.greeting_zh"), greeting("zh")), field(t("bot.greeting_en"), greeting("en"))),
    element("fieldset", {}, element("legend", {}, t("bot.bases")), linked),
    element("div", {}, check("is_active", "yes", t("bot.is_active"), bot.is_active), check("is_default", "yes", t("bot.is_default"), bot.is_default, bot.is_default)),
    writable ? element("div.button-row", {}, submitButton(t("common.save")), bot.is_default ? null : element("button.button", { type: "button", onclick: remove }, t("bot.delete"))) : "",
  ];
}

async function remove() {
  if (!(await confirmed(t("bot.delete"), t("bot.delete_warning", { name: bot.name }), t("common.delete")))) return;
  await call("DELETE", path).then(() => location.assign("/admin/bots"), fail);
}

byId("copy").addEventListener("click", () => copy(byId("snippet").textContent, byId("copy")));
onSubmit(byId("origins-form"), () => {
  const lines = byId("origins").value.split(/[\s,，]+/).filter(Boolean);
  return save({ allowed_origins: [...new Set(lines.map(originOf))] });
});
onSubmit(byId("settings"), (form) => {
  const change = {
    name: form.get("name"),
    default_language: form.get("default_language"),
    timezone: form.get("timezone"),
    answer_threshold: form.get("answer_threshold") === "" ? null : Number(form.get("answer_threshold")),
    greeting: { zh: form.get("greeting_zh"), en: form.get("greeting_en") },
    knowledge_base_ids: form.getAll("knowledge_base_ids"),
    is_active: form.has("is_active"),
  };
  if (form.has("is_default") && !bot.is_default) change.is_default = true;
  return save(change);
});

// People paste whole addresses: an origin is what comes before the path.
function originOf(text) {
  try {
    const url = new URL(text.includes("://") ? text : `https://${text}`);
    return url.origin === "null" ? text : url.origin;
  } catch {
    return text;
  }
}

try {
  const [found, bases] = await Promise.all([get(path), may("knowledge:read") ? all("/v1/knowledge-bases") : []]);
  bot = found;
  show();
  byId("settings").replaceChildren(...settings(bases));
  if (!writable) for (const control of byId("settings").elements) control.disabled = true;
} catch (problem) {
  byId("name").textContent = explain(problem);
}
