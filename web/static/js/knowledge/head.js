// What every page of a knowledge base shares: its head and its addresses.

import { explain, get } from "../blocks/api.js";
import { badge, element, icon } from "../blocks/elements.js";
import { byId, has, may, objectId, t } from "../blocks/page.js";

const siteTitle = document.title;
export const basePath = `/v1/knowledge-bases/${objectId}`;
export const pagePath = `/admin/knowledge/${objectId}`;
export const writable = may("knowledge:write");

export const languageName = (language) => (has(`common.language_${language}`) ? t(`common.language_${language}`) : language);

export function nameBase(base) {
  byId("name").textContent = base.name;
  document.title = `${base.name} · ${siteTitle}`;
}

// Whose page this is. A knowledge base that is gone says so in place of its name.
export async function showHead() {
  try {
    nameBase(await get(basePath));
  } catch (problem) {
    byId("name").textContent = explain(problem);
  }
}

// A control with a picture and a name; `kind` adds classes.
export function action(iconName, label, onclick, kind = "") {
  return element(`button.button.button-small${kind}`, { type: "button", onclick }, iconName ? icon(iconName) : null, label);
}

export function notice(problem) {
  return element("p.note.note-bad", { role: "alert" }, explain(problem));
}

// A checkbox that looks like a switch. `save(on)` may throw: it then goes back.
export function toggle(label, on, save) {
  const box = element("input.toggle", { type: "checkbox", role: "switch", checked: on, disabled: !writable, "aria-label": label, title: label });
  box.addEventListener("change", async () => {
    box.disabled = true;
    try {
      await save(box.checked);
    } catch {
      box.checked = !box.checked;
    } finally {
      box.disabled = false;
      box.focus();
    }
  });
  return box;
}

export const tagBadges = (tags) => tags.map((tag) => badge(tag));

// "a, b，c" as a list without doubles.
export const listed = (text) => [...new Set(text.split(/[,，;；\n]/).map((part) => part.trim()).filter(Boolean))];
