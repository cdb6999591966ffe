// What the server told this page: language, sentences, rights, and which object it is about.

const data = JSON.parse(document.getElementById("page-data").textContent);

export const language = data.language;
export const objectId = data.objectId;
export const baseUrl = data.baseUrl;
export const viewer = data.viewer;

// {count} is a value; {count:passage|passages} is the word that goes with one of it, or with any other number.
// `otherwise` is for names of the server's that no sentence may be there for.
export function t(key, values = {}, otherwise = key) {
  const sentence = data.messages[key] ?? otherwise;
  return sentence?.replace(/\{(\w+)(?::([^|{}]*)\|([^|{}]*))?\}/g, (whole, name, one, many) => {
    if (!(name in values)) return whole;
    const value = String(values[name]);
    if (one === undefined) return value;
    return value === "1" ? one : many;
  });
}

export const may = (scope) => data.scopes.includes(scope);
export const byId = (id) => document.getElementById(id);
