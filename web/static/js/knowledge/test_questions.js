// The questions of a test set: written, brought, drafted and reviewed, each with what must answer it.

import { all, call, download } from "../blocks/api.js";
import { attempt, fail } from "../blocks/dialogs.js";
import { action, badge, element, iconButton } from "../blocks/elements.js";
import { languageName } from "../blocks/format.js";
import { LANGUAGES, check, field, input, select } from "../blocks/forms.js";
import { writeDialog } from "../blocks/list_page.js";
import { byId, t } from "../blocks/page.js";
import { emptyState, grow, panel, redraw } from "../blocks/panel.js";
import { basePath, writable } from "./head.js";
import { importDialog } from "./table_import.js";

const show = panel(byId("questions"), load, view, { lines: 5 });

export function showQuestions(about) {
  drawActions(about);
  return show(about);
}

async function load(about) {
  const rows = element("ul.faq-list", { tabIndex: 0, "aria-labelledby": "chosen-heading" });
  return [rows, await grow(rows, `${about.path}/questions`, {}, (one) => row(about, one), (button) => element("div.card-body", {}, button))];
}

function view([rows, more]) {
  return rows.children.length ? [rows, more] : emptyState("check", t("knowledge_test_sets.no_questions"), t("knowledge_test_sets.no_questions_lead"));
}

function drawActions(about) {
  const { set } = about;
  const exported = action("", t("knowledge_test_sets.export"), () => download(`${about.path}/export`).catch(fail));
  const changes = [
    set.draft_count ? action("check", t("knowledge_test_sets.approve_all"), () => change(about, call("POST", `${about.path}/questions/approve`), ({ approved }) => t("knowledge_test_sets.approved", { count: approved }))) : null,
    action("", t("knowledge_test_sets.draft"), () => change(about, call("POST", `${about.path}/draft`, { limit: 50 }), ({ added }) => t("knowledge_test_sets.drafted", { count: added }))),
    action("upload", t("knowledge.import"), () => bring(about)),
    exported,
    action("plus", t("knowledge_test_sets.add"), () => edit(about, null), ".button-primary"),
    iconButton("edit", t("knowledge_test_sets.rename"), about.rename),
    iconButton("trash", t("knowledge_test_sets.delete"), about.remove, ".danger"),
  ];
  redraw(byId("question-actions"), writable ? changes : exported);
}

// Says what came of a change and shows the set anew.
const change = async (about, work, told) => (await attempt(work, told)) && about.changed();

function row(about, one) {
  const expected = one.expected.length ? one.expected.map((target) => expectedBadge(target)) : [badge(t("knowledge_test_sets.must_refuse"), "warn")];
  const path = `${about.path}/questions/${one.id}`;
  const actions = [
    one.is_draft ? action("check", t("knowledge_test_sets.approve"), () => change(about, call("PATCH", path, { is_draft: false }), t("knowledge_test_sets.approved", { count: 1 }))) : null,
    iconButton("edit", t("knowledge_test_sets.edit_one", { question: one.question }), () => edit(about, one)),
    iconButton("trash", t("knowledge_test_sets.delete_one", { question: one.question }), () => change(about, call("DELETE", path), t("common.deleted")), ".danger"),
  ];
  const marks = [one.is_draft ? badge(t("knowledge_test_sets.is_draft"), "accent") : null, badge(languageName(one.language)), ...expected];
  return element("li", { dataset: { question: one.id } }, element("div.faq-text", {}, element("p.wrap", { lang: one.language }, one.question), element("div.chunk-head", {}, marks)), element("div.row-actions", {}, writable ? actions : []));
}

function expectedBadge({ title, kind }) {
  if (kind === "gone") return badge(t("knowledge_test_sets.gone"), "bad");
  return element("span.wrap", {}, t(kind === "faq" ? "knowledge_test_sets.answered_by_faq" : "knowledge_test_sets.answered_by", { title }));
}

async function edit(about, one) {
  const chosen = new Set((one?.expected ?? []).map((target) => target.id));
  const targets = element("div.expected-list");
  let known = null; // whatever can be expected, once it is there to be ticked
  const filter = input({ type: "search", "aria-label": t("knowledge_test_sets.expected_filter"), placeholder: t("knowledge_test_sets.expected_filter") });
  filter.addEventListener("input", () => {
    const wanted = filter.value.trim().toLowerCase();
    for (const line of targets.querySelectorAll(".check")) line.hidden = !line.textContent.toLowerCase().includes(wanted);
  });
  const languages = [...(one ? [] : [["", t("knowledge.detected")]]), ...LANGUAGES];
  const fields = [
    field(t("knowledge_test_sets.question"), input({ name: "question", required: true, maxLength: 500, value: one?.question ?? "" })),
    element("fieldset.form-tight.stretch", {}, element("legend", {}, t("knowledge_test_sets.expected")), element("p.hint", {}, t("knowledge_test_sets.expected_hint")), filter, targets),
    field(t("knowledge.language"), select("language", languages, one?.language ?? "")),
  ];
  const body = ({ question, language }, form) => ({
    question,
    ...(language && { language }),
    ...(known && { expected: new FormData(form).getAll("expected") }),
    ...(one && { is_draft: false }),
  });
  writeDialog({ path: `${about.path}/questions`, one, title: one ? t("knowledge_test_sets.edit") : t("knowledge_test_sets.add"), fields, body, then: about.changed });
  const targetsView = ([documents, faqs]) => {
    const lines = [...documents.map(({ id, title }) => [id, title]), ...faqs.map(({ id, question }) => [id, t("knowledge_test_sets.faq_target", { question })])];
    lines.sort(([first], [second]) => chosen.has(second) - chosen.has(first));
    return lines.map(([id, label]) => check("expected", id, label, chosen.has(id)));
  };
  known = await panel(targets, () => Promise.all([all(`${basePath}/documents`), all(`${basePath}/faqs`)]), targetsView, { lines: 3 })();
}

function bring(about) {
  importDialog({
    title: t("knowledge_test_sets.import"),
    hint: t("knowledge_test_sets.import_hint"),
    example: t("knowledge_test_sets.import_example"),
    accept: ".csv",
    path: `${about.path}/import`,
    done: async ({ added, unchanged }) => {
      await about.changed();
      return t("knowledge_test_sets.imported", { added, unchanged });
    },
  });
}
