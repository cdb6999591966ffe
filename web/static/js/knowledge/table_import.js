// A table brought from a file: what it must look like, what came of it, and every line at fault.

import { explain, upload } from "../blocks/api.js";
import { formDialog, tell } from "../blocks/dialogs.js";
import { element } from "../blocks/elements.js";
import { field } from "../blocks/forms.js";
import { t } from "../blocks/page.js";

// `done(report)` gives the sentence for people; all rows come in, or none.
export function importDialog({ title, hint, example, accept, path, done }) {
  const file = element("input.input", { type: "file", name: "file", required: true, accept });
  const faults = element("div", { "aria-live": "polite" });
  const shape = element("pre.table-example", { tabIndex: 0, "aria-label": t("knowledge.import_example") }, example);
  file.addEventListener("change", () => faults.replaceChildren());
  formDialog(title, [element("p.muted", {}, hint), shape, field(t("knowledge.import_file"), file), faults], t("knowledge.import"), async () => {
    faults.replaceChildren();
    try {
      const report = await upload(path, file.files[0], () => {});
      return async () => tell(await done(report));
    } catch (problem) {
      if (problem.errors?.length) faults.replaceChildren(faultList(problem));
      throw problem.errors?.length ? summary(problem) : problem;
    }
  });
}

const summary = (problem) => Object.assign(problem, { summary: t("knowledge.import_nothing", { count: problem.errors.length }) });

function faultList(problem) {
  const lines = problem.errors.map(({ field: place, message }) => element("li", {}, element("strong", {}, placeName(place)), " ", message));
  return element("ul.fault-list", { tabIndex: 0, "aria-label": explain(problem) }, lines);
}

function placeName(place) {
  const number = /^(?:row|line) (\d+)$/.exec(place)?.[1];
  return number ? t("common.row", { number }) : place;
}
