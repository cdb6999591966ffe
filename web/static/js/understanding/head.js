// What every page of a bot's understanding shares: its head, its addresses, and waiting for a job.

import { explain, get, list } from "../blocks/api.js";
import { badge, element, icon } from "../blocks/elements.js";
import { percent } from "../blocks/format.js";
import { byId, has, may, objectId, t } from "../blocks/page.js";

const POLL_MS = 700;
export const botPath = `/v1/bots/${objectId}`;
export const nluPath = `${botPath}/nlu`;
export const pagePath = `/admin/bots/${objectId}/understanding`;
export const writable = may("bots:write");

// An intent as people read it: null is out of scope.
export const intentLabel = (intent) => intent ?? t("understanding.out_of_scope");
export const versionName = (version) => t("understanding.version_number", { number: version.number });
export const languageName = (language) => (has(`common.language_${language}`) ? t(`common.language_${language}`) : language);
export const share = (value) => (value === null || value === undefined ? "–" : `${(value * 100).toFixed(1)}%`);

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
  const stale = state.needs_training ? element("a.badge.badge-warn", { href: `${pagePath}/versions` }, t("understanding.needs_training")) : null;
  byId("head-state").replaceChildren(...[active, stale].filter(Boolean));
}

export const refreshHead = () => get(nluPath).then(drawState, () => {});

function markDrift(isAlert) {
  const tab = document.querySelector("[data-tab=understanding_drift]");
  tab.querySelector(".dot, .visually-hidden")?.remove();
  if (isAlert) tab.append(element("span.dot"), element("span.visually-hidden", {}, t("understanding.alert")));
}

// Resolves to the job once it is done; throws Error with a sentence for people when it failed.
export async function jobDone(job, onProgress = () => {}) {
  let now = job;
  for (;;) {
    onProgress(now.progress ?? 0, now.status);
    if (now.status === "done") return now;
    if (now.status === "failed") throw new JobTrouble(now.error);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    now = await get(`${nluPath}/jobs/${now.id}`);
  }
}

class JobTrouble extends Error {
  constructor(error) {
    super(error?.message || (has(`error.${error?.code}`) ? t(`error.${error.code}`) : t("error.unexpected")));
  }
}

export const trouble = (problem) => (problem instanceof JobTrouble ? problem.message : explain(problem));

// A job's progress in `box`, which is shown meanwhile. Returns what jobDone does.
export async function followJob(box, job, label) {
  const bar = element("progress", { max: 1, value: 0, "aria-label": label });
  const figure = element("span.muted.small.number", {}, "");
  box.replaceChildren(element("div.job-line", {}, element("span", { role: "status" }, label), figure), bar);
  box.hidden = false;
  try {
    return await jobDone(job, (progress, status) => {
      bar.value = progress;
      figure.textContent = status === "queued" ? t("status.queued") : percent(progress);
    });
  } finally {
    box.hidden = true;
    box.replaceChildren();
  }
}

// A control with a picture and a name; `primary` stands out.
export function action(iconName, label, onclick, kind = "") {
  return element(`button.button.button-small${kind}`, { type: "button", onclick }, iconName ? icon(iconName) : null, label);
}

export function notice(problem) {
  return element("p.note.note-bad", { role: "alert" }, trouble(problem));
}
