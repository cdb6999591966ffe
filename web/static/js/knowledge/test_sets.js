// Test sets: which there are; the questions and runs of the one that is chosen.

import { all, call } from "../blocks/api.js";
import { confirmed, fail, formDialog, toast } from "../blocks/dialogs.js";
import { badge, element, emptyState, field, input, skeleton } from "../blocks/elements.js";
import { formatNumber } from "../blocks/format.js";
import { action, basePath, notice, showHead, writable } from "./head.js";
import { byId, t } from "../blocks/page.js";
import { showQuestions } from "./test_questions.js";
import { showRuns } from "./test_runs.js";

const path = `${basePath}/test-sets`;
const hash = () => location.hash.slice(1);
let sets = [];

async function load() {
  try {
    sets = await all(path);
    drawSets();
  } catch (problem) {
    byId("sets").replaceChildren(notice(problem));
  } finally {
    byId("sets").removeAttribute("aria-busy");
  }
}

const chosen = () => sets.find((one) => one.id === hash()) ?? sets[0];

function drawSets() {
  const current = chosen();
  const rows = sets.map((one) =>
    element(
      "a",
      { href: `#${one.id}`, "aria-current": one === current ? "true" : null },
      element("span.wrap", {}, one.name),
      element("span.intent-counts", {}, badge(formatNumber(one.question_count)), one.draft_count ? badge(t("knowledge_test_sets.draft_count", { count: formatNumber(one.draft_count) }), "warn") : null),
    ),
  );
  byId("sets").replaceChildren(...(rows.length ? rows : [element("p.card-body.muted.small", {}, t("knowledge_test_sets.none"))]));
}

// The set, its questions and its runs, after anything has changed.
async function show() {
  const one = chosen();
  byId("runs-card").hidden = !one;
  byId("question-actions").replaceChildren();
  if (!one) {
    byId("questions").removeAttribute("aria-busy");
    byId("chosen-heading").textContent = t("knowledge_test_sets.questions");
    const start = writable ? action("plus", t("knowledge_test_sets.create"), create, ".button-primary") : null;
    byId("questions").replaceChildren(emptyState("check", t("knowledge_test_sets.empty"), t("knowledge_test_sets.empty_lead"), start));
    return;
  }
  byId("chosen-heading").textContent = one.name;
  const about = { path: `${path}/${one.id}`, set: one, changed, rename: () => rename(one), remove: () => remove(one) };
  await Promise.all([showQuestions(about), showRuns(about)]);
}

async function changed() {
  await load();
  await show();
}

function nameDialog(title, name, save) {
  formDialog(title, [field(t("knowledge_test_sets.name"), input({ name: "name", required: true, maxLength: 200, value: name }))], t("common.save"), async (values) => save(values.name));
}

function create() {
  nameDialog(t("knowledge_test_sets.create"), "", async (name) => {
    const made = await call("POST", path, { name });
    history.replaceState(null, "", `#${made.id}`);
    await changed();
  });
}

function rename(one) {
  nameDialog(t("knowledge_test_sets.rename"), one.name, async (name) => {
    await call("PATCH", `${path}/${one.id}`, { name });
    await changed();
  });
}

async function remove(one) {
  if (!(await confirmed(t("knowledge_test_sets.delete"), t("knowledge_test_sets.delete_warning", { name: one.name }), t("common.delete")))) return;
  try {
    await call("DELETE", `${path}/${one.id}`);
    toast(t("common.deleted"));
  } catch (problem) {
    fail(problem);
  }
  await changed();
  byId("create").focus();
}

byId("create")?.addEventListener("click", create);
addEventListener("hashchange", async () => {
  drawSets();
  await show();
  byId("chosen").focus({ preventScroll: true });
});
byId("sets").replaceChildren(skeleton(3));
byId("questions").replaceChildren(skeleton(5));
const head = showHead();
await load();
await Promise.all([head, show()]);
