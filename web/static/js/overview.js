// Overview: what there is, what to do first, what was asked last.

import { all, list } from "./blocks/api.js";
import { element, icon } from "./blocks/elements.js";
import { formatAgo, formatNumber } from "./blocks/format.js";
import { byId, may, t } from "./blocks/page.js";
import { panel, redraw } from "./blocks/panel.js";

const ifMay = (scope, load, otherwise) => (may(scope) ? load() : otherwise);

function load() {
  return Promise.all([
    ifMay("knowledge:read", () => all("/v1/knowledge-bases"), []),
    ifMay("bots:read", () => all("/v1/bots"), []),
    ifMay("conversations:read", () => list("/v1/conversations", { limit: 6 }), { items: [] }),
  ]);
}

function view([bases, bots, { items: talks }]) {
  redraw(byId("tiles"), tiles(bases, bots));
  redraw(byId("steps"), steps(bases, bots, talks));
  const names = new Map(bots.map((bot) => [bot.id, bot.name]));
  return talks.length ? element("ul.rows", {}, talks.map((talk) => row(talk, names))) : element("p.card-body.muted", {}, t("overview.no_talks"));
}

function tiles(bases, bots) {
  const sum = (name) => bases.reduce((total, base) => total + base[name], 0);
  const tile = (name, value, href, sign) =>
    element("a.card.tile", { href }, element("span.tile-label", {}, icon(sign), t(`overview.${name}`)), element("span.tile-value", {}, formatNumber(value)));
  return [
    tile("knowledge_bases", bases.length, "/admin/knowledge", "knowledge_bases"),
    tile("documents", sum("document_count"), "/admin/knowledge", "upload"),
    tile("chunks", sum("chunk_count"), "/admin/knowledge", "search"),
    tile("bots", bots.length, "/admin/bots", "bots"),
  ];
}

function steps(bases, bots, talks) {
  const found = [
    ["upload", "/admin/knowledge", "knowledge:read", bases.some((base) => base.document_count > 0)],
    ["ask", "/admin/test", "chat", talks.length > 0],
    ["embed", "/admin/bots", "bots:read", bots.some((bot) => bot.allowed_origins.length > 0)],
  ];
  return found.map(([name, href, scope, done], index) =>
    element(
      done ? "li.done" : "li",
      {},
      element("span.step-mark", {}, done ? icon("check") : String(index + 1), done ? element("span.visually-hidden", {}, t("common.done")) : null),
      element("div", {}, element("h3", {}, may(scope) ? element("a", { href }, t(`overview.step_${name}`)) : t(`overview.step_${name}`)), element("p.muted.small", {}, t(`overview.step_${name}_lead`))),
    ),
  );
}

function row(talk, names) {
  return element(
    "li",
    {},
    element("div", {}, element("a.clip", { href: `/admin/conversations/${talk.id}` }, talk.user_id), element("div.muted.small.clip", {}, names.get(talk.bot_id) ?? "")),
    element("span.muted.small.nowrap", {}, formatAgo(talk.updated_at)),
  );
}

await panel(byId("recent"), load, view)();
