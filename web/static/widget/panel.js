// The bubble and the panel, in a shadow root: the host page's style does not reach in, nor ours out.

import { element } from "../js/blocks/elements.js";
import { picture, pictureButton } from "./pictures.js";

export class Panel {
  constructor(config, say, { title, onSend, onRestart }) {
    this.say = say;
    this.onSend = onSend;
    this.host = element("div", { lang: config.language === "zh" ? "zh-Hans" : "en" });
    this.host.dataset.chatbotWidget = "";
    this.root = this.host.attachShadow({ mode: "open" });
    const style = new CSSStyleSheet();
    style.replaceSync(STYLE);
    this.root.adoptedStyleSheets = [style];

    this.launcher = element("button.launcher", { type: "button", "aria-label": say("open"), "aria-expanded": "false", onclick: () => this.toggle() }, picture("chat"));
    this.log = element("div.log", { role: "log", "aria-live": "off", "aria-label": say("log"), tabIndex: 0 });
    this.news = element("div.visually-hidden", { role: "status", "aria-live": "polite" });
    this.field = element("textarea", { rows: 1, maxLength: 4000, placeholder: say("placeholder"), "aria-label": say("placeholder"), oninput: () => this.fit() });
    this.field.addEventListener("keydown", (event) => this.onKey(event));
    this.form = element("form", { onsubmit: (event) => this.submit(event) }, this.field, element("button.send", { type: "submit", "aria-label": say("send"), title: say("send") }, picture("send")));
    this.panel = element(
      "section.panel",
      { role: "dialog", "aria-label": title, hidden: true },
      element("header", {}, element("h2", {}, title), pictureButton("restart", say("restart"), onRestart), pictureButton("down", say("close"), () => this.close())),
      this.log,
      this.news,
      this.form,
    );
    const frame = element(`div.frame.${config.position}`, {}, this.panel, this.launcher);
    wear(frame, config.theme);
    if (config.color) {
      frame.style.setProperty("--accent", config.color.color);
      frame.style.setProperty("--on-accent", config.color.ink);
    }
    frame.addEventListener("keydown", (event) => this.onFrameKey(event));
    this.root.append(frame);
  }

  get isOpen() {
    return !this.panel.hidden;
  }

  attach() {
    document.body.append(this.host);
  }

  toggle() {
    if (this.isOpen) this.close();
    else this.open();
  }

  open({ focus = true } = {}) {
    this.panel.hidden = false;
    this.launcher.setAttribute("aria-expanded", "true");
    this.launcher.setAttribute("aria-label", this.say("close"));
    this.launcher.replaceChildren(picture("close"));
    this.onToggle?.(true);
    this.toEnd();
    if (focus) this.field.focus();
  }

  close() {
    this.panel.hidden = true;
    this.launcher.setAttribute("aria-expanded", "false");
    this.launcher.setAttribute("aria-label", this.say("open"));
    this.launcher.replaceChildren(picture("chat"));
    this.onToggle?.(false);
    this.launcher.focus();
  }

  show(...nodes) {
    this.log.append(...nodes);
    this.toEnd();
  }

  clear() {
    this.log.replaceChildren();
  }

  announce(text) {
    this.news.textContent = text;
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
  }

  fit() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, 120)}px`;
  }

  submit(event) {
    event.preventDefault();
    const text = this.field.value.trim();
    if (!text || !this.onSend(text)) return;
    this.field.value = "";
    this.fit();
  }

  onKey(event) {
    // While an input method composes Chinese, Enter chooses a word.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.submit(event);
  }

  onFrameKey(event) {
    event.stopPropagation(); // the host page's shortcuts are not meant for what is typed here
    if (event.key === "Escape" && this.isOpen && !event.isComposing) this.close();
    if (event.key === "Tab" && this.isOpen && matchMedia("(max-width: 520px)").matches) this.keepFocus(event);
  }

  // Over the whole screen there is nothing to tab to behind the panel.
  keepFocus(event) {
    const stops = [...this.panel.querySelectorAll("button, textarea, summary, a, [tabindex]")].filter((stop) => stop.checkVisibility?.() ?? true);
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (this.root.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? stops.at(-1) : stops[0]).focus();
  }
}

// Light, dark, or whichever the visitor's system is in, now and when that changes.
function wear(frame, theme) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const dress = () => frame.classList.toggle("dark", theme === "auto" ? system.matches : theme === "dark");
  system.addEventListener("change", dress);
  dress();
}
