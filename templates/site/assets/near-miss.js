/* On the 404 page: suggests the concepts whose URLs are closest to the requested one.
 *
 * A renamed, misspelled, or truncated URL is compared with the ids, terms, and aliases in glossary.json, and links to
 * the three closest concepts are suggested. On other pages, the script does nothing. Without scripts, the 404 page
 * still links to the list of all terms.
 */
import { distance } from "./search-index.js";
import { parts, words } from "./words.js";

const place = document.querySelector("[data-near-miss]");
const root = place && new URL(place.dataset.nearMiss, location.href);

if (place) offer().catch((error) => console.warn("The terms could not be loaded.", error));

async function offer() {
  const asked = location.pathname.slice(root.pathname.length).split("/").map(folded).filter(Boolean);
  const response = await fetch(new URL("glossary.json", root));
  const { concepts } = await response.json();
  const near = concepts
    .map((concept) => ({ concept, distance: Math.min(...asked.map((word) => distanceTo(concept, word))) }))
    .filter(({ distance }) => distance <= 0.4)
    .sort((one, other) => one.distance - other.distance)
    .slice(0, 3);
  if (near.length) show(near.map(({ concept }) => concept));
}

/* 0 if the names are identical, 1 if they have nothing in common. */
function distanceTo({ id, term, aliases }, word) {
  const names = [id, term, ...aliases].map(folded);
  return Math.min(...names.map((name) => distance(name, word) / Math.max(name.length, word.length)));
}

function folded(text) {
  return decodeURIComponent(text).normalize("NFKC").toLowerCase().replace(/[\s_+\-\u2010-\u2015]+/g, " ").replace(/\.html?$/, "").trim();
}

function show(concepts) {
  const text = document.createElement("p");
  const links = document.createElement("span");
  concepts.forEach(({ term, pages }, number) => {
    const link = document.createElement("a");
    link.href = new URL(pages[0].url, root);
    link.textContent = term;
    links.append(number === 0 ? "" : number === concepts.length - 1 ? ` ${words("not_found.or")} ` : ", ", link);
  });
  text.append(...parts("not_found.did_you_mean", { concepts: links }));
  place.replaceChildren(text);
}
