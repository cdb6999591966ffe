// Server-sent events read from a fetch response. Tolerant: any line ending, comments, a missing last blank line.

export async function* readEvents(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const parser = new EventParser();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      yield* parser.feed(done ? decoder.decode() : decoder.decode(value, { stream: true }));
      if (done) break;
    }
    yield* parser.finish();
  } finally {
    reader.cancel().catch(() => {});
  }
}

export class EventParser {
  constructor() {
    this.rest = "";
    this.clear();
  }

  clear() {
    this.type = "";
    this.data = [];
    this.id = undefined;
  }

  *feed(text) {
    this.rest += text;
    // A \r at the very end may be half of \r\n: it waits for what follows.
    const lines = this.rest.split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop();
    for (const line of lines) {
      const event = this.line(line);
      if (event) yield event;
    }
  }

  *finish() {
    const event = this.line(this.rest.replace(/\r$/, "")) || this.line("");
    this.rest = "";
    if (event) yield event;
  }

  line(line) {
    if (line === "") {
      const { type, data, id } = this;
      this.clear();
      return data.length ? { type: type || "message", data: parsed(data.join("\n")), id } : null;
    }
    const colon = line.indexOf(":");
    if (colon === 0) return null;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.type = value;
    else if (field === "data") this.data.push(value);
    else if (field === "id") this.id = value;
    return null;
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
