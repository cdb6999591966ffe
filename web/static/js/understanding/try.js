// A sentence to try: what it is taken for, what was found in it, and which words and examples decided.

import { all, call } from "../blocks/api.js";
import { badge, element } from "../blocks/elements.js";
import { formatNumber, languageName, percent } from "../blocks/format.js";
import { onSubmit } from "../blocks/forms.js";
import { byId, t } from "../blocks/page.js";
import { notice, panel } from "../blocks/panel.js";
import { evenly, facts, paddedCard, ranking } from "../blocks/report.js";
import { entityKind, marked, spanned } from "./annotations.js";
import { intentLabel, nluPath, pagePath, showHead, versionName } from "./head.js";

const STRONG = 0.12; // an effect on the confidence that is shown in full colour
const RANKED = 6;
const box = byId("result");

const show = panel(
  box,
  (body) => call("POST", `${nluPath}/explain`, body).catch((problem) => ({ problem })),
  (told) => (told.problem ? refusal(told.problem) : views(told)),
  { lines: 6 },
);

function ask() {
  const [text, version] = [byId("text").value, byId("version").value];
  box.replaceChildren();
  show({ text, ...(version && { version_id: version }) });
}

function refusal(problem) {
  const train = problem.code === "no_version" ? element("p", {}, element("a.button.button-small", { href: `${pagePath}/versions` }, t("understanding_try.train_first"))) : null;
  return element("section.card", {}, element("div.card-body.form-grid", {}, notice(problem), train));
}

function views({ parsed, words, nearest }) {
  return [
    element("section.card", {}, element("div.card-body.form-grid", {}, verdict(parsed), element("p.parsed-text", { lang: parsed.language }, marked(parsed.text, parsed.entities)), parts(parsed.parts))),
    evenly(paddedCard(t("understanding_try.ranking"), "", rankingView(parsed.ranking)), paddedCard(t("understanding_try.entities"), "", entities(parsed.entities))),
    evenly(paddedCard(t("understanding_try.words"), "", wordsView(words, parsed)), paddedCard(t("understanding_try.nearest"), "", nearestView(nearest))),
  ];
}

function verdict(parsed) {
  const kind = parsed.intent ? "good" : "warn";
  return element(
    "div.verdict",
    {},
    element("strong.verdict-intent.wrap", {}, intentLabel(parsed.intent)),
    badge(t("understanding_try.confidence", { share: percent(parsed.confidence) }), kind),
    badge(languageName(parsed.language)),
    parsed.version ? badge(t("understanding.version_number", { number: parsed.version })) : null,
  );
}

function parts(found) {
  if (!found.length) return null;
  const lines = found.map((part) => element("li", {}, element("span.wrap", {}, `“${part.text}”`), badge(`${part.intent} · ${percent(part.confidence)}`, "accent")));
  return element("div", {}, element("h3", {}, t("understanding_try.parts", { count: formatNumber(found.length) })), element("ol.parts", {}, lines));
}

function rankingView(lines) {
  if (!lines.length) return element("p.muted", {}, t("understanding_try.no_ranking"));
  return ranking(lines.slice(0, RANKED).map(({ name, confidence }) => [name, confidence]));
}

const sourceName = (source) => t(`understanding_try.source_${source}`, {}, source);

function entities(found) {
  if (!found.length) return element("p.muted", {}, t("understanding_try.no_entities"));
  const value = (one) => [
    element("span.wrap", {}, one.value),
    element("span.muted.small", {}, ` “${one.text}” · ${sourceName(one.source)} · ${percent(one.confidence)}`),
    one.also.length ? element("div.muted.small", {}, t("understanding_try.also", { readings: one.also.map(({ name, value }) => `${name} = ${value}`).join(" · ") })) : null,
  ];
  return facts(found.map((one) => [entityKind(one), value(one)]));
}

// The whole text, each word on a ground that says how it bears on the decision.
function wordsView(words, { text, intent }) {
  if (!words.length) return element("p.muted", {}, t("understanding_try.no_words"));
  const strongest = [...words].sort((one, other) => Math.abs(other.effect) - Math.abs(one.effect)).slice(0, 3);
  const told = strongest.filter((word) => Math.abs(word.effect) >= 0.005).map((word) => t("understanding_try.word_effect", { word: word.text, effect: signed(word.effect) }));
  return [
    element("p.words", {}, spanned(text, words, wordView)),
    element("p.small", {}, told.length ? told.join(t("understanding_try.and")) : t("understanding_try.no_single_word")),
    element("p.hint", {}, t("understanding_try.words_lead", { intent: intentLabel(intent) })),
  ];
}

function wordView(text, { effect }) {
  const level = Math.min(4, Math.round((Math.abs(effect) / STRONG) * 4));
  const side = effect > 0 ? "for" : "against";
  return element(`span.word${level ? `.word-${side}-${level}` : ""}`, { title: signed(effect) }, text);
}

const signed = (effect) => `${effect >= 0 ? "+" : "−"}${(Math.abs(effect) * 100).toFixed(1)}%`;

function nearestView(examples) {
  if (!examples.length) return element("p.muted", {}, t("understanding_try.no_nearest"));
  return ranking(examples.map(({ text, intent, similarity }) => [[text, element("span.muted.small", {}, ` ${intent}`)], similarity]));
}

onSubmit(byId("ask"), ask);
byId("version").addEventListener("change", () => byId("text").value.trim() && ask());
byId("text").focus();
await Promise.all([
  showHead(),
  all(`${nluPath}/versions`).then((versions) => byId("version").append(...versions.map((one) => element("option", { value: one.id }, versionName(one)))), () => {}),
]);
