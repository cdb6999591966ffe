// A drawer in which a flow or an entity is written as YAML or JSON; what is wrong is told with its line.

import { explain } from "../blocks/api.js";
import { drawer, toast } from "../blocks/dialogs.js";
import { element } from "../blocks/elements.js";
import { field, input, onSubmit, submitButton, textarea } from "../blocks/forms.js";
import { t } from "../blocks/page.js";
import { NotationTrouble, read, write } from "./notation.js";

const PREFIX = /^body\.(?:definition\.?)?/;
const json = (definition) => `${JSON.stringify(definition, null, 2)}\n`;

// `naming`: the name is a field of its own (entities). `save(name, definition)` may throw the API's Problem.
export async function editDefinition({ title, hint, name, naming, definition, readOnly, save }) {
  const { dialog, body } = drawer(title, { wide: true });
  const area = textarea({ spellcheck: false, rows: 24, wrap: "off", readOnly, "aria-label": title, "aria-describedby": "definition-trouble" }, ".mono.code");
  const nameField = naming ? input({ name: "name", required: true, maxLength: 100, value: name, readOnly: Boolean(name) }) : null;
  const trouble = element("ul.note.note-bad.trouble-list", { id: "definition-trouble", role: "alert", hidden: true });
  const notations = ["yaml", "json"].map((notation) => element("button", { type: "button", "aria-pressed": String(notation === "yaml"), onclick: () => change(notation) }, notation.toUpperCase()));
  let notation = "yaml";

  const tell = (lines) => {
    trouble.hidden = !lines.length;
    trouble.replaceChildren(...lines.map(({ line, text }) => element("li", {}, line ? element("button.link-button", { type: "button", onclick: () => toLine(area, line) }, t("understanding_definitions.line", { line })) : null, line ? " " : null, text)));
    area.setAttribute("aria-invalid", String(lines.length > 0));
    if (lines[0]?.line) toLine(area, lines[0].line);
  };
  const attempt = async (work) => {
    tell([]);
    let lines = {};
    try {
      const written = await read(area.value);
      lines = written.lines;
      await work(written.definition);
    } catch (problem) {
      if (problem instanceof NotationTrouble) tell([{ line: problem.line, text: problem.message }]);
      else if (problem.errors?.length) tell(problem.errors.map((error) => placed(error, lines)));
      else tell([{ line: 0, text: explain(problem) }]);
    }
  };
  const show = async (value) => {
    area.value = notation === "json" ? json(value) : await write(value);
  };
  const change = (wanted) =>
    attempt(async (value) => {
      notation = wanted;
      notations.forEach((button) => button.setAttribute("aria-pressed", String(button.textContent.toLowerCase() === wanted)));
      await show(value);
    });
  const store = async (value) => {
    await save(nameField?.value ?? value.name, value);
    toast(t("common.saved"));
    dialog.close();
  };
  const form = element(
    "form.form-grid",
    {},
    nameField ? field(t("understanding_definitions.entity_name"), nameField) : null,
    element("div.editor-bar", {}, element("p.hint", {}, hint), element("div.switch", { role: "group", "aria-label": t("understanding_definitions.notation") }, notations)),
    area,
    trouble,
    readOnly ? null : element("div.button-row", {}, submitButton(t("common.save")), element("button.button", { type: "button", onclick: () => dialog.close() }, t("common.cancel"))),
  );
  onSubmit(form, () => attempt(store));
  area.addEventListener("keydown", (event) => {
    if (event.key !== "s" || !(event.ctrlKey || event.metaKey) || readOnly) return;
    event.preventDefault();
    form.requestSubmit();
  });
  body.append(form);
  try {
    await show(definition);
  } catch (problem) {
    notation = "json";
    area.value = json(definition);
    tell([{ line: 0, text: explain(problem) }]);
  }
  (nameField && !name ? nameField : area).focus();
  area.setSelectionRange(0, 0);
}

// The line of a field, or of what it lies in.
function placed({ field: path, message }, lines) {
  const place = path.replace(PREFIX, "");
  let near = place;
  while (near && !(near in lines)) near = near.replace(/(?:\.[^.[\]]*|\[\d+\]|^[^.[\]]+)$/, "");
  return { line: near ? lines[near] : 0, text: place ? `${place}: ${message}` : message };
}

function toLine(area, line) {
  const before = area.value.split("\n").slice(0, line - 1);
  const start = before.reduce((sum, text) => sum + text.length + 1, 0);
  const end = area.value.indexOf("\n", start);
  area.focus();
  area.setSelectionRange(start, end < 0 ? area.value.length : end);
  area.scrollTop = Math.max(0, (line - 6) * parseFloat(getComputedStyle(area).lineHeight));
}
