// Text with its addresses and citation marks taken apart. Nothing here makes markup out of text.

import { element } from "./elements.js";

const WEB_ADDRESS = /https?:\/\/[^\s<>"'`，。；！？、（）《》「」]+[^\s<>"'`，。；！？、（）《》「」.,;:!?)\]}]/giu;

export function safeLink(address) {
  try {
    const url = new URL(address);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}

export const outLink = (href, text = href) => element("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, text);

// The nodes of a text: addresses are links; where a citation mark such as [2] stands that `numbers` knows, `mark(2)` does.
export function textNodes(text, numbers, mark) {
  return [...textParts(text, numbers)].map((part) => (part.number ? mark(part.number) : part.link ? outLink(part.link, part.text) : part.text));
}

// Unfolds a source and goes there.
export function reveal(source) {
  source.open = true;
  source.querySelector("summary").focus();
  source.scrollIntoView({ block: "nearest" });
}

// Yields {text}, {text, link} and {text, number}.
function* textParts(text, numbers) {
  let from = 0;
  for (const match of text.matchAll(WEB_ADDRESS)) {
    yield* markedParts(text.slice(from, match.index), numbers);
    const link = safeLink(match[0]);
    yield link ? { text: match[0], link } : { text: match[0] };
    from = match.index + match[0].length;
  }
  yield* markedParts(text.slice(from), numbers);
}

function* markedParts(text, numbers) {
  let from = 0;
  for (const match of text.matchAll(/\[(\d{1,2})\]/g)) {
    const number = Number(match[1]);
    if (!numbers.has(number)) continue;
    if (match.index > from) yield { text: text.slice(from, match.index) };
    yield { text: match[0], number };
    from = match.index + match[0].length;
  }
  if (from < text.length) yield { text: text.slice(from) };
}
