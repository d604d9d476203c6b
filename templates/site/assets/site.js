/* Values that several scripts need: the URL of the site root, and the reader that this browser remembers. */
const KEPT = "glossary.reader";
const { base } = JSON.parse(document.getElementById("__config").textContent);

/* The URL of the site root, from the relative path that the theme embeds in every page. */
export const root = new URL(base.replace(/\/*$/, "/"), location.href.split(/[?#]/)[0]);

/* The remembered reader: {role, audience, label}; null if there is none. If storage is disabled, the reader is forgotten
 * when the page is left (templates/theme/main.html). */
export function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT) || "null");
  } catch {
    return null;
  }
}

export function keep(reader) {
  try {
    localStorage.setItem(KEPT, JSON.stringify(reader));
  } catch {}
}

export function forget() {
  try {
    localStorage.removeItem(KEPT);
  } catch {}
}
