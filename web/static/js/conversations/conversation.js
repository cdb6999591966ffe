// One conversation: what was said, how it was rated, and the trace of each reply.

import { BotTurn, userTurn } from "./answer.js";
import { all, explain, get } from "../blocks/api.js";
import { element, skeleton } from "../blocks/elements.js";
import { formatTime } from "../blocks/format.js";
import { byId, objectId, t } from "../blocks/page.js";
import { showNoTrace, showTrace } from "./trace.js";

const log = byId("log");
const path = `/v1/conversations/${objectId}`;

function choose(messageId, turn) {
  for (const other of log.querySelectorAll(".chosen")) other.classList.remove("chosen");
  turn.node.classList.add("chosen");
  return showTrace(byId("trace"), messageId);
}

function turnOf(message) {
  if (message.role === "user") return userTurn(message.text);
  const turn = new BotTurn({ onTrace: choose });
  if (message.response) turn.finish(message.response, message.feedback?.rating);
  else turn.add(message.text);
  if (message.feedback?.comment) turn.below.append(element("p.note.wrap", {}, message.feedback.comment));
  return turn.node;
}

log.replaceChildren(skeleton(8));
showNoTrace(byId("trace"));
try {
  const [talk, messages] = await Promise.all([get(path), all(`${path}/messages`, { most: 2000 })]);
  byId("about").textContent = t("conversation.about", { user: talk.user_id, time: formatTime(talk.created_at), count: talk.message_count });
  log.replaceChildren(...messages.map(turnOf));
} catch (problem) {
  log.replaceChildren(element("p.note.note-bad", {}, explain(problem)));
} finally {
  log.removeAttribute("aria-busy");
}
