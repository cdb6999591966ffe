// The widget's few pictures: it has no sprite of the page's to point at.

import { element, svg } from "../js/blocks/elements.js";

const PICTURES = {
  chat: ["M20.5 11.8a8 8 0 0 1-11.7 7L4 20.5l1.5-4.7a8 8 0 1 1 15-4z"],
  close: ["M6 6l12 12", "M18 6L6 18"],
  down: ["M6 9.5l6 6 6-6"],
  restart: ["M20 11a8 8 0 0 0-14.3-4L3.5 9.5", "M3.5 4.5v5h5", "M4 13a8 8 0 0 0 14.3 4l2.2-2.5", "M20.5 19.5v-5h-5"],
  send: ["M12 19V5", "M6 11l6-6 6 6"],
  up: ["M7 10.5L11 3a2.2 2.2 0 0 1 2.2 2.6L12.7 9H18a2 2 0 0 1 2 2.4l-1.3 6.9A2 2 0 0 1 16.7 20H7z", "M3.5 10.5H7V20H3.5z"],
  thumb_down: ["M17 13.5L13 21a2.2 2.2 0 0 1-2.2-2.6l.5-3.4H6a2 2 0 0 1-2-2.4l1.3-6.9A2 2 0 0 1 7.3 4H17z", "M20.5 13.5H17V4h3.5z"],
};

export const picture = (name) => svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, ...PICTURES[name].map((d) => svg("path", { d })));

export function pictureButton(name, label, onclick, shape = "button.icon") {
  return element(shape, { type: "button", "aria-label": label, title: label, onclick }, picture(name));
}
