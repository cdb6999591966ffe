// One conversation: what was said, how it was rated, and the trace of each reply.

import { all, get } from "../blocks/api.js";
import { element } from "../blocks/elements.js";
import { formatTime } from "../blocks/format.js";
import { byId, objectId, t } from "../blocks/page.js";
import { panel } from "../blocks/panel.js";
import { BotTurn, userTurn } from "./answer.js";
import { showNoTrace, tracing } from "./trace.js";

const log = byId("log");
const path = `/v1/conversations/${objectId}`;
const choose = tracing(log, byId("trace"));

function turnOf(message) {
  if (message.role === "user") return userTurn(message.text);
  const turn = new BotTurn({ onTrace: choose });
  if (message.response) turn.finish(message.response, message.feedback?.rating);
  else turn.add(message.text);
  if (message.feedback?.comment) turn.below.append(element("p.note.wrap", {}, message.feedback.comment));
  return turn.node;
}

function view([talk, messages]) {
  byId("about").textContent = t("conversation.about", { user: talk.user_id, time: formatTime(talk.created_at), count: talk.message_count });
  return messages.map(turnOf);
}

showNoTrace(byId("trace"));
await panel(log, () => Promise.all([get(path), all(`${path}/messages`, { most: 2000 })]), view, { lines: 8 })();
