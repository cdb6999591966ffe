// Where in its document a text stands.

// The way down the headings; without the first of them where that is only the document's `title`, which is told beside it.
export function headingPath(heading, title = "") {
  const path = (Array.isArray(heading) ? heading : [heading]).filter(Boolean);
  return (path[0] === title ? path.slice(1) : path).join(" › ");
}
