// The questions of a test set: written, brought, drafted and reviewed, each with what must answer it.

import { all, call, download, list } from "../blocks/api.js";
import { fail, formDialog, toast } from "../blocks/dialogs.js";
import { badge, check, element, emptyState, field, iconButton, input, select, skeleton } from "../blocks/elements.js";
import { action, basePath, languageName, notice, writable } from "./head.js";
import { byId, t } from "../blocks/page.js";
import { importDialog } from "./table_import.js";

const PAGE = 50;
let turn = 0;

export async function showQuestions(about) {
  turn += 1;
  const mine = turn;
  const box = byId("questions");
  drawActions(about);
  if (!box.querySelector(".faq-list")) box.replaceChildren(skeleton(5));
  const rows = element("ul.faq-list", { tabIndex: 0, "aria-labelledby": "chosen-heading" });
  const more = element("div.card-body", { hidden: true }, action("", t("common.more"), () => load().catch(fail)));
  let cursor = null;
  const load = async () => {
    const page = await list(`${about.path}/questions`, { limit: PAGE, cursor });
    rows.append(...page.items.map((one) => row(about, one)));
    cursor = page.next_cursor;
    more.hidden = !cursor;
  };
  try {
    await load();
    if (mine !== turn) return;
    const nothing = emptyState("check", t("knowledge_test_sets.no_questions"), t("knowledge_test_sets.no_questions_lead"));
    box.replaceChildren(...(rows.children.length ? [rows, more] : [nothing]));
  } catch (problem) {
    if (mine === turn) box.replaceChildren(element("div.card-body", {}, notice(problem)));
  } finally {
    box.removeAttribute("aria-busy");
  }
}

function drawActions(about) {
  const { set } = about;
  const exported = action("", t("knowledge_test_sets.export"), () => download(`${about.path}/export`).catch(fail));
  const changes = [
    set.draft_count ? action("check", t("knowledge_test_sets.approve_all"), () => tell(about, call("POST", `${about.path}/questions/approve`), ({ approved }) => t("knowledge_test_sets.approved", { count: approved }))) : null,
    action("", t("knowledge_test_sets.draft"), () => tell(about, call("POST", `${about.path}/draft`, { limit: 50 }), ({ added }) => t("knowledge_test_sets.drafted", { count: added }))),
    action("upload", t("knowledge.import"), () => bring(about)),
    exported,
    action("plus", t("knowledge_test_sets.add"), () => edit(about, null), ".button-primary"),
    iconButton("edit", t("knowledge_test_sets.rename"), about.rename),
    iconButton("trash", t("knowledge_test_sets.delete"), about.remove, ".danger"),
  ];
  byId("question-actions").replaceChildren(...(writable ? changes.filter(Boolean) : [exported]));
}

// Says what came of a change and shows the set anew.
async function tell(about, change, sentence) {
  try {
    const told = sentence(await change);
    byId("news").textContent = told;
    toast(told);
    await about.changed();
  } catch (problem) {
    fail(problem);
  }
}

function row(about, one) {
  const expected = one.expected.length ? one.expected.map((target) => expectedBadge(target)) : [badge(t("knowledge_test_sets.must_refuse"), "warn")];
  const path = `${about.path}/questions/${one.id}`;
  const actions = [
    one.is_draft ? action("check", t("knowledge_test_sets.approve"), () => tell(about, call("PATCH", path, { is_draft: false }), () => t("knowledge_test_sets.approved", { count: 1 }))) : null,
    iconButton("edit", t("knowledge_test_sets.edit_one", { question: one.question }), () => edit(about, one)),
    iconButton("trash", t("knowledge_test_sets.delete_one", { question: one.question }), () => tell(about, call("DELETE", path), () => t("common.deleted")), ".danger"),
  ];
  const marks = [one.is_draft ? badge(t("knowledge_test_sets.is_draft"), "accent") : null, badge(languageName(one.language)), ...expected];
  return element("li", {}, element("div.faq-text", {}, element("p.wrap", { lang: one.language }, one.question), element("div.chunk-head", {}, marks)), element("div.row-actions", {}, writable ? actions : []));
}

function expectedBadge({ title, kind }) {
  if (kind === "gone") return badge(t("knowledge_test_sets.gone"), "bad");
  return element("span.wrap", {}, t(kind === "faq" ? "knowledge_test_sets.answered_by_faq" : "knowledge_test_sets.answered_by", { title }));
}

async function edit(about, one) {
  const chosen = new Set((one?.expected ?? []).map((target) => target.id));
  const targets = element("div.expected-list", { "aria-busy": "true" }, skeleton(3));
  const filter = input({ type: "search", "aria-label": t("knowledge_test_sets.expected_filter"), placeholder: t("knowledge_test_sets.expected_filter") });
  filter.addEventListener("input", () => {
    const wanted = filter.value.trim().toLowerCase();
    for (const line of targets.querySelectorAll(".check")) line.hidden = !line.textContent.toLowerCase().includes(wanted);
  });
  const languages = [...(one ? [] : [["", t("knowledge.detected")]]), ["zh", t("common.language_zh")], ["en", t("common.language_en")]];
  const fields = [
    field(t("knowledge_test_sets.question"), input({ name: "question", required: true, maxLength: 500, value: one?.question ?? "" })),
    element("fieldset.form-tight.stretch", {}, element("legend", {}, t("knowledge_test_sets.expected")), element("p.hint", {}, t("knowledge_test_sets.expected_hint")), filter, targets),
    field(t("knowledge.language"), select("language", languages, one?.language ?? "")),
  ];
  formDialog(one ? t("knowledge_test_sets.edit") : t("knowledge_test_sets.add"), fields, t("common.save"), async ({ question, language }, form) => {
    const body = { question, ...(language && { language }) };
    if (!targets.hasAttribute("aria-busy")) body.expected = new FormData(form).getAll("expected");
    await (one ? call("PATCH", `${about.path}/questions/${one.id}`, { ...body, is_draft: false }) : call("POST", `${about.path}/questions`, body));
    toast(t("common.saved"));
    await about.changed();
  });
  try {
    const [documents, faqs] = await Promise.all([all(`${basePath}/documents`), all(`${basePath}/faqs`)]);
    const lines = [...documents.map(({ id, title }) => [id, title]), ...faqs.map(({ id, question }) => [id, t("knowledge_test_sets.faq_target", { question })])];
    lines.sort(([first], [second]) => chosen.has(second) - chosen.has(first));
    targets.replaceChildren(...lines.map(([id, label]) => check("expected", id, label, chosen.has(id))));
    targets.removeAttribute("aria-busy");
  } catch (problem) {
    targets.replaceChildren(notice(problem));
  }
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
