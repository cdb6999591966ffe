// A question put to the knowledge base: what each side found, how both were joined, and what comes of it.

import { call } from "../blocks/api.js";
import { badge, element } from "../blocks/elements.js";
import { formatMilliseconds, formatNumber, formatPlace, languageName, percent } from "../blocks/format.js";
import { onSubmit } from "../blocks/forms.js";
import { byId, t } from "../blocks/page.js";
import { emptyState, panel } from "../blocks/panel.js";
import { card, meter, paddedCard, tile } from "../blocks/report.js";
import { basePath, pagePath, showHead } from "./head.js";

const SIDES = ["dense", "body", "title", "presence", "sentence", "pairs"];
const STEPS = ["embed", "dense", "lexical", "search", "texts", "answer"];

function tiles(found) {
  const { answer, threshold } = found;
  const source = found.threshold_source === "knowledge_base" ? t("knowledge.threshold_own") : t("knowledge.threshold_default");
  const threshold_hint = element("a", { href: `${pagePath}/calibration` }, source);
  return element(
    "div.tiles",
    {},
    tile(t("knowledge_lab.outcome"), badge(t(answer.answered ? "knowledge_lab.answered" : "knowledge_lab.refused"), answer.answered ? "good" : "warn"), t("knowledge_lab.read_as", { language: languageName(found.language) })),
    tile(t("knowledge_lab.confidence"), percent(answer.confidence), t("knowledge_lab.confidence_hint")),
    tile(t("knowledge_lab.threshold"), percent(threshold), threshold_hint),
    tile(t("knowledge_lab.time"), formatMilliseconds(found.milliseconds.total), t("knowledge_lab.time_hint")),
  );
}

function answerView({ answer }) {
  const text = answer.answered ? element("p.chunk-text", {}, answer.text) : element("p.muted", {}, t("knowledge_lab.refused_lead"));
  const sources = answer.citations.map((one) => element("li.small.muted.wrap", {}, `[${one.number}] `, [one.title, formatPlace(one.locator, one.title)].filter(Boolean).join(" · ")));
  return paddedCard(t("knowledge_lab.answer"), "", text, sources.length ? element("ul.form-tight", {}, sources) : null);
}

function sides(found) {
  const texts = new Map(found.items.map((item) => [item.chunk_id, item]));
  const fused = found.items.map((item) => ({ rank: item.ranks.fused, chunk_id: item.chunk_id, document_title: item.document_title, score: item.score, passes: item.passes }));
  const columns = [
    ["dense", t("knowledge_lab.dense"), t("knowledge_lab.dense_lead"), found.dense, (score) => score.toFixed(3)],
    ["lexical", t("knowledge_lab.lexical"), t("knowledge_lab.lexical_lead"), found.lexical, (score) => score.toFixed(2)],
    ["fused", t("knowledge_lab.fused"), t("knowledge_lab.fused_lead"), fused, percent],
  ];
  const shown = Math.max(found.items.length, 5);
  return element("div.lab-sides", {}, columns.map(([name, title, lead, hits, figure]) => side(name, title, lead, hits.slice(0, shown), figure, texts)));
}

function side(name, title, lead, hits, figure, texts) {
  const rows = hits.map((hit) => {
    const item = texts.get(hit.chunk_id);
    const label = item ? placeOf(item) : hit.document_title;
    const rank = element(name === "fused" && hit.passes ? "span.lab-rank.passes" : "span.lab-rank", {}, String(hit.rank));
    const words = element("span.lab-words", {}, element("span.clip", { title: label }, label), item ? element("span.muted.small.clip", {}, item.text) : null);
    const where = item ? element("a.lab-line", { href: `#chunk-${hit.chunk_id}` }, rank, words) : element("span.lab-line", {}, rank, words);
    return element("li", { dataset: { chunk: hit.chunk_id } }, where, element("span.number.small.nowrap", {}, figure(hit.score)));
  });
  const nothing = element("p.card-body.muted.small", {}, t("knowledge_lab.side_empty"));
  const made = card(title, lead, rows.length ? element("ol.lab-list", {}, rows) : nothing);
  made.dataset.side = name;
  return made;
}

// Its nearest heading, or else its document.
function placeOf({ locator, document_title: title }) {
  const { heading } = locator;
  return formatPlace({ ...locator, heading: Array.isArray(heading) ? heading.at(-1) : heading }) || title;
}

function passage(item, most) {
  const place = placeOf(item);
  const rank = (name, value) => element("span", {}, `${t(`knowledge_lab.${name}`)} ${value ?? "–"}`);
  return element(
    "details.chunk.lab-passage",
    { id: `chunk-${item.chunk_id}`, open: item.ranks.fused === 1 },
    element(
      "summary",
      {},
      badge(`#${item.ranks.fused}`),
      element("strong", {}, percent(item.score)),
      badge(t(item.passes ? "knowledge_lab.passes" : "knowledge_lab.below"), item.passes ? "good" : ""),
      element("span.wrap", {}, [...new Set([item.document_title, place])].join(" · ")),
    ),
    element("p.chunk-text", {}, item.text),
    contributions(item.contributions, most),
    element(
      "div.chunk-head",
      {},
      rank("dense", item.ranks.dense),
      rank("lexical", item.ranks.lexical),
      element("span", {}, t("knowledge_lab.cosine", { value: item.cosine.toFixed(3) })),
      element("span", {}, t("knowledge_lab.words", { value: item.lexical.toFixed(2) })),
      element("span", {}, t("knowledge_lab.raw_score", { value: percent(item.raw_score) })),
      item.relevance === null ? null : element("span", {}, t("knowledge_lab.relevance", { value: percent(item.relevance) })),
    ),
  );
}

// What each kind of evidence added, as bars on the scale of all passages.
function contributions(parts, most) {
  const rows = SIDES.map((name) => [
    element("dt", {}, t(`knowledge_lab.part_${name}`)),
    element("dd", {}, meter(Math.abs(parts[name]), { max: most, kind: parts[name] < 0 ? ".against" : "" }), element("span.number", {}, signed(parts[name]))),
  ]);
  return element("dl.lab-parts", { "aria-label": t("knowledge_lab.parts") }, rows);
}

const signed = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;

function times({ milliseconds }) {
  const known = STEPS.filter((name) => milliseconds[name] !== undefined);
  const rows = known.map((name) => [element("dt", {}, t(`knowledge_lab.step_${name}`)), element("dd.number", {}, formatMilliseconds(milliseconds[name]))]);
  return card(t("knowledge_lab.steps"), "", element("dl.card-body.lab-times", {}, rows));
}

const alone = (...state) => element("section.card", {}, emptyState("search", ...state));

function view(found) {
  if (!found.items.length) return alone(t("knowledge_lab.nothing"), t("knowledge_lab.nothing_lead"));
  const most = Math.max(...found.items.flatMap((item) => SIDES.map((name) => Math.abs(item.contributions[name]))), 0.001);
  const passages = found.items.map((item) => passage(item, most));
  return [tiles(found), answerView(found), sides(found), paddedCard(t("knowledge_lab.passages", { count: formatNumber(found.items.length) }), t("knowledge_lab.passages_lead"), passages), times(found)];
}

const show = panel(byId("result"), (asked) => call("POST", `${basePath}/lab`, { ...asked, limit: 8 }), view, { lines: 5 });

function ask() {
  const [question, language] = [byId("question").value.trim(), byId("language").value];
  if (!question) return;
  const asked = { question, ...(language && { language }) };
  history.replaceState(null, "", `?${new URLSearchParams(asked)}`);
  show(asked);
}

// The same passage is marked wherever it stands.
function light(event) {
  const id = event.target.closest("[data-chunk]")?.dataset.chunk;
  for (const row of document.querySelectorAll("[data-chunk]")) row.classList.toggle("lit", row.dataset.chunk === id);
}

onSubmit(byId("ask"), ask);
byId("result").addEventListener("mouseover", light);
byId("result").addEventListener("focusin", light);
addEventListener("hashchange", () => {
  const chosen = byId(location.hash.slice(1));
  if (!chosen) return;
  chosen.open = true;
  chosen.scrollIntoView({ block: "start" });
  chosen.querySelector("summary").focus();
});
const asked = new URLSearchParams(location.search);
byId("question").value = asked.get("question") ?? "";
byId("language").value = asked.get("language") ?? "";
if (byId("question").value) ask();
else byId("result").replaceChildren(alone(t("knowledge_lab.start"), t("knowledge_lab.start_lead")));
await showHead();
