// What every page of a knowledge base shares: its head, its addresses, and a switch.

import { explain, get } from "../blocks/api.js";
import { fail } from "../blocks/dialogs.js";
import { element } from "../blocks/elements.js";
import { byId, may, objectId } from "../blocks/page.js";

const siteTitle = document.title;
export const basePath = `/v1/knowledge-bases/${objectId}`;
export const pagePath = `/admin/knowledge/${objectId}`;
export const writable = may("knowledge:write");

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

// A checkbox that looks like a switch. It goes back when `save(on)` throws.
export function toggle(label, on, save) {
  const box = element("input.toggle", { type: "checkbox", role: "switch", checked: on, disabled: !writable, "aria-label": label, title: label });
  box.addEventListener("change", async () => {
    box.disabled = true;
    try {
      await save(box.checked);
    } catch (problem) {
      fail(problem);
      box.checked = !box.checked;
    } finally {
      box.disabled = false;
      box.focus();
    }
  });
  return box;
}

// "a, b，c" as a list without doubles.
export const listed = (text) => [...new Set(text.split(/[,，;；\n]/).map((part) => part.trim()).filter(Boolean))];
