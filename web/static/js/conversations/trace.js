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

// What each kind of step tells as names and values, what it shows below them, and the rest that nobody gave words to.
const VIEWS = { understand, decide, call, retrieve, answer };

function hopView({ hop, milliseconds, ...detail }) {
  const { lines = [], below = null, rest } = VIEWS[hop]?.(detail) ?? { rest: detail };
  const head = element("div.hop-head", {}, element("h3", {}, t(`trace.hop_${hop}`, {}, hop)), element("span.hop-time", {}, formatMilliseconds(milliseconds ?? 0)));
  return element("li.hop", { dataset: { hop } }, head, lines.length ? facts(lines) : null, below, anything(rest));
}

function understand({ language, intent, confidence, ranking: ranked = [], entities = [], wishes = [], version, ...rest }) {
  const lines = [
    [t("trace.language"), languageName(language)],
    [t("trace.intent"), `${intentName(intent)} · ${percent(confidence)}`],
    wishes.length && [t("trace.wishes"), wishes.map(wishView)],
    [t("trace.entities"), entities.length ? entities.map(entityView) : t("trace.none")],
    version && [t("trace.version"), String(version)],
  ];
  return { lines, below: ranked.length ? ranking(ranked.map((line) => [intentName(line.name), line.confidence])) : null, rest };
}

function decide({ action, flow, slots = {}, ...rest }) {
  const filled = Object.entries(slots).map(([name, value]) => element("div", {}, `${name} = ${value}`));
  const lines = [[t("trace.action"), t(`trace.action_${action}`, {}, action)], flow && [t("trace.flow"), flow], filled.length && [t("trace.slots"), filled]];
  return { lines, rest };
}

function call({ connection, operation, error, ...rest }) {
  const outcome = error ? badge(error, "bad") : badge(t("trace.ok"), "good");
  return { lines: [[t("trace.connection"), `${connection} · ${operation}`], [t("trace.outcome"), outcome]], rest };
}

function retrieve({ passages = [], question, reranker, ...rest }) {
  const reranked = () => [reranker.reranker, " · ", reranker.error ? badge(t(`trace.reranker_${reranker.error}`), "warn") : formatMilliseconds(reranker.milliseconds)];
  const passage = ({ document: title, locator, score }) => [[element("div", {}, title), element("div.muted.small", {}, formatPlace(locator, title))], score];
  return {
    lines: [question && [t("trace.question"), question], reranker && [t("trace.reranker"), reranked()]],
    below: passages.length ? ranking(passages.map(passage)) : element("p.muted.small", {}, t("trace.no_passages")),
    rest,
  };
}

function answer({ confidence, answered, ...rest }) {
  const outcome = answered ? badge(t("trace.answered"), "good") : badge(t("trace.refused"), "warn");
  return { lines: [[t("trace.outcome"), outcome], [t("trace.confidence"), percent(confidence)]], rest };
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
