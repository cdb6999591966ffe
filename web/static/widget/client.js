// The platform's HTTP API as a visitor may use it.

import { readEvents } from "../js/blocks/events.js";

const RENEW_BEFORE_MS = 60 * 60 * 1000;
const RESUMES = 6;

export class Refused extends Error {
  constructor(status, code) {
    super(`HTTP ${status} ${code}`);
    this.status = status;
    this.code = code;
  }
}

export class Client {
  constructor(config, store) {
    this.config = config;
    this.store = store;
  }

  // A visitor's token that is still good, kept or new; its absence is why the widget does not show.
  async open() {
    const { token, validUntil } = this.store.read();
    if (!token || Date.now() > validUntil - RENEW_BEFORE_MS) await this.renew();
    return this.store.read();
  }

  async renew() {
    const response = await fetch(`${this.config.platform}/v1/widget/sessions`, {
      method: "POST",
      credentials: "omit",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ widget_key: this.config.bot }),
    });
    if (!response.ok) throw await refusal(response);
    const session = await response.json();
    this.store.write({
      token: session.visitor_token,
      validUntil: Date.now() + session.expires_in * 1000,
      bot: session.bot,
    });
  }

  async send(method, path, { body, headers = {} } = {}) {
    for (let attempt = 0; ; attempt += 1) {
      const response = await fetch(this.config.platform + path, {
        method,
        credentials: "omit",
        headers: {
          Authorization: `Bearer ${this.store.read().token}`,
          ...(body ? { "Content-Type": "application/json" } : {}),
          ...headers,
        },
        body: body ? JSON.stringify(body) : undefined,
      });
      if (response.ok) return response;
      if (response.status !== 401 || attempt > 0) throw await refusal(response);
      await this.renew();
    }
  }

  // Everything said in a session, oldest first.
  async history(sessionId) {
    const items = [];
    let cursor = null;
    do {
      const query = new URLSearchParams({ session_id: sessionId, limit: "100", ...(cursor ? { cursor } : {}) });
      const page = await (await this.send("GET", `/v1/widget/messages?${query}`)).json();
      items.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor && items.length < 1000);
    return items;
  }

  rate(messageId, rating) {
    return this.send("POST", `/v1/messages/${encodeURIComponent(messageId)}/feedback`, { body: { rating } });
  }

  // Events of one turn, through as many broken connections as it takes; "waiting" says that there is none yet.
  // `messageId`: a turn begun before a reload.
  async *turn(body, key, messageId = null) {
    let lastId = null;
    for (let attempt = 0; attempt <= RESUMES; attempt += 1) {
      try {
        const response = messageId ? await this.resumed(messageId, lastId) : await this.begun(body, key);
        for await (const event of readEvents(response.body)) {
          if (event.id !== undefined) lastId = event.id;
          if (event.type === "start") messageId = event.data.message_id;
          if (event.type === "error") throw new Refused(event.data.status ?? 500, event.data.code ?? "");
          yield event;
          if (event.type === "done") return;
        }
      } catch (trouble) {
        if (trouble instanceof Refused && trouble.status < 502) throw trouble;
        if (attempt === RESUMES) throw trouble;
      }
      if (attempt > 0) yield { type: "waiting" };
      await pause(300 * 2 ** attempt);
    }
    throw new TypeError("the answer did not arrive");
  }

  // The same key makes asking again safe: a message that arrived is not answered twice.
  begun(body, key) {
    return this.send("POST", "/chatbot/stream", { body, headers: { "Idempotency-Key": key } });
  }

  resumed(messageId, lastId) {
    const headers = lastId === null ? {} : { "Last-Event-ID": lastId };
    return this.send("GET", `/chatbot/stream/${encodeURIComponent(messageId)}`, { headers });
  }
}

async function refusal(response) {
  const problem = await response.json().catch(() => ({}));
  return new Refused(response.status, problem.code ?? "");
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
