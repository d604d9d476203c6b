/* On the page of all terms: shows only the terms whose name or meaning contains the typed text.
 *
 * Case, accents, hyphens, and spaces make no difference, so "cafenoir" finds "Café noir". Letters without matching terms
 * are hidden too, screen readers announce the number of matches, and Escape or an empty field shows all terms again.
 * Without scripts, the field is hidden and the list is complete.
 */
import { distance } from "./search-index.js";
import { words } from "./words.js";

const field = document.getElementById("az-filter");
const count = document.querySelector("[data-az-count]");

if (field) {
  const terms = [...document.querySelectorAll(".az li")].map((line) => ({ line, text: folded(line.textContent), name: nameOf(line) }));
  field.addEventListener("input", () => filter(terms, folded(field.value)));
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    field.value = "";
    filter(terms, "");
  });
  if (field.value) filter(terms, folded(field.value)); // the browser may have restored the text
}

/* The term or alias at the beginning of a line. */
function nameOf(line) {
  return folded(line.firstChild.textContent.replace(/: .*$/su, ""));
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
  const similar = left ? [] : nearest(terms, wanted);
  for (const { line } of similar) show(line);
  const key = similar.length ? "terms.similar" : "terms.left";
  count.textContent = wanted ? words(key, { count: left, all: terms.length }) : "";
}

function show(line) {
  line.hidden = line.parentElement.hidden = line.parentElement.previousElementSibling.hidden = false;
}

/* The terms whose names are closest to a misspelled one; none if all of them are too different. */
function nearest(terms, wanted) {
  const near = terms.map(({ line, name }) => ({ line, off: distance(name, wanted) / Math.max(name.length, wanted.length) }));
  const least = Math.min(0.34, ...near.map(({ off }) => off));
  return near.filter(({ off }) => off <= least);
}
