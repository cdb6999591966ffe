// Definitions as YAML or JSON text: read and written by the server's pages, which know where each part stands.

import { Problem } from "../blocks/api.js";
import { t } from "../blocks/page.js";

async function ask(path, body) {
  const response = await fetch(`/admin/notation/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const told = await response.json().catch(() => ({}));
  if (response.status === 422 && told.key) throw new NotationTrouble(told);
  if (!response.ok) throw new Problem(response.status, told);
  return told;
}

// Thrown for a text that is no definition; `line` is 0 where none is to blame.
export class NotationTrouble extends Error {
  constructor({ key, line, detail }) {
    const reason = t(`understanding_definitions.notation_${key}`, {}, key);
    super(detail ? `${reason} (${detail})` : reason);
    this.line = line;
  }
}

export const read = (text) => ask("read", { text });
export const write = async (definition) => (await ask("write", { definition })).text;
