// What the host page asked for in the script's attributes.

// `document.currentScript` exists only while the script itself runs: read at once, also with `async`.
export const SCRIPT = document.currentScript;

export function readConfig(script) {
  const bot = script.dataset.bot?.trim() ?? "";
  if (!bot) console.warn("chatbot widget: the script tag has no data-bot attribute.");
  return {
    bot,
    platform: new URL(script.src).origin,
    language: languageOf(script.dataset.language),
    position: script.dataset.position === "left" ? "left" : "right",
    title: script.dataset.title?.trim() ?? "",
    theme: ["light", "dark"].includes(script.dataset.theme) ? script.dataset.theme : "auto",
    color: colorOf(script.dataset.color),
  };
}

function languageOf(asked) {
  for (const tag of [asked, ...navigator.languages]) {
    const language = (tag ?? "").toLowerCase().split(/[-_]/)[0];
    if (language === "zh" || language === "en") return language;
  }
  return "en";
}

// A colour the browser knows, with black or white on it, whichever reads better.
function colorOf(asked) {
  const color = asked?.trim();
  if (!color || !CSS.supports("color", color)) return null;
  const [red, green, blue] = pixelOf(color).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return { color, ink: luminance > 0.179 ? "#111827" : "#ffffff" };
}

function pixelOf(color) {
  const canvas = document.createElement("canvas");
  canvas.width = 1;
  canvas.height = 1;
  const context = canvas.getContext("2d");
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}
