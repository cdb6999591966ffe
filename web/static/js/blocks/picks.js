// Ticks at the rows of a table, of which two are picked to be compared.

import { element } from "./elements.js";

// `button` waits until two are ticked; `hint` says so meanwhile.
export class Picks {
  constructor(button, hint = "") {
    Object.assign(this, { button, hint, ids: new Set() });
  }

  // The cell of a row.
  tick({ id }, label) {
    const toggle = ({ target }) => {
      this.ids[target.checked ? "add" : "delete"](id);
      this.fit();
    };
    return { content: element("input", { type: "checkbox", checked: this.ids.has(id), "aria-label": label, onchange: toggle }), className: "pick" };
  }

  of(rows) {
    return rows.filter(({ id }) => this.ids.has(id));
  }

  // Forgets those that are not among `rows` any more.
  keep(rows) {
    this.ids = new Set(this.of(rows).map(({ id }) => id));
    this.fit();
  }

  fit() {
    this.button.disabled = this.ids.size !== 2;
    this.button.title = this.button.disabled ? this.hint : "";
  }
}
