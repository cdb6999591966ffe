// The trace of a turn as a timeline: what each step decided, with its figures.

import { get } from "../blocks/api.js";
import { badge, element } from "../blocks/elements.js";
import { formatMilliseconds, formatPlace, languageName, percent } from "../blocks/format.js";
import { t } from "../blocks/page.js";
import { emptyState, panel } from "../blocks/panel.js";
import { facts, ranking } from "../blocks/report.js";
import { entityKind } from "../understanding/annotations.js";
import { intentName } from "./answer.js";

export function showNoTrace(box) {
  box.replaceChildren(emptyState("clock", t("trace.empty"), t("trace.empty_lead")));
}

// Returns what marks a turn of `log` as chosen and shows its trace in `box`.
export function tracing(log, box) {
  const show = panel(box, (messageId) => get(`/v1/messages/${messageId}/trace`), traceView, { lines: 6 });
  return (messageId, turn) => {
    for (const other of log.querySelectorAll(".chosen")) other.classList.remove("chosen");
    turn.node.classList.add("chosen");
    box.replaceChildren();
    return show(messageId);
  };
}

function traceView({ trace }) {
  const total = trace.reduce((sum, hop) => sum + (hop.milliseconds ?? 0), 0);
  return [
    element("ol.trace", {}, trace.map(hopView)),
    element("div.trace-total", {}, element("span", {}, t("trace.total")), element("strong", {}, formatMilliseconds(total))),
  ];
}

const VIEWS = { understand, decide, call, retrieve, answer };

function hopView(hop) {
  const { hop: name, milliseconds, ...detail } = hop;
  const content = (VIEWS[name] ?? anything)(detail);
  return element(
    "li.hop",
    { dataset: { hop: name } },
    element(
      "div.hop-head",
      {},
      element("h3", {}, t(`trace.hop_${name}`, {}, name)),
      element("span.hop-time", {}, formatMilliseconds(milliseconds ?? 0)),
    ),
    content,
  );
}

function understand({ language, intent, confidence, ranking: ranked = [], entities = [], wishes = [], version, ...rest }) {
  return [
    facts([
      [t("trace.language"), languageName(language)],
      [t("trace.intent"), `${intentName(intent)} · ${percent(confidence)}`],
      wishes.length ? [t("trace.wishes"), wishes.map(wishView)] : null,
      [t("trace.entities"), entities.length ? entities.map(entityView) : t("trace.none")],
      version ? [t("trace.version"), String(version)] : null,
    ]),
    ranked.length ? ranking(ranked.map((line) => [intentName(line.name), line.confidence])) : null,
    anything(rest),
  ];
}

function decide({ action, flow, slots = {}, ...rest }) {
  const filled = Object.entries(slots);
  return [
    facts([
      [t("trace.action"), t(`trace.action_${action}`, {}, action)],
      flow ? [t("trace.flow"), flow] : null,
      filled.length ? [t("trace.slots"), filled.map(([name, value]) => element("div", {}, `${name} = ${value}`))] : null,
    ]),
    anything(rest),
  ];
}

function call({ connection, operation, error, ...rest }) {
  return [
    facts([
      [t("trace.connection"), `${connection} · ${operation}`],
      [t("trace.outcome"), error ? badge(error, "bad") : badge(t("trace.ok"), "good")],
    ]),
    anything(rest),
  ];
}

function retrieve({ passages = [], question, reranker, ...rest }) {
  const looked = facts([
    question ? [t("trace.question"), question] : null,
    reranker ? [t("trace.reranker"), [reranker.reranker, " · ", reranker.error ? badge(t(`trace.reranker_${reranker.error}`), "warn") : formatMilliseconds(reranker.milliseconds)]] : null,
  ]);
  if (!passages.length) return [looked, element("p.muted.small", {}, t("trace.no_passages")), anything(rest)];
  return [
    looked,
    ranking(passages.map(({ document: title, locator, score }) => [[element("div", {}, title), element("div.muted.small", {}, formatPlace(locator, title))], score])),
    anything(rest),
  ];
}

function answer({ confidence, answered, ...rest }) {
  return [
    facts([
      [t("trace.outcome"), answered ? badge(t("trace.answered"), "good") : badge(t("trace.refused"), "warn")],
      [t("trace.confidence"), percent(confidence)],
    ]),
    anything(rest),
  ];
}

function entityView({ value, text, also = [], ...entity }) {
  const said = text && text !== value ? ` (${text})` : "";
  const readings = also.map((one) => `${one.name} = ${one.value}`).join(" · ");
  return element("div", {}, `${entityKind(entity)} = ${value}${said}`, readings ? element("div.muted.small", {}, t("trace.also", { readings })) : null);
}

const wishView = ({ text, intent, confidence }) => element("div", {}, `${intentName(intent)} · ${percent(confidence)}`, element("div.muted.small", {}, `“${text}”`));

function anything(detail) {
  const known = Object.entries(detail).filter(([, value]) => value !== null && value !== undefined);
  const shown = (value) => (typeof value === "object" ? element("code", {}, JSON.stringify(value)) : String(value));
  return known.length ? facts(known.map(([name, value]) => [name, shown(value)])) : null;
}
