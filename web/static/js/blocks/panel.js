// A box whose content comes from the server: bars while it is on its way, then what it came to, or why it did not come.

import { explain, list } from "./api.js";
import { action, element, icon } from "./elements.js";
import { resting } from "./forms.js";
import { byId, t } from "./page.js";

const POLL_MS = 900;

// Returns `show(...asked)`: what `load(...asked)` answers is drawn as `view(answer)`, or as `empty()` where it is an
// empty list; it resolves to the answer. Of several under way only that of the last question counts. While an entry of
// the list is `moving` it is asked for again; of each that came to rest #news tells `settled(entry)`.
// `show.draw()` draws the last answer anew.
export function panel(box, load, view, { lines = 4, empty = null, moving = () => false, settled = null } = {}) {
  let turn = 0;
  let timer = 0;
  let shown = null;
  async function ask(asked, { again }) {
    turn += 1;
    const mine = turn;
    clearTimeout(timer);
    wait();
    let answer;
    try {
      answer = await load(...asked);
      if (mine !== turn) return undefined;
      redraw(box, viewOf(answer));
      if (settled) tellSettled(shown ?? [], answer);
      shown = answer;
    } catch (problem) {
      if (mine !== turn) return undefined;
      if (!again) redraw(box, inset(box, notice(problem)));
    }
    box.removeAttribute("aria-busy");
    if (Array.isArray(shown) && shown.some(moving)) timer = setTimeout(() => ask(asked, { again: true }), document.hidden ? POLL_MS * 5 : POLL_MS);
    return answer;
  }
  const wait = () => {
    box.setAttribute("aria-busy", "true");
    if (!box.firstElementChild) box.append(box.closest(".card, dialog") ? skeleton(lines) : element("section.card", {}, skeleton(lines)));
  };
  const tellSettled = (before, now) => {
    const rested = now.filter((one) => !moving(one) && before.some((old) => old.id === one.id && moving(old)));
    for (const one of rested) byId("news").textContent = settled(one);
  };
  const viewOf = (answer) => (empty && !answer.length ? empty() : view(answer));
  const show = (...asked) => ask(asked, { again: false });
  show.draw = () => shown && redraw(box, viewOf(shown));
  if (box.hasAttribute("aria-busy")) wait(); // so the template says that it will be filled
  return show;
}

// What had the focus has it again: the control of that name in the row of that object, or else what is in its place.
export function redraw(box, ...content) {
  const held = box.contains(document.activeElement) ? document.activeElement : null;
  const place = controlsOf(box).indexOf(held);
  box.replaceChildren(...content.flat(3).filter(Boolean));
  if (place < 0 || document.activeElement === held) return;
  const controls = controlsOf(box);
  const again = controls.find((one) => one === held || nameOf(one) === nameOf(held));
  (again ?? controls[Math.min(place, controls.length - 1)])?.focus({ preventScroll: true });
}

const controlsOf = (box) => [...box.querySelectorAll(":is(a[href], button, input, select, textarea, summary):not(:disabled)")];

function nameOf(control) {
  const name = control.getAttribute("aria-label") ?? (control.name || control.textContent);
  return JSON.stringify([{ ...control.closest("tr, li, section")?.dataset }, name]);
}

// A box that fills a card has no room at its edges for a line of text.
function inset(box, line) {
  return box.closest(".card") && !box.closest(".card-body, .talk-log, .intent-list, dialog") ? element("div.card-body", {}, line) : line;
}

// The entries of a list into `rows`, by the page; resolves, once the first is there, to the button for the next.
export async function grow(rows, path, query, row, place = (button) => button) {
  let cursor = null;
  const button = action("", t("common.more"), () => resting(button, next));
  const more = place(button);
  const next = async () => {
    const page = await list(path, { ...query, cursor });
    rows.append(...page.items.map(row));
    cursor = page.next_cursor;
    more.hidden = !cursor;
  };
  await next();
  return more;
}

export const notice = (problem) => element("p.note.note-bad", { role: "alert" }, explain(problem));

export function emptyState(iconName, title, text, start = null) {
  return element("div.empty", {}, icon(iconName), element("h2", {}, title), element("p", {}, text), start);
}

function skeleton(lines) {
  const bars = Array.from({ length: lines }, () => element("div.skeleton"));
  return element("div.card-body", { "aria-hidden": "true" }, bars);
}
