// Text with its addresses and citation marks taken apart. Nothing here makes markup out of text.

const WEB_ADDRESS = /https?:\/\/[^\s<>"'`，。；！？、（）《》「」]+[^\s<>"'`，。；！？、（）《》「」.,;:!?)\]}]/giu;

export function safeLink(address) {
  try {
    const url = new URL(address);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}

// Yields {text}, {text, link} and {text, number}: a number is a citation mark such as [2] that `numbers` knows.
export function* textParts(text, numbers = new Set()) {
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
