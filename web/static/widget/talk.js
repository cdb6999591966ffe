// The talk: what is sent, what comes back, and what survives a reload.

import { Refused } from "./client.js";
import { BotMessage, greetingMessage, visitorMessage } from "./message_view.js";
import { randomId } from "./store.js";

export class Talk {
  constructor(config, client, store, say) {
    this.config = config;
    this.client = client;
    this.store = store;
    this.say = say;
    this.busy = false;
    this.latest = null;
  }

  get sessionId() {
    const kept = this.store.read().sessionId;
    if (kept) return kept;
    const made = `w_${randomId()}`;
    this.store.write({ sessionId: made });
    return made;
  }

  // Shows what was said before the page was loaded, and goes on with a turn that was under way.
  async restore(panel) {
    this.panel = panel;
    const kept = this.store.read();
    const history = kept.sessionId ? await this.client.history(kept.sessionId) : [];
    this.greet();
    for (const message of history) this.showAgain(message);
    const { pending } = kept;
    if (!pending) return;
    if (history.some((message) => message.id === pending.messageId) || this.isAnswered(history, pending)) {
      this.store.write({ pending: null });
    } else {
      this.run(pending.text, pending.shown, pending);
    }
  }

  isAnswered(history, pending) {
    const asked = history.filter((message) => message.role === "user").at(-1);
    return asked?.text === pending.text && Date.parse(asked.created_at) >= pending.at - 5000;
  }

  greet() {
    const { bot } = this.store.read();
    const greeting = bot?.greeting?.[this.config.language] || this.say("greeting");
    this.panel.show(greetingMessage(this.say, greeting));
  }

  showAgain(message) {
    if (message.role === "user") {
      this.panel.show(visitorMessage(this.say, message.text));
      return;
    }
    const view = this.botMessage();
    view.finish(message.response ?? { reply: message.text }, message.feedback?.rating);
    this.panel.show(view.node);
  }

  restart() {
    if (this.busy) return;
    this.store.write({ sessionId: `w_${randomId()}`, pending: null });
    this.latest = null;
    this.panel.clear();
    this.greet();
    this.panel.field.focus();
  }

  botMessage() {
    this.latest?.retire();
    this.latest = new BotMessage(this.say, {
      onQuickReply: (payload, title) => this.send(payload, title),
      onRate: (messageId, rating) => this.rate(messageId, rating),
    });
    return this.latest;
  }

  async rate(messageId, rating) {
    try {
      await this.client.rate(messageId, rating);
      this.panel.announce(this.say("thanks"));
      return true;
    } catch {
      return false;
    }
  }

  // False while an answer is on its way: what was typed stays where it is.
  send(text, shown = text) {
    if (this.busy) return false;
    this.run(text, shown, { text, shown, key: randomId(), at: Date.now() });
    return true;
  }

  async run(text, shown, pending) {
    this.busy = true;
    this.store.write({ pending });
    const said = visitorMessage(this.say, shown);
    const view = this.botMessage();
    this.panel.show(said, view.node);
    this.panel.announce(this.say("typing"));
    const body = { user_id: "visitor", message: text, session_id: this.sessionId };
    try {
      for await (const event of this.client.turn(body, pending.key, pending.messageId)) {
        if (event.type === "start") this.store.write({ pending: { ...pending, messageId: event.data.message_id } });
        if (event.type === "waiting") this.panel.announce(view.wait());
        if (event.type === "token") view.add(event.data.text);
        if (event.type === "done") {
          view.finish(event.data);
          this.panel.announce(event.data.reply);
        }
        this.panel.toEnd();
      }
    } catch (trouble) {
      const sentence = this.say(reasonOf(trouble));
      view.fail(sentence, () => {
        said.remove();
        view.node.remove();
        this.send(text, shown);
      });
      this.panel.announce(sentence);
      this.panel.toEnd();
    } finally {
      this.busy = false;
      this.store.write({ pending: null });
    }
  }
}

function reasonOf(trouble) {
  if (!(trouble instanceof Refused)) return "failed";
  if (trouble.status === 429 || trouble.status === 503) return "busy";
  return trouble.status === 422 || trouble.status === 413 ? "too_long" : "failed";
}
