// What the server told this page: language, sentences, rights, and which object it is about.

const data = JSON.parse(document.getElementById("page-data").textContent);

export const language = data.language;
export const objectId = data.objectId;
export const baseUrl = data.baseUrl;
export const viewer = data.viewer;

// {count} is a value; {count:passage|passages} is the word that goes with one of it, or with any other number.
export function t(key, values = {}) {
  const sentence = data.messages[key] ?? key;
  return sentence.replace(/\{(\w+)(?::([^|{}]*)\|([^|{}]*))?\}/g, (whole, name, one, many) => {
    if (!(name in values)) return whole;
    const value = String(values[name]);
    if (one === undefined) return value;
    return value === "1" ? one : many;
  });
}

export function has(key) {
  return key in data.messages;
}

export function may(scope) {
  return data.scopes.includes(scope);
}

export const byId = (id) => document.getElementById(id);
