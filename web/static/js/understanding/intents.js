// Intents and what people say for them: added by the line, edited in place, with their entities as marks.

import { examplesIn, marked, writingHint } from "./annotations.js";
import { all, call, explain, get, list } from "../blocks/api.js";
import { confirmed, fail, formDialog, toast } from "../blocks/dialogs.js";
import { badge, check, element, emptyState, field, iconButton, input, skeleton } from "../blocks/elements.js";
import { formatNumber } from "../blocks/format.js";
import { byId, t } from "../blocks/page.js";
import { action, botPath, languageName, notice, nluPath, refreshHead, showHead, writable } from "./head.js";

const PAGE = 100;
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
let turn = 0;

async function loadIntents() {
  try {
    intents = await all(`${botPath}/intents`);
    if (!intents.some((one) => one.name === chosen)) chosen = intents[0]?.name ?? "";
    drawIntents();
  } catch (problem) {
    byId("intents").replaceChildren(notice(problem));
  } finally {
    byId("intents").removeAttribute("aria-busy");
  }
}

function drawIntents() {
  const wanted = byId("filter").value.trim().toLowerCase();
  const shown = intents.filter((one) => one.name.toLowerCase().includes(wanted));
  const rows = shown.map((one) =>
    element(
      "a",
      { href: `#${encodeURIComponent(one.name)}`, "aria-current": one.name === chosen ? "true" : null },
      element("span.wrap", {}, one.name),
      element("span.intent-counts", {}, counts(one), one.flow ? null : element("span.muted", { title: t("understanding_intents.no_flow") }, "◦")),
    ),
  );
  const nothing = element("p.card-body.muted.small", {}, intents.length ? t("understanding_intents.none_match") : t("understanding_intents.empty_list"));
  byId("intents").replaceChildren(...(rows.length ? rows : [nothing]));
}

function counts(one) {
  const parts = ["zh", "en"].filter((language) => one.languages[language]);
  if (!parts.length) return badge("0", "warn");
  return parts.map((language) => element("span.badge", { title: languageName(language) }, `${language} ${formatNumber(one.languages[language])}`));
}

async function choose(name) {
  chosen = name;
  drawIntents();
  await loadExamples();
}

async function loadExamples() {
  const one = intents.find((each) => each.name === chosen);
  const box = byId("examples");
  byId("chosen").textContent = one ? one.name : t("understanding_intents.examples");
  byId("chosen-actions").replaceChildren(...(one && writable ? [iconButton("edit", t("understanding_intents.rename"), () => rename(one)), iconButton("trash", t("understanding_intents.delete"), () => remove(one), ".danger")] : []));
  if (!one) {
    box.removeAttribute("aria-busy");
    const start = writable ? action("plus", t("understanding_intents.create"), create, ".button-primary") : null;
    box.replaceChildren(emptyState("conversations", t("understanding_intents.empty"), t("understanding_intents.empty_lead"), start));
    return;
  }
  turn += 1;
  const mine = turn;
  box.setAttribute("aria-busy", "true");
  const rows = element("ul.example-list");
  const more = action("", t("common.more"), () => load());
  let cursor = null;
  const load = async () => {
    const page = await list(`${botPath}/examples`, { intent: one.name, limit: PAGE, cursor });
    if (mine !== turn) return;
    rows.append(...page.items.map(exampleRow));
    cursor = page.next_cursor;
    more.hidden = !cursor;
  };
  try {
    await load();
    if (mine !== turn) return;
    const flow = one.flow ? null : element("p.note.small", {}, t("understanding_intents.no_flow"));
    const nothing = rows.children.length ? null : element("p.muted.small", {}, t("understanding_intents.no_examples"));
    box.replaceChildren(element("div.card-body.form-grid", {}, flow, writable ? adder(one) : null, nothing, rows, more));
  } catch (problem) {
    if (mine === turn) box.replaceChildren(element("div.card-body", {}, notice(problem)));
  } finally {
    if (mine === turn) box.removeAttribute("aria-busy");
  }
}

function adder(one) {
  const lines = element("textarea.input", { name: "lines", rows: 3, required: true, placeholder: t("understanding_intents.add_example") });
  const submit = element("button.button.button-primary", { type: "submit" }, t("common.add"));
  const form = element("form.form-grid", {}, field(t("understanding_intents.add"), lines, writingHint()), element("div.button-row", {}, submit));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const texts = examplesIn(lines.value);
    if (!texts.length) return;
    submit.disabled = true;
    try {
      const told = await addExamples(one.name, texts);
      byId("news").textContent = told;
      toast(told);
      lines.value = "";
      await changed();
      byId("examples").querySelector("textarea")?.focus();
    } catch (problem) {
      fail(problem);
    } finally {
      submit.disabled = false;
    }
  });
  return form;
}

async function addExamples(intent, texts) {
  let added = 0;
  for (let from = 0; from < texts.length; from += 500) {
    const examples = texts.slice(from, from + 500).map((text) => ({ intent, text }));
    added += (await call("POST", `${botPath}/examples`, { examples })).added;
  }
  return t("understanding_intents.added", { added, skipped: texts.length - added });
}

async function changed() {
  await Promise.all([loadIntents(), refreshHead()]);
  await loadExamples();
}

function exampleRow(example) {
  const row = element("li");
  const show = () => {
    const edit = iconButton("edit", t("understanding_intents.edit_example", { text: example.text }), () => write());
    const forget = iconButton("trash", t("understanding_intents.delete_example", { text: example.text }), () => drop(), ".danger");
    row.replaceChildren(
      element("span.example-text", { lang: example.language }, marked(example.text, example.entities)),
      element("span.badge.example-language", {}, example.language),
      writable ? element("span.row-actions", {}, edit, forget) : "",
    );
  };
  const write = () => {
    const text = input({ value: example.annotated, required: true, maxLength: 2000, "aria-label": t("understanding_intents.edit_example", { text: example.text }) });
    const form = element("form.example-form", {}, text, element("button.button.button-small.button-primary", { type: "submit" }, t("common.save")), action("", t("common.cancel"), () => done()));
    const done = () => {
      show();
      row.querySelector("button")?.focus();
    };
    form.addEventListener("keydown", (event) => event.key === "Escape" && done());
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        Object.assign(example, await call("PATCH", `${botPath}/examples/${example.id}`, { text: text.value }));
        done();
        refreshHead();
      } catch (problem) {
        fail(problem);
      }
    });
    row.replaceChildren(form);
    text.focus();
  };
  const drop = async () => {
    try {
      await call("DELETE", `${botPath}/examples/${example.id}`);
      (row.nextElementSibling ?? row.previousElementSibling)?.querySelector("button")?.focus();
      row.remove();
      byId("news").textContent = t("common.deleted");
      await Promise.all([loadIntents(), refreshHead()]);
    } catch (problem) {
      fail(problem);
    }
  };
  show();
  return row;
}

function create() {
  const fields = [
    field(t("understanding_intents.name"), input({ name: "name", required: true, maxLength: 100, placeholder: "return_goods" }), t("understanding_intents.name_hint")),
    field(t("understanding_intents.add"), element("textarea.input", { name: "lines", rows: 6, required: true }), writingHint()),
  ];
  formDialog(t("understanding_intents.create"), fields, t("common.create"), async ({ name, lines }) => {
    const texts = examplesIn(lines);
    const made = await call("POST", `${botPath}/intents`, { name, examples: texts.slice(0, 500).map((text) => ({ text })) });
    if (texts.length > 500) await addExamples(made.name, texts.slice(500));
    chosen = made.name;
    await changed();
  });
}

function rename(one) {
  const fields = [field(t("understanding_intents.name"), input({ name: "name", required: true, maxLength: 100, value: one.name }), t("understanding_intents.rename_hint"))];
  formDialog(t("understanding_intents.rename"), fields, t("common.save"), async ({ name }) => {
    if (name.trim() !== one.name) chosen = (await call("PATCH", intentPath(one.name), { name })).name;
    await changed();
  });
}

async function remove(one) {
  const warning = t("understanding_intents.delete_warning", { name: one.name, count: one.example_count });
  if (!(await confirmed(t("understanding_intents.delete"), warning, t("common.delete")))) return;
  try {
    await call("DELETE", intentPath(one.name));
    chosen = "";
    toast(t("common.deleted"));
    await changed();
  } catch (problem) {
    fail(problem);
  }
}

function drawSmallTalk(state) {
  const own = element("p.muted.small", {}, t("understanding_intents.small_talk_lead"));
  const line = check("small_talk", "yes", t("understanding_intents.small_talk_switch"), state.small_talk, !writable);
  const names = element("div.quick-replies", {}, state.small_talk_intents.map((name) => badge(name)));
  line.querySelector("input").addEventListener("change", async (event) => {
    try {
      drawSmallTalk(await call("PATCH", nluPath, { small_talk: event.target.checked }));
      byId("small-talk").querySelector("input").focus();
      toast(t("understanding_intents.small_talk_saved"));
      refreshHead();
    } catch (problem) {
      event.target.checked = !event.target.checked;
      fail(problem);
    }
  });
  byId("small-talk").replaceChildren(own, line, ...(state.small_talk ? [names] : []));
}

byId("create")?.addEventListener("click", create);
byId("filter").addEventListener("input", drawIntents);
addEventListener("hashchange", async () => {
  if (hash() === chosen) return;
  await choose(hash());
  byId("chosen").focus();
});
byId("intents").replaceChildren(skeleton(6));
byId("examples").replaceChildren(skeleton(6));
const head = showHead();
await loadIntents();
await loadExamples();
const state = await head;
if (state) drawSmallTalk(state);
else byId("small-talk").replaceChildren(element("p", {}, await get(nluPath).then(() => "", explain)));
