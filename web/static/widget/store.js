// What survives a reload, under the bot's own key. Where the browser forbids storage, the page's own life must do.

export class Store {
  constructor(bot) {
    this.name = `chatbot-widget:${bot}`;
    this.memory = {};
  }

  read() {
    try {
      const kept = JSON.parse(localStorage.getItem(this.name) ?? "{}");
      return kept && typeof kept === "object" ? kept : {};
    } catch {
      return this.memory;
    }
  }

  write(change) {
    const values = { ...this.read(), ...change };
    this.memory = values;
    try {
      localStorage.setItem(this.name, JSON.stringify(values));
    } catch {
      // Full or forbidden: memory has it.
    }
  }
}

export function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
