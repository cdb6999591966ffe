// One message of the talk on the screen.

import { safeLink, textParts } from "../js/blocks/links.js";
import { headingPath } from "../js/blocks/places.js";
import { make, pictureButton } from "./elements.js";

export function visitorMessage(say, text) {
  return make("div.message.visitor", {}, make("span.unseen", {}, say("you")), make("div.bubble", {}, text));
}

export function greetingMessage(say, text) {
  return make("div.message.bot", {}, make("span.unseen", {}, say("bot")), make("div.bubble", {}, text));
}

// The bot's message while it comes in, when it is there, and when it failed.
export class BotMessage {
  constructor(say, { onQuickReply, onRate }) {
    this.say = say;
    this.onQuickReply = onQuickReply;
    this.onRate = onRate;
    this.text = "";
    this.bubble = make("div.bubble", {}, make("span.typing", { role: "img", "aria-label": say("typing") }, make("i"), make("i"), make("i")));
    this.below = make("div.below");
    this.node = make("div.message.bot", {}, make("span.unseen", {}, say("bot")), this.bubble, this.below);
  }

  // No connection for now; gives what it says.
  wait() {
    const sentence = this.say("waiting");
    this.below.replaceChildren(make("span.note", {}, sentence));
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
    this.bubble.replaceChildren(...this.marked(String(response.reply ?? ""), views, list));
    this.below.replaceChildren(...[list, this.quickReplies(meta.quick_replies ?? []), this.rating(meta.message_id, rating)].filter(Boolean));
  }

  fail(sentence, retry) {
    this.bubble.replaceChildren(sentence);
    this.bubble.classList.add("failed");
    this.below.replaceChildren(make("button.retry", { type: "button", onclick: retry }, this.say("retry")));
  }

  retire() {
    this.below.querySelector(".quick")?.remove();
  }

  marked(text, views, list) {
    return [...textParts(text, new Set(views.keys()))].map((part) => {
      if (part.link) return make("a", { href: part.link, target: "_blank", rel: "noopener noreferrer nofollow" }, part.text);
      if (!part.number) return document.createTextNode(part.text);
      const show = () => {
        list.open = true;
        const source = views.get(part.number);
        source.open = true;
        source.querySelector("summary").focus();
        source.scrollIntoView({ block: "nearest" });
      };
      return make("button.mark", { type: "button", "aria-label": this.say("source", { number: part.number }), onclick: show }, String(part.number));
    });
  }

  sources(views) {
    if (!views.size) return null;
    return make("details.sources", {}, make("summary", {}, this.say("sources", { count: views.size })), make("div.source-list", {}, [...views.values()]));
  }

  source(citation) {
    const link = citation.url ? safeLink(citation.url) : null;
    return make(
      "details.source",
      {},
      make("summary", {}, make("b", {}, `[${citation.number}] `), [citation.title, this.place(citation.locator ?? {}, citation.title)].filter(Boolean).join(" · ")),
      make("p", {}, citation.snippet ?? ""),
      link ? make("a", { href: link, target: "_blank", rel: "noopener noreferrer nofollow" }, link) : null,
    );
  }

  place(locator, title) {
    const numbered = ["page", "slide", "row"].filter((name) => locator[name]);
    const parts = numbered.map((name) => this.say(name, { number: locator[name] }));
    if (locator.sheet) parts.push(locator.sheet);
    const heading = headingPath(locator.heading, title);
    if (heading) parts.push(heading);
    if (locator.recognised) parts.push(this.say("recognised"));
    return parts.join(" · ");
  }

  quickReplies(replies) {
    if (!replies.length) return null;
    return make("div.quick", {}, replies.map(({ title, payload }) => make("button.reply", { type: "button", onclick: () => this.onQuickReply(payload, title) }, title)));
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
    return make("div.rating", {}, buttons);
  }
}
