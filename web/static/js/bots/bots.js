// The bots of this organisation.

import { badge, element } from "../blocks/elements.js";
import { LANGUAGES, field, input, select } from "../blocks/forms.js";
import { listPage } from "../blocks/list_page.js";
import { may, t } from "../blocks/page.js";
import { emptyState } from "../blocks/panel.js";

function card(bot) {
  const origins = bot.allowed_origins.length ? bot.allowed_origins.join(", ") : t("bots.no_origins");
  const state = bot.is_active ? badge(t("bots.active"), "good") : badge(t("bots.inactive"), "bad");
  return element(
    "article.card.kb-card",
    {},
    element("h2.wrap", {}, element("a", { href: `/admin/bots/${bot.id}` }, bot.name)),
    element("p.wrap", {}, t("bots.facts", { language: t(`common.language_${bot.default_language}`), count: bot.knowledge_base_ids.length })),
    element("p.wrap.muted.small", {}, origins),
    element("div.kb-foot", {}, element("div.button-row", {}, state, bot.is_default ? badge(t("bots.default"), "accent") : null)),
  );
}

function empty() {
  const start = may("bots:write") ? element("button.button.button-primary", { type: "button", onclick: () => page.edit() }, t("bots.create")) : null;
  return element("section.card", {}, emptyState("bots", t("bots.empty"), t("bots.empty_lead"), start));
}

const form = () => ({
  title: t("bots.create"),
  action: t("common.create"),
  fields: [
    field(t("bots.name"), input({ name: "name", required: true, maxLength: 200 })),
    field(t("bots.language"), select("default_language", LANGUAGES, "zh")),
  ],
});

const page = listPage({
  path: "/v1/bots",
  view: (bots) => element("div.cards", {}, bots.map(card)),
  empty,
  form,
  made: ({ id }) => location.assign(`/admin/bots/${id}`),
});
await page.show();
