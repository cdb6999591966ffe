// A turn of a talk as elements: bubble, numbered sources, quick replies, what was decided.

import { badge, element } from "../blocks/elements.js";
import { formatMilliseconds, formatPlace, percent } from "../blocks/format.js";
import { outLink, reveal, safeLink, textNodes } from "../blocks/links.js";
import { t } from "../blocks/page.js";

export function userTurn(text) {
  return element("div.turn.turn-user", {}, element("span.visually-hidden", {}, t("answer.user")), element("div.bubble", {}, text));
}

function typing() {
  return element("span.typing", { "aria-label": t("answer.typing"), role: "img" }, element("i"), element("i"), element("i"));
}

// The bot's turn while it comes in: `add` text, then `finish` with the whole response.
export class BotTurn {
  constructor({ onTrace = null, onQuickReply = null } = {}) {
    this.onTrace = onTrace;
    this.onQuickReply = onQuickReply;
    this.text = "";
    this.bubble = element("div.bubble", {}, typing());
    this.below = element("div.sources");
    this.node = element("div.turn.turn-bot", {}, element("span.visually-hidden", {}, t("answer.bot")), this.bubble, this.below);
  }

  add(text) {
    this.text += text;
    this.bubble.textContent = this.text;
  }

  fail(sentence, retry) {
    this.bubble.textContent = sentence;
    this.bubble.classList.add("failed");
    this.below.replaceChildren(element("button.link-button", { type: "button", onclick: retry }, t("answer.retry")));
  }

  finish(response, rating = null) {
    const meta = response.metadata ?? {};
    const sources = new Map((meta.citations ?? []).map((citation) => [citation.number, sourceView(citation)]));
    this.bubble.replaceChildren(...textNodes(response.reply, new Set(sources.keys()), (number) => citationMark(number, sources.get(number))));
    this.below.replaceChildren(...sources.values(), this.quickReplies(meta.quick_replies ?? []), this.metaLine(response, rating));
    return this;
  }

  quickReplies(replies) {
    const buttons = replies.map(({ title, payload }) =>
      element("button.button.button-small", { type: "button", disabled: !this.onQuickReply, onclick: () => this.onQuickReply(title, payload) }, title),
    );
    return element("div.quick-replies", { hidden: !buttons.length }, buttons);
  }

  metaLine(response, rating) {
    const meta = response.metadata ?? {};
    const total = meta.timings_ms?.total;
    return element(
      "div.turn-meta",
      {},
      ...(meta.intents ?? [response]).map((one) => element("span", {}, `${intentName(one.intent)} · ${percent(one.confidence)}`, one.action === "later" ? ` · ${t("answer.later")}` : null)),
      total === undefined ? null : element("span", {}, formatMilliseconds(total)),
      meta.handoff ? badge(t("answer.handoff"), "warn") : null,
      meta.error ? badge(t("answer.error"), "bad") : null,
      rating ? badge(t(`answer.rated_${rating}`), rating === "up" ? "good" : "bad") : null,
      this.onTrace && meta.message_id
        ? element("button.link-button", { type: "button", onclick: () => this.onTrace(meta.message_id, this) }, t("answer.trace"))
        : null,
    );
  }
}

export function intentName(intent) {
  return t(`trace.intent_${intent}`, {}, intent || t("trace.intent_out_of_scope"));
}

function citationMark(number, source) {
  return element("button.citation-mark", { type: "button", "aria-label": t("answer.source", { number }), onclick: () => reveal(source) }, String(number));
}

function sourceView(citation) {
  const place = formatPlace(citation.locator, citation.title);
  const link = citation.url && safeLink(citation.url);
  return element(
    "details.source",
    {},
    element(
      "summary",
      {},
      element("span.source-number", {}, `[${citation.number}]`),
      element("span.wrap", {}, citation.title, place ? element("span.where", {}, ` · ${place}`) : null),
    ),
    element("p.snippet", {}, citation.snippet),
    link ? element("p.snippet", {}, outLink(link)) : null,
  );
}
