// Test sets: which there are; the questions and runs of the one that is chosen.

import { all } from "../blocks/api.js";
import { removal } from "../blocks/dialogs.js";
import { action, badge, element } from "../blocks/elements.js";
import { formatNumber } from "../blocks/format.js";
import { field, input } from "../blocks/forms.js";
import { writeDialog } from "../blocks/list_page.js";
import { byId, t } from "../blocks/page.js";
import { emptyState, panel } from "../blocks/panel.js";
import { basePath, showHead, writable } from "./head.js";
import { showQuestions } from "./test_questions.js";
import { showRuns } from "./test_runs.js";

const path = `${basePath}/test-sets`;
const hash = () => location.hash.slice(1);
let sets = [];

const load = panel(byId("sets"), () => all(path), setsView, { lines: 3 });

const chosen = () => sets.find((one) => one.id === hash()) ?? sets[0];

function setsView(found) {
  sets = found;
  const current = chosen();
  const row = (one) =>
    element(
      "a",
      { href: `#${one.id}`, "aria-current": one === current ? "true" : null },
      element("span.wrap", {}, one.name),
      element("span.intent-counts", {}, badge(formatNumber(one.question_count)), one.draft_count ? badge(t("knowledge_test_sets.draft_count", { count: formatNumber(one.draft_count) }), "warn") : null),
    );
  return sets.length ? sets.map(row) : element("p.card-body.muted.small", {}, t("knowledge_test_sets.none"));
}

// The set, its questions and its runs, after anything has changed.
async function show() {
  const one = chosen();
  byId("runs-card").hidden = !one;
  byId("chosen-heading").textContent = one ? one.name : t("knowledge_test_sets.questions");
  if (one) {
    const about = { path: `${path}/${one.id}`, set: one, changed, rename: () => nameDialog(one, t("knowledge_test_sets.rename"), changed), remove: () => remove(one) };
    await Promise.all([showQuestions(about), showRuns(about)]);
    return;
  }
  byId("question-actions").replaceChildren();
  const start = writable ? action("plus", t("knowledge_test_sets.create"), create, ".button-primary") : null;
  byId("questions").replaceChildren(emptyState("check", t("knowledge_test_sets.empty"), t("knowledge_test_sets.empty_lead"), start));
  byId("questions").removeAttribute("aria-busy");
}

async function changed() {
  await load();
  await show();
}

function nameDialog(one, title, then) {
  const fields = [field(t("knowledge_test_sets.name"), input({ name: "name", required: true, maxLength: 200, value: one?.name ?? "" }))];
  writeDialog({ path, one, title, fields, then });
}

function create() {
  nameDialog(null, t("knowledge_test_sets.create"), ({ id }) => {
    history.replaceState(null, "", `#${id}`);
    return changed();
  });
}

function remove(one) {
  return removal(`${path}/${one.id}`, t("knowledge_test_sets.delete"), t("knowledge_test_sets.delete_warning", { name: one.name }), async () => {
    await changed();
    byId("create").focus();
  });
}

byId("create")?.addEventListener("click", create);
addEventListener("hashchange", async () => {
  load.draw();
  await show();
  byId("chosen").focus({ preventScroll: true });
});
const head = showHead();
await load();
await Promise.all([head, show()]);
