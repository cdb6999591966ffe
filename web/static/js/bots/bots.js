// The bots of this organisation.

import { all, call, explain } from "../blocks/api.js";
import { formDialog } from "../blocks/dialogs.js";
import { badge, element, emptyState, field, input, select, skeleton } from "../blocks/elements.js";
import { byId, may, t } from "../blocks/page.js";

const box = byId("list");

function card(bot) {
  const origins = bot.allowed_origins.length ? bot.allowed_origins.join(", ") : t("bots.no_origins");
  return element(
    "article.card.kb-card",
    {},
    element("h2.wrap", {}, element("a", { href: `/admin/bots/${bot.id}` }, bot.name)),
    element("p.wrap", {}, t("bots.facts", { language: t(`common.language_${bot.default_language}`), count: bot.knowledge_base_ids.length })),
    element("p.wrap.muted.small", {}, origins),
    element(
      "div.kb-foot",
      {},
      element(
        "div.button-row",
        {},
        bot.is_active ? badge(t("bots.active"), "good") : badge(t("bots.inactive"), "bad"),
        bot.is_default ? badge(t("bots.default"), "accent") : null,
      ),
    ),
  );
}

function create() {
  const languages = [["zh", t("common.language_zh")], ["en", t("common.language_en")]];
  const fields = [
    field(t("bots.name"), input({ name: "name", required: true, maxLength: 200 })),
    field(t("bots.language"), select("default_language", languages, "zh")),
  ];
  formDialog(t("bots.create"), fields, t("common.create"), async ({ name, default_language }) => {
    const made = await call("POST", "/v1/bots", { name, default_language });
    location.assign(`/admin/bots/${made.id}`);
  });
}

byId("create")?.addEventListener("click", create);
box.replaceChildren(skeleton(4));
try {
  const bots = await all("/v1/bots");
  const action = may("bots:write") ? element("button.button.button-primary", { type: "button", onclick: create }, t("bots.create")) : null;
  box.replaceChildren(
    bots.length
      ? element("div.cards", {}, bots.map(card))
      : element("section.card", {}, emptyState("bots", t("bots.empty"), t("bots.empty_lead"), action)),
  );
} catch (problem) {
  box.replaceChildren(element("p.note.note-bad", {}, explain(problem)));
} finally {
  box.removeAttribute("aria-busy");
}
