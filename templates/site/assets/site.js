/* What several scripts need to know: where the site begins, and which reader this browser remembers. */
const KEPT = "glossary.reader";
const { base } = JSON.parse(document.getElementById("__config").textContent);

/* The URL of the site root, from the relative path that the theme embeds in every page. */
export const root = new URL(base.replace(/\/*$/, "/"), location.href.split(/[?#]/)[0]);

/* The remembered reader: {role, audience, label}; null if there is none. If storage is disabled, nothing is remembered,
 * but everything else works. */
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
