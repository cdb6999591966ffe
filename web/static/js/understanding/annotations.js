// Entities inside a text: shown as marks, written as [北京](city) or [上海]{"entity": "city", "role": "to"}.

import { element } from "../blocks/elements.js";

// [text node, what `make(part, span)` makes, ...]: spans are {start, end}; where two overlap, the first and longer one wins.
// Offsets count characters (code points), not UTF-16 units.
export function spanned(text, spans, make) {
  const characters = [...text];
  const slice = (from, to) => characters.slice(from, to).join("");
  const ordered = [...spans].sort((one, other) => one.start - other.start || other.end - one.end);
  const nodes = [];
  let from = 0;
  for (const span of ordered) {
    if (span.start < from || span.end > characters.length) continue;
    nodes.push(slice(from, span.start), make(slice(span.start, span.end), span));
    from = span.end;
  }
  return [...nodes, slice(from)];
}

// Spans of entities: {name, role?, group?, value?}.
export const marked = (text, entities) => spanned(text, entities, chip);

// Its name, and its role and group where it has them.
export const entityKind = ({ name, role, group }) => [name, role, group].filter(Boolean).join(" · ");

function chip(text, { value, ...span }) {
  const kind = entityKind(span);
  const title = value && value !== text ? `${kind} = ${value}` : kind;
  return element("mark.entity", { title }, text, element("span.entity-kind", {}, kind));
}

// One example a line; empty lines and doubles are left out.
export function examplesIn(pasted) {
  const lines = pasted.split(/\r?\n/).map((line) => line.replace(/^\s*[-*•]\s+/, "").trim());
  return [...new Set(lines.filter(Boolean))];
}

// "text<TAB>intent" or "text,intent" a line; no intent, or out_of_scope, is null.
export function labelledLines(pasted) {
  return examplesIn(pasted).map((line) => {
    const cut = line.includes("\t") ? line.lastIndexOf("\t") : Math.max(line.lastIndexOf(","), line.lastIndexOf("，"));
    const text = (cut > 0 ? line.slice(0, cut) : line).trim().replace(/^"(.*)"$/, "$1");
    const intent = cut > 0 ? line.slice(cut + 1).trim() : "";
    return { text, intent: intent && intent !== "out_of_scope" ? intent : null };
  });
}
