// Documents out of a text or an address, and what is said about them. `done` is called after each change.

import { upload } from "../blocks/api.js";
import { formDialog } from "../blocks/dialogs.js";
import { element } from "../blocks/elements.js";
import { LANGUAGES, field, input, select, textarea } from "../blocks/forms.js";
import { writeDialog } from "../blocks/list_page.js";
import { t } from "../blocks/page.js";
import { basePath, listed } from "./head.js";

const path = `${basePath}/documents`;

export function writeText(done) {
  const fields = [
    field(t("knowledge_base.title_field"), input({ name: "title", required: true, maxLength: 500 })),
    field(t("knowledge_base.text"), textarea({ name: "text", required: true, rows: 10 })),
  ];
  writeDialog({ path, title: t("knowledge_base.write"), fields, action: t("common.add"), told: "", then: done });
}

export function addLink(done) {
  const fields = [
    field(t("knowledge_base.address"), input({ name: "url", type: "url", required: true, maxLength: 2000, placeholder: "https://" }), t("knowledge_base.address_hint")),
    field(t("knowledge_base.title_field"), input({ name: "title", maxLength: 200 }), t("knowledge_base.address_title_hint")),
  ];
  const body = ({ url, title }) => ({ url: url.trim(), ...(title.trim() && { title: title.trim() }) });
  writeDialog({ path, title: t("knowledge_base.link"), fields, action: t("common.add"), body, told: "", then: done });
}

export function editDocument(one, done) {
  const attributes = Object.entries(one.attributes).map(([name, value]) => `${name}: ${value}`);
  const languages = [...(one.language ? [] : [["", "–"]]), ...LANGUAGES];
  const fields = [
    field(t("knowledge_base.title_field"), input({ name: "title", required: true, maxLength: 500, value: one.title })),
    field(t("knowledge.tags"), input({ name: "tags", value: one.tags.join(", ") }), t("knowledge_base.tags_hint")),
    field(t("knowledge_base.attributes"), textarea({ name: "attributes", rows: 3, value: attributes.join("\n") }), t("knowledge_base.attributes_hint")),
    field(t("knowledge_base.language"), select("language", languages, one.language)),
  ];
  const body = ({ title, tags, attributes: lines, language }) => ({
    title,
    tags: listed(tags),
    attributes: pairs(lines),
    ...(language && language !== one.language && { language }),
  });
  writeDialog({ path, one, title: t("knowledge_base.edit"), fields, body, then: done });
}

// "name: value" by the line; a line without a value stands for its name alone.
function pairs(text) {
  const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
  return Object.fromEntries(lines.map((line) => {
    const at = line.search(/[:：]/);
    return at < 0 ? [line, ""] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
  }));
}

export function replaceDocument(one, done) {
  const file = element("input.input", { type: "file", name: "file", required: true });
  const sent = element("progress", { max: 1, value: 0, hidden: true, "aria-label": t("status.uploading") });
  const fields = [element("p.muted.wrap", {}, t("knowledge_base.replace_lead", { title: one.title })), field(t("knowledge.import_file"), file), sent];
  formDialog(t("knowledge_base.replace"), fields, t("knowledge_base.replace"), async () => {
    sent.hidden = false;
    try {
      await upload(`${path}/${one.id}/content`, file.files[0], (share) => (sent.value = share), {}, "PUT");
    } finally {
      sent.hidden = true;
    }
    await done();
  });
}
