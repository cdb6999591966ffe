// The test panel: a talk with a bot as its users have it, and why it said what it said.

import { all, explain } from "../blocks/api.js";
import { fail } from "../blocks/dialogs.js";
import { element } from "../blocks/elements.js";
import { byId, may, t, viewer } from "../blocks/page.js";
import { emptyState } from "../blocks/panel.js";
import { BotTurn, userTurn } from "./answer.js";
import { streamTurn } from "./stream.js";
import { showNoTrace, tracing } from "./trace.js";

const log = byId("log");
const message = byId("message");
const choose = tracing(log, byId("trace"));
let sessionId = "";
let busy = false;

function restart() {
  sessionId = `test_${Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  log.replaceChildren(emptyState("conversations", t("test_panel.empty"), t("test_panel.empty_lead"), examples()));
  showNoTrace(byId("trace"));
  message.focus();
}

function examples() {
  const asked = ["example_1", "example_2", "example_3"].map((name) => t(`test_panel.${name}`));
  return element("div.quick-replies", {}, asked.map((text) => element("button.button.button-small", { type: "button", onclick: () => ask(text) }, text)));
}

async function ask(text, shown = text) {
  if (busy || !text.trim()) return;
  busy = true;
  log.querySelector(".empty")?.remove();
  const onTrace = may("conversations:read") ? choose : null;
  const turn = new BotTurn({ onTrace, onQuickReply: (title, payload) => ask(payload, title) });
  const said = userTurn(shown);
  log.append(said, turn.node);
  toEnd();
  try {
    const request = { user_id: `test:${viewer.email}`.slice(0, 128), message: text, session_id: sessionId };
    if (byId("bot").value) request.bot_id = byId("bot").value;
    for await (const event of streamTurn(request)) {
      if (event.type === "token") turn.add(event.data.text);
      if (event.type === "done") {
        turn.finish(event.data);
        if (onTrace) choose(event.data.metadata.message_id, turn);
      }
      toEnd();
    }
  } catch (problem) {
    turn.fail(explain(problem), () => {
      said.remove();
      turn.node.remove();
      ask(text, shown);
    });
  } finally {
    busy = false;
    toEnd();
  }
}

function toEnd() {
  log.scrollTop = log.scrollHeight;
}

function fit() {
  message.style.height = "auto";
  message.style.height = `${Math.min(message.scrollHeight + 2, 150)}px`;
}

function submit() {
  if (busy) return;
  const text = message.value;
  message.value = "";
  fit();
  ask(text);
}

byId("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
message.addEventListener("input", fit);
message.addEventListener("keydown", (event) => {
  // While an input method composes Chinese, Enter chooses a word.
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    submit();
  }
});
byId("restart").addEventListener("click", restart);
byId("bot").addEventListener("change", restart);

restart();
if (may("bots:read")) {
  try {
    const wanted = new URLSearchParams(location.search).get("bot");
    const bots = (await all("/v1/bots")).filter((bot) => bot.is_active);
    const chosen = bots.find((bot) => bot.id === wanted) ?? bots.find((bot) => bot.is_default);
    byId("bot").replaceChildren(...bots.map((bot) => element("option", { value: bot.id, selected: bot === chosen }, bot.name)));
  } catch (problem) {
    fail(problem);
  }
}
