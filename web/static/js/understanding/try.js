// A sentence to try: what it is taken for, what was found in it, and which words and examples decided.

import { entityKind, marked } from "./annotations.js";
import { all, call } from "../blocks/api.js";
import { badge, element, skeleton } from "../blocks/elements.js";
import { formatNumber, percent } from "../blocks/format.js";
import { byId, has, t } from "../blocks/page.js";
import { intentLabel, languageName, notice, nluPath, pagePath, showHead, versionName } from "./head.js";

const STRONG = 0.12; // an effect on the confidence that is shown in full colour
const RANKED = 6;
const box = byId("result");
let turn = 0;

async function ask(text) {
  turn += 1;
  const mine = turn;
  box.replaceChildren(element("section.card", {}, skeleton(6)));
  try {
    const body = { text };
    if (byId("version").value) body.version_id = byId("version").value;
    const told = await call("POST", `${nluPath}/explain`, body);
    if (mine === turn) box.replaceChildren(...views(told));
  } catch (problem) {
    if (mine !== turn) return;
    const train = problem.code === "no_version" ? element("p", {}, element("a.button.button-small", { href: `${pagePath}/versions` }, t("understanding_try.train_first"))) : null;
    box.replaceChildren(element("section.card", {}, element("div.card-body.form-grid", {}, notice(problem), train)));
  }
}

function views({ parsed, words, nearest }) {
  return [
    element("section.card", {}, element("div.card-body.form-grid", {}, verdict(parsed), element("p.parsed-text", { lang: parsed.language }, marked(parsed.text, parsed.entities)), parts(parsed.parts))),
    element(
      "div.split.even",
      {},
      card(t("understanding_try.ranking"), ranking(parsed.ranking)),
      card(t("understanding_try.entities"), entities(parsed.entities)),
    ),
    element(
      "div.split.even",
      {},
      card(t("understanding_try.words"), wordsView(words, parsed)),
      card(t("understanding_try.nearest"), nearestView(nearest)),
    ),
  ];
}

const card = (title, ...content) => element("section.card", {}, element("div.card-head", {}, element("h2", {}, title)), element("div.card-body.form-grid", {}, content));

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

function ranking(lines) {
  if (!lines.length) return element("p.muted", {}, t("understanding_try.no_ranking"));
  const line = ({ name, confidence }) => element("li", {}, element("span.wrap", {}, name), element("progress", { max: 1, value: confidence, "aria-hidden": "true" }), element("span.score", {}, percent(confidence)));
  return element("ol.ranking", {}, lines.slice(0, RANKED).map(line));
}

const sourceName = (source) => (has(`understanding_try.source_${source}`) ? t(`understanding_try.source_${source}`) : source);

function entities(found) {
  if (!found.length) return element("p.muted", {}, t("understanding_try.no_entities"));
  const line = (one) => [
    element("dt", {}, entityKind(one)),
    element(
      "dd",
      {},
      element("span.wrap", {}, one.value),
      element("span.muted.small", {}, ` “${one.text}” · ${sourceName(one.source)} · ${percent(one.confidence)}`),
      one.also.length ? element("div.muted.small", {}, t("understanding_try.also", { readings: one.also.map(({ name, value }) => `${name} = ${value}`).join(" · ") })) : null,
    ),
  ];
  return element("dl.facts", {}, found.map(line));
}

// The whole text, each word on a ground that says how it bears on the decision.
function wordsView(words, { text, intent }) {
  if (!words.length) return element("p.muted", {}, t("understanding_try.no_words"));
  const characters = [...text];
  const nodes = [];
  let from = 0;
  for (const word of words) {
    if (word.start > from) nodes.push(document.createTextNode(characters.slice(from, word.start).join("")));
    nodes.push(wordView(word));
    from = word.end;
  }
  if (from < characters.length) nodes.push(document.createTextNode(characters.slice(from).join("")));
  const strongest = [...words].sort((one, other) => Math.abs(other.effect) - Math.abs(one.effect)).slice(0, 3);
  const told = strongest.filter((word) => Math.abs(word.effect) >= 0.005).map((word) => t("understanding_try.word_effect", { word: word.text, effect: signed(word.effect) }));
  return [
    element("p.words", {}, nodes),
    element("p.small", {}, told.length ? told.join(t("understanding_try.and")) : t("understanding_try.no_single_word")),
    element("p.hint", {}, t("understanding_try.words_lead", { intent: intentLabel(intent) })),
  ];
}

function wordView({ text, effect }) {
  const level = Math.min(4, Math.round((Math.abs(effect) / STRONG) * 4));
  const side = effect > 0 ? "for" : "against";
  return element(`span.word${level ? `.word-${side}-${level}` : ""}`, { title: signed(effect) }, text);
}

const signed = (effect) => `${effect >= 0 ? "+" : "−"}${(Math.abs(effect) * 100).toFixed(1)}%`;

function nearestView(examples) {
  if (!examples.length) return element("p.muted", {}, t("understanding_try.no_nearest"));
  const line = ({ text, intent, similarity }) => element("li", {}, element("span.wrap", {}, text, element("span.muted.small", {}, ` ${intent}`)), element("progress", { max: 1, value: Math.max(0, similarity), "aria-hidden": "true" }), element("span.score", {}, percent(similarity)));
  return element("ol.ranking", {}, examples.map(line));
}

byId("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  ask(byId("text").value);
});
byId("version").addEventListener("change", () => byId("text").value.trim() && ask(byId("text").value));
byId("text").focus();
await Promise.all([
  showHead(),
  all(`${nluPath}/versions`).then((versions) => byId("version").append(...versions.map((one) => element("option", { value: one.id }, versionName(one)))), () => {}),
]);
