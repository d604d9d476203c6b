/* On the page of all terms: shows only the terms whose name or meaning contains the typed text.
 *
 * Case, accents, hyphens, and spaces make no difference, so "cafenoir" finds "Café noir". Letters without matching terms
 * are hidden too, screen readers announce the number of matches, and Escape or an empty field shows all terms again.
 * Without scripts, the field is hidden and the list is complete.
 */
import { words } from "./words.js";

const field = document.getElementById("az-filter");
const count = document.querySelector("[data-az-count]");

if (field) {
  const terms = [...document.querySelectorAll(".az li")].map((line) => ({ line, text: folded(line.textContent) }));
  field.addEventListener("input", () => filter(terms, folded(field.value)));
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    field.value = "";
    filter(terms, "");
  });
  if (field.value) filter(terms, folded(field.value)); // the browser restored the text
}

function folded(text) {
  return text.normalize("NFKD").toLowerCase().replace(/[\s\p{M}\p{Pd}_]+/gu, "");
}

function filter(terms, wanted) {
  for (const { line, text } of terms) line.hidden = !text.includes(wanted);
  for (const list of document.querySelectorAll(".az ul")) {
    const empty = [...list.children].every((line) => line.hidden);
    list.hidden = empty;
    list.previousElementSibling.hidden = empty;
  }
  const left = terms.filter(({ line }) => !line.hidden).length;
  count.textContent = wanted ? words("terms.left", { count: left, all: terms.length }) : "";
}
