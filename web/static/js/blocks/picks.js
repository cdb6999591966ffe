// Ticks at the rows of a table, of which two are picked to be compared.

import { element } from "./elements.js";

// `button` waits until two are ticked; `hint` says so meanwhile.
export class Picks {
  constructor(button, hint = "") {
    this.button = button;
    this.hint = hint;
    this.ids = new Set();
  }

  // The cell of a row.
  tick({ id }, label) {
    const box = element("input", { type: "checkbox", checked: this.ids.has(id), "aria-label": label });
    box.addEventListener("change", () => {
      this.ids[box.checked ? "add" : "delete"](id);
      this.fit();
    });
    return { content: box, className: "pick" };
  }

  // Forgets those that are not among `rows` any more.
  keep(rows) {
    this.ids = new Set(this.of(rows).map(({ id }) => id));
    this.fit();
  }

  of(rows) {
    return rows.filter(({ id }) => this.ids.has(id));
  }

  fit() {
    this.button.disabled = this.ids.size !== 2;
    this.button.title = this.button.disabled ? this.hint : "";
  }
}
