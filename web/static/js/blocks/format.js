// Dates, sizes and places in the page's language.

import { language, t } from "./page.js";
import { placeText } from "./places.js";

const locale = language === "zh" ? "zh-CN" : "en-GB";
const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
const number = new Intl.NumberFormat(locale);

export const formatNumber = (value) => number.format(value ?? 0);
export const formatDate = (iso) => (iso ? day.format(new Date(iso)) : "–");
export const formatTime = (iso) => (iso ? dateTime.format(new Date(iso)) : "–");
export const percent = (share) => `${Math.round((share ?? 0) * 100)}%`;
export const exactPercent = (share) => (share === null || share === undefined ? "–" : `${(share * 100).toFixed(1)}%`);
export const languageName = (code) => t(`common.language_${code}`, {}, code);

export function formatAgo(iso) {
  const seconds = (new Date(iso) - Date.now()) / 1000;
  for (const [unit, length] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
    if (Math.abs(seconds) >= length) return relative.format(Math.round(seconds / length), unit);
  }
  return t("common.just_now");
}

export function formatSize(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

export function formatMilliseconds(value) {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

// Where in the document of that title a text stands.
export const formatPlace = (locator, title = "") => placeText(locator, title, (name, values) => t(`common.${name}`, values));
