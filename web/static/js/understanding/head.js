// What every page of a bot's understanding shares: its head, its addresses, and waiting for a job.

import { call, explain, failureText, get, list } from "../blocks/api.js";
import { badge, element } from "../blocks/elements.js";
import { percent } from "../blocks/format.js";
import { onSubmit } from "../blocks/forms.js";
import { byId, may, objectId, t } from "../blocks/page.js";
import { isMoving, settled, withBar } from "../blocks/progress.js";

export const botPath = `/v1/bots/${objectId}`;
export const nluPath = `${botPath}/nlu`;
export const pagePath = `/admin/bots/${objectId}/understanding`;
export const writable = may("bots:write");

// An intent as people read it: null is out of scope.
export const intentLabel = (intent) => intent ?? t("understanding.out_of_scope");
export const versionName = (version) => t("understanding.version_number", { number: version.number });

// Whose understanding this is and how it stands. Returns the state, or null when it could not be read.
export async function showHead() {
  const [bot, state, drift] = await Promise.allSettled([get(botPath), get(nluPath), list(`${nluPath}/drift`, { limit: 1 })]);
  const crumb = byId("bot-name");
  crumb.href = `/admin/bots/${objectId}`;
  if (bot.status === "fulfilled") {
    crumb.querySelector("span").textContent = bot.value.name;
    document.title = `${bot.value.name} · ${document.title.split(" · ").slice(-2).join(" · ")}`;
  }
  if (state.status === "fulfilled") drawState(state.value);
  else byId("head-state").replaceChildren(element("p.note.note-bad", {}, explain(state.reason)));
  markDrift(drift.status === "fulfilled" && drift.value.items[0]?.is_alert);
  return state.status === "fulfilled" ? state.value : null;
}

export function drawState(state) {
  const active = state.active ? badge(t("understanding.active", { number: state.active.number }), "good") : badge(t("understanding.no_version"), "warn");
  const stale = state.needs_training ? element("a.badge.badge-warn", { href: `${pagePath}/versions` }, t("understanding.needs_training")) : "";
  byId("head-state").replaceChildren(active, stale);
}

export const refreshHead = () => get(nluPath).then(drawState, () => {});

function markDrift(isAlert) {
  const tab = document.querySelector("[data-tab=understanding_drift]");
  tab.querySelector(".dot, .visually-hidden")?.remove();
  if (isAlert) tab.append(element("span.dot"), element("span.visually-hidden", {}, t("understanding.alert")));
}

// Resolves to the job once it is done; what is thrown when it failed says why in the reader's words.
export async function jobDone({ id }, tell) {
  const job = await settled(() => get(`${nluPath}/jobs/${id}`), isMoving, tell);
  if (job.status === "failed") throw Object.assign(new Error(), { summary: failureText(job.error) });
  return job;
}

// The same with a bar in `box`, which is shown meanwhile.
export function followJob(box, job, label) {
  return withBar(box, label, (say) => jobDone(job, ({ progress, status }) => say(progress ?? 0, status === "queued" ? t("status.queued") : percent(progress))));
}

// The form `#start`, which has a job done over so many days.
export function onStart(path, label, then) {
  onSubmit(byId("start"), async () => {
    const job = await call("POST", path, { days: Number(byId("days").value) });
    await then((await followJob(byId("training"), job, label)).result);
  });
}

// Sends examples a few hundred at a time; resolves to how many were new.
export async function addExamples(path, examples) {
  let added = 0;
  for (let from = 0; from < examples.length; from += 500) {
    added += (await call("POST", path, { examples: examples.slice(from, from + 500) })).added;
  }
  return added;
}
