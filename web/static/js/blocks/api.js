// The /v1 API from a signed-in page. The access token lives in this module alone and is renewed by the session cookie.

import { language, t } from "./page.js";

const RENEW_BEFORE_MS = 60_000;
let token = "";
let validUntil = 0;
let renewal = null;

export class Problem extends Error {
  constructor(status, body = {}) {
    super(body.detail || body.title || `HTTP ${status}`);
    this.status = status;
    this.code = body.code || "";
    this.errors = body.errors || [];
    this.documentId = body.document_id || ""; // of the document that is there already
    this.requestId = body.request_id || "";
  }
}

// A sentence for people: ours when the code is known, else what the server said.
export function explain(problem) {
  if (problem.summary) return problem.summary; // said already, or the page shows the faults one by one
  if (!(problem instanceof Problem)) {
    console.error(problem);
    return t("error.network");
  }
  // Of a file the server says in the reader's language what is wrong with it.
  if (problem.code?.startsWith("document_") && problem.status !== 404) return problem.message;
  if (problem.errors.length) {
    return problem.errors.map(({ field, message }) => `${field}: ${message}`).join(" · ");
  }
  return t(`error.${problem.code}`, {}, problem.message || t("error.unexpected"));
}

// Why a job, a document or a source failed. The server says it in the reader's language, and to the point: "Page 2 is damaged."
export const failureText = (error) => error?.message || t(`error.${error?.code}`, {}, t("error.unexpected"));

async function renew() {
  const response = await fetch("/admin/token", { method: "POST" });
  if (response.status === 401) {
    location.assign(`/admin/login?next=${encodeURIComponent(location.pathname)}`);
    return new Promise(() => {}); // the page is leaving
  }
  if (!response.ok) throw await problemOf(response);
  const body = await response.json();
  token = body.access_token;
  validUntil = Date.now() + body.expires_in * 1000;
  return token;
}

async function accessToken({ fresh = false } = {}) {
  if (!fresh && token && Date.now() < validUntil - RENEW_BEFORE_MS) return token;
  renewal ??= renew().finally(() => (renewal = null));
  return renewal;
}

async function problemOf(response) {
  try {
    return new Problem(response.status, await response.json());
  } catch {
    return new Problem(response.status);
  }
}

export async function send(method, path, body, { signal } = {}) {
  for (let attempt = 0; ; attempt += 1) {
    const headers = { Authorization: `Bearer ${await accessToken({ fresh: attempt > 0 })}`, Accept: "application/json, text/event-stream", "Accept-Language": language };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const response = await fetch(path, {
      method,
      headers,
      signal,
      credentials: "omit",
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (response.status === 401 && attempt === 0) continue;
    if (!response.ok) throw await problemOf(response);
    return response;
  }
}

export async function call(method, path, body, options) {
  const response = await send(method, path, body, options);
  return response.status === 204 ? null : response.json();
}

export const get = (path, options) => call("GET", path, undefined, options);

// One page of a list, and how to ask for the next.
export async function list(path, { limit = 50, cursor = null, ...filters } = {}) {
  const query = new URLSearchParams({ limit, ...filters });
  if (cursor) query.set("cursor", cursor);
  return get(`${path}?${query}`);
}

// Every object of a list, up to `most`.
export async function all(path, { most = 1000, ...filters } = {}) {
  const items = [];
  let cursor = null;
  do {
    const page = await list(path, { limit: 100, cursor, ...filters });
    items.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor && items.length < most);
  return items;
}

// XMLHttpRequest, because fetch does not tell how much of an upload has left.
// `fields` go along with the file.
export async function upload(path, file, onProgress, fields = {}, method = "POST") {
  const bearer = await accessToken();
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, path);
    request.setRequestHeader("Authorization", `Bearer ${bearer}`);
    request.setRequestHeader("Accept-Language", language);
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => event.lengthComputable && onProgress(event.loaded / event.total));
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300) resolve(request.response);
      else reject(new Problem(request.status, request.response ?? {}));
    });
    request.addEventListener("error", () => reject(new TypeError("upload failed")));
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("file", file, file.name);
    request.send(form);
  });
}

// Saves what `path` answers as a file, under the name that the server gives it.
export async function download(path) {
  const response = await send("GET", path);
  const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? "download";
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
