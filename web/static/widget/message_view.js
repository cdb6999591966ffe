// One message of the talk on the screen.

import { element } from "../js/blocks/elements.js";
import { outLink, reveal, safeLink, textNodes } from "../js/blocks/links.js";
import { placeText } from "../js/blocks/places.js";
import { pictureButton } from "./pictures.js";

export function visitorMessage(say, text) {
  return element("div.message.visitor", {}, element("span.visually-hidden", {}, say("you")), element("div.bubble", {}, text));
}

export function greetingMessage(say, text) {
  return element("div.message.bot", {}, element("span.visually-hidden", {}, say("bot")), element("div.bubble", {}, text));
}

// The bot's message while it comes in, when it is there, and when it failed.
export class BotMessage {
  constructor(say, { onQuickReply, onRate }) {
    this.say = say;
    this.onQuickReply = onQuickReply;
    this.onRate = onRate;
    this.text = "";
    this.bubble = element("div.bubble", {}, element("span.typing", { role: "img", "aria-label": say("typing") }, element("i"), element("i"), element("i")));
    this.below = element("div.below");
    this.node = element("div.message.bot", {}, element("span.visually-hidden", {}, say("bot")), this.bubble, this.below);
  }

  // No connection for now; gives what it says.
  wait() {
    const sentence = this.say("waiting");
    this.below.replaceChildren(element("span.note", {}, sentence));
    return sentence;
  }

  add(text) {
    this.below.replaceChildren();
    this.text += text;
    this.bubble.textContent = this.text;
  }

  finish(response, rating = null) {
    const meta = response.metadata ?? {};
    const views = new Map((meta.citations ?? []).map((citation) => [citation.number, this.source(citation)]));
    const list = this.sources(views);
    this.bubble.replaceChildren(...textNodes(String(response.reply ?? ""), new Set(views.keys()), (number) => this.mark(number, views.get(number), list)));
    this.below.replaceChildren(...[list, this.quickReplies(meta.quick_replies ?? []), this.rating(meta.message_id, rating)].filter(Boolean));
  }

  fail(sentence, retry) {
    this.bubble.replaceChildren(sentence);
    this.bubble.classList.add("failed");
    this.below.replaceChildren(element("button.retry", { type: "button", onclick: retry }, this.say("retry")));
  }

  retire() {
    this.below.querySelector(".quick")?.remove();
  }

  mark(number, source, list) {
    const show = () => {
      list.open = true;
      reveal(source);
    };
    return element("button.mark", { type: "button", "aria-label": this.say("source", { number }), onclick: show }, String(number));
  }

  sources(views) {
    if (!views.size) return null;
    return element("details.sources", {}, element("summary", {}, this.say("sources", { count: views.size })), element("div.source-list", {}, [...views.values()]));
  }

  source(citation) {
    const link = citation.url ? safeLink(citation.url) : null;
    return element(
      "details.source",
      {},
      element("summary", {}, element("b", {}, `[${citation.number}] `), [citation.title, placeText(citation.locator, citation.title, this.say)].filter(Boolean).join(" · ")),
      element("p", {}, citation.snippet ?? ""),
      link ? outLink(link) : null,
    );
  }

  quickReplies(replies) {
    if (!replies.length) return null;
    return element("div.quick", {}, replies.map(({ title, payload }) => element("button.reply", { type: "button", onclick: () => this.onQuickReply(payload, title) }, title)));
  }

  rating(messageId, given) {
    if (!messageId) return null;
    const buttons = [["up", "up", "helpful"], ["down", "thumb_down", "not_helpful"]].map(([rating, image, label]) => {
      const button = pictureButton(image, this.say(label), () => rate(rating), "button.icon.thumb");
      button.setAttribute("aria-pressed", String(rating === given));
      button.dataset.rating = rating;
      return button;
    });
    const press = (rating) => buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.rating === rating)));
    const rate = async (rating) => {
      const before = given;
      given = rating;
      press(rating);
      if (!(await this.onRate(messageId, rating))) {
        given = before;
        press(before);
      }
    };
    return element("div.rating", {}, buttons);
  }
}
