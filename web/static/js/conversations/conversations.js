// What users and bots talked about, newest first.

import { all, explain, list } from "../blocks/api.js";
import { badge, element, emptyState, skeleton, table } from "../blocks/elements.js";
import { formatAgo, formatNumber } from "../blocks/format.js";
import { byId, has, may, t } from "../blocks/page.js";

const box = byId("list");
const bot = byId("bot");
const bots = may("bots:read") ? await all("/v1/bots").catch(() => []) : [];
const names = new Map(bots.map((one) => [one.id, one.name]));
const STATUS = { open: "good", handed_over: "warn", closed: "" };

bot.append(element("option", { value: "" }, t("conversations.all_bots")), ...bots.map((one) => element("option", { value: one.id }, one.name)));
bot.addEventListener("change", show);

async function show() {
  const talks = [];
  let cursor = null;
  const load = async () => {
    try {
      const page = await list("/v1/conversations", { limit: 30, cursor, ...(bot.value ? { bot_id: bot.value } : {}) });
      talks.push(...page.items);
      cursor = page.next_cursor;
      draw(talks, cursor ? load : null);
    } catch (problem) {
      box.replaceChildren(element("p.card-body", {}, explain(problem)));
    } finally {
      box.removeAttribute("aria-busy");
    }
  };
  box.replaceChildren(skeleton(6));
  await load();
}

function draw(talks, more) {
  if (!talks.length) {
    box.replaceChildren(emptyState("conversations", t("conversations.empty"), t("conversations.empty_lead")));
    return;
  }
  const rows = talks.map((talk) => [
    element("div.talk-name", {}, element("a.wrap", { href: `/admin/conversations/${talk.id}` }, talk.user_id), element("div.muted.small.clip", {}, talk.session_id)),
    element("span.wrap", {}, names.get(talk.bot_id) ?? "–"),
    t(`conversations.channel_${talk.channel}`).startsWith("conversations.") ? talk.channel : t(`conversations.channel_${talk.channel}`),
    has(`common.language_${talk.language}`) ? t(`common.language_${talk.language}`) : "–",
    { content: formatNumber(talk.message_count), className: "number" },
    badge(t(`status.${talk.status}`), STATUS[talk.status]),
    element("span.muted.small", {}, formatAgo(talk.updated_at)),
  ]);
  const heads = ["user", "bot", "channel", "language", "messages", "status", "last"].map((name) => t(`conversations.${name}`));
  const button = more ? element("div.card-body", {}, element("button.button", { type: "button", onclick: more }, t("common.more"))) : null;
  box.replaceChildren(table(heads, rows), ...(button ? [button] : []));
}

await show();
