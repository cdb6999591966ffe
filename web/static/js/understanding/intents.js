// Intents and what people say for them: added by the line, edited in place, with their entities as marks.

import { all, call, explain, get } from "../blocks/api.js";
import { attempt, fail, formDialog, removal, tell, toast } from "../blocks/dialogs.js";
import { action, badge, element, iconButton } from "../blocks/elements.js";
import { formatNumber, languageName } from "../blocks/format.js";
import { check, field, input, onSubmit, submitButton, textarea, writeInPlace } from "../blocks/forms.js";
import { byId, t } from "../blocks/page.js";
import { emptyState, grow, panel, redraw } from "../blocks/panel.js";
import { examplesIn, marked } from "./annotations.js";
import { addExamples, botPath, nluPath, refreshHead, showHead, writable } from "./head.js";

const hash = () => {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return ""; // a % that stands for nothing
  }
};
const intentPath = (name) => `${botPath}/intents/${encodeURIComponent(name)}`;
let intents = [];
let chosen = hash();

const loadIntents = panel(byId("intents"), () => all(`${botPath}/intents`), intentsView, { lines: 6 });

function intentsView(found) {
  intents = found;
  if (!intents.some((one) => one.name === chosen)) chosen = intents[0]?.name ?? "";
  const wanted = byId("filter").value.trim().toLowerCase();
  const rows = intents.filter((one) => one.name.toLowerCase().includes(wanted)).map((one) =>
    element(
      "a",
      { href: `#${encodeURIComponent(one.name)}`, "aria-current": one.name === chosen ? "true" : null },
      element("span.wrap", {}, one.name),
      element("span.intent-counts", {}, counts(one), one.flow ? null : element("span.muted", { title: t("understanding_intents.no_flow") }, "◦")),
    ),
  );
  const nothing = element("p.card-body.muted.small", {}, intents.length ? t("understanding_intents.none_match") : t("understanding_intents.empty_list"));
  return rows.length ? rows : nothing;
}

function counts(one) {
  const parts = ["zh", "en"].filter((language) => one.languages[language]);
  if (!parts.length) return badge("0", "warn");
  return parts.map((language) => element("span.badge", { title: languageName(language) }, `${language} ${formatNumber(one.languages[language])}`));
}

const loadExamples = panel(byId("examples"), examplesOf, examplesView, { lines: 6 });

async function examplesOf() {
  const one = intents.find((each) => each.name === chosen);
  const actions = one && writable ? [iconButton("edit", t("understanding_intents.rename"), () => rename(one)), iconButton("trash", t("understanding_intents.delete"), () => remove(one), ".danger")] : [];
  byId("chosen").textContent = one ? one.name : t("understanding_intents.examples");
  redraw(byId("chosen-actions"), actions);
  const rows = element("ul.example-list");
  return one ? { one, rows, more: await grow(rows, `${botPath}/examples`, { intent: one.name, limit: 100 }, exampleRow) } : {};
}

function examplesView({ one, rows, more }) {
  const start = writable ? action("plus", t("understanding_intents.create"), create, ".button-primary") : null;
  if (!one) return emptyState("conversations", t("understanding_intents.empty"), t("understanding_intents.empty_lead"), start);
  const flow = one.flow ? null : element("p.note.small", {}, t("understanding_intents.no_flow"));
  const nothing = rows.children.length ? null : element("p.muted.small", {}, t("understanding_intents.no_examples"));
  return element("div.card-body.form-grid", {}, flow, writable ? adder(one) : null, nothing, rows, more);
}

function adder(one) {
  const lines = textarea({ name: "lines", rows: 3, required: true, placeholder: t("understanding_intents.add_example") });
  const form = element("form.form-grid", {}, field(t("understanding_intents.add"), lines, t("understanding.annotate_hint")), element("div.button-row", {}, submitButton(t("common.add"))));
  onSubmit(form, async () => {
    const texts = examplesIn(lines.value);
    if (!texts.length) return;
    const added = await addExamples(`${botPath}/examples`, texts.map((text) => ({ intent: one.name, text })));
    tell(t("understanding_intents.added", { added, skipped: texts.length - added }));
    await changed();
    byId("examples").querySelector("textarea")?.focus();
  });
  return form;
}

async function changed() {
  await Promise.all([loadIntents(), refreshHead()]);
  await loadExamples();
}

function exampleRow(example) {
  const row = element("li");
  const show = () => {
    const edit = iconButton("edit", t("understanding_intents.edit_example", { text: example.text }), write);
    const forget = iconButton("trash", t("understanding_intents.delete_example", { text: example.text }), drop, ".danger");
    row.replaceChildren(
      element("span.example-text", { lang: example.language }, marked(example.text, example.entities)),
      element("span.badge.example-language", {}, example.language),
      writable ? element("span.row-actions", {}, edit, forget) : "",
    );
  };
  const save = async (text) => {
    Object.assign(example, await call("PATCH", `${botPath}/examples/${example.id}`, { text }));
    refreshHead();
  };
  const write = () => {
    const area = input({ value: example.annotated, required: true, maxLength: 2000, "aria-label": t("understanding_intents.edit_example", { text: example.text }) });
    writeInPlace(row, "form.example-form", area, save, show);
  };
  const drop = async () => {
    if (!(await attempt(call("DELETE", `${botPath}/examples/${example.id}`)))) return;
    (row.nextElementSibling ?? row.previousElementSibling)?.querySelector("button")?.focus();
    row.remove();
    byId("news").textContent = t("common.deleted");
    await Promise.all([loadIntents(), refreshHead()]);
  };
  show();
  return row;
}

const nameField = (hint, properties) => field(t("understanding_intents.name"), input({ name: "name", required: true, maxLength: 100, ...properties }), hint);

function create() {
  const lines = textarea({ name: "lines", rows: 6, required: true });
  const fields = [nameField(t("understanding_intents.name_hint"), { placeholder: "return_goods" }), field(t("understanding_intents.add"), lines, t("understanding.annotate_hint"))];
  formDialog(t("understanding_intents.create"), fields, t("common.create"), async ({ name }) => {
    const examples = examplesIn(lines.value).map((text) => ({ text }));
    const made = await call("POST", `${botPath}/intents`, { name, examples: examples.slice(0, 500) });
    await addExamples(`${botPath}/examples`, examples.slice(500).map(({ text }) => ({ intent: made.name, text })));
    chosen = made.name;
    await changed();
  });
}

function rename(one) {
  const fields = [nameField(t("understanding_intents.rename_hint"), { value: one.name })];
  formDialog(t("understanding_intents.rename"), fields, t("common.save"), async ({ name }) => {
    if (name.trim() !== one.name) chosen = (await call("PATCH", intentPath(one.name), { name })).name;
    await changed();
  });
}

function remove(one) {
  const warning = t("understanding_intents.delete_warning", { name: one.name, count: one.example_count });
  return removal(intentPath(one.name), t("understanding_intents.delete"), warning, changed);
}

function drawSmallTalk(state) {
  const own = element("p.muted.small", {}, t("understanding_intents.small_talk_lead"));
  const line = check("small_talk", "yes", t("understanding_intents.small_talk_switch"), state.small_talk, !writable);
  const names = element("div.quick-replies", {}, state.small_talk_intents.map((name) => badge(name)));
  line.querySelector("input").addEventListener("change", async (event) => {
    try {
      drawSmallTalk(await call("PATCH", nluPath, { small_talk: event.target.checked }));
      toast(t("understanding_intents.small_talk_saved"));
      refreshHead();
    } catch (problem) {
      event.target.checked = !event.target.checked;
      fail(problem);
    }
  });
  redraw(byId("small-talk"), own, line, state.small_talk ? names : null);
}

byId("create")?.addEventListener("click", create);
byId("filter").addEventListener("input", loadIntents.draw);
addEventListener("hashchange", async () => {
  if (hash() === chosen) return;
  chosen = hash();
  loadIntents.draw();
  await loadExamples();
  byId("chosen").focus();
});
const head = showHead();
await loadIntents();
await loadExamples();
const state = await head;
if (state) drawSmallTalk(state);
else byId("small-talk").replaceChildren(element("p", {}, await get(nluPath).then(() => "", explain)));
