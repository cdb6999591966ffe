// Starts the widget once for each bot of a page.

import { Client, Refused } from "./client.js";
import { SCRIPT, readConfig } from "./config.js";
import { Panel } from "./panel.js";
import { Store } from "./store.js";
import { Talk } from "./talk.js";

function sentences(language) {
  return (key, values = {}) => SENTENCES[language][`widget.${key}`].replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

async function start(config) {
  const say = sentences(config.language);
  const store = new Store(config.bot);
  const client = new Client(config, store);
  const talk = new Talk(config, client, store, say);
  const panel = new Panel(config, say, {
    title: config.title || say("title"),
    onSend: (text) => talk.send(text),
    onRestart: () => talk.restart(),
  });
  panel.onToggle = (open) => store.write({ open });
  try {
    await client.open();
    await talk.restore(panel);
  } catch (trouble) {
    console.warn(`chatbot widget: not shown on ${location.origin}. ${whyNot(trouble, config)}`);
    return;
  }
  panel.attach();
  if (store.read().open && !matchMedia("(max-width: 520px)").matches) panel.open({ focus: false });
}

function whyNot(trouble, config) {
  if (trouble instanceof Refused && trouble.code === "widget_key_not_found") return "No active bot has this data-bot key.";
  if (trouble instanceof Refused && trouble.status !== 403) return `The platform answered ${trouble.message}.`;
  return `Is this origin on the bot's list of allowed sites, and does ${config.platform} answer?`;
}

const config = readConfig(SCRIPT);
const started = (window[Symbol.for("chatbot-widget")] ??= new Set());
if (config.bot && !started.has(config.bot)) {
  started.add(config.bot);
  if (document.body) start(config);
  else addEventListener("DOMContentLoaded", () => start(config), { once: true });
}
