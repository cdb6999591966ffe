// Work that takes a while on the server: asked after until it is done, with a bar for how far it is.

import { element } from "./elements.js";
import { percent } from "./format.js";

const POLL_MS = 800;
export const isMoving = (job) => job?.status === "queued" || job?.status === "processing" || job?.status === "running" || job?.status === "fetching";

// Asks again and again while `moves(answer)`; resolves to the last answer.
export async function settled(ask, moves, each = () => {}) {
  for (;;) {
    const now = await ask();
    each(now);
    if (!moves(now)) return now;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

// `work(tell)` with a bar in `box`, which is shown meanwhile; `tell(share, text)` says how far it is.
export async function withBar(box, label, work) {
  const bar = element("progress", { max: 1, value: 0, "aria-label": label });
  const figure = element("span.muted.small.number");
  box.replaceChildren(element("div.job-line", {}, element("span", { role: "status" }, label), figure), bar);
  box.hidden = false;
  try {
    return await work((share, text = percent(share)) => {
      bar.value = share;
      figure.textContent = text;
    });
  } finally {
    box.hidden = true;
    box.replaceChildren();
  }
}
