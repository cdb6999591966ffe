// Where in its document a text stands.

// "Page 3 · Warranty › Duration", and whether it was read from a picture; `say(name, values)` finds the words.
// Of the headings the first is left out where that is only the document's `title`, which is told beside it.
export function placeText(locator, title, say) {
  const { sheet, heading, recognised, ...numbers } = locator ?? {};
  const numbered = ["page", "slide", "row"].filter((name) => numbers[name]).map((name) => say(name, { number: numbers[name] }));
  const path = [heading].flat().filter(Boolean);
  const headings = (path[0] === title ? path.slice(1) : path).join(" › ");
  return [...numbered, sheet, headings, recognised && say("recognised")].filter(Boolean).join(" · ");
}
