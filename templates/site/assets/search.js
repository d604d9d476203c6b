/* The site's search: the theme's search box, with results from an index that lists each concept once.
 *
 * The theme requests its own index on every page. This script holds the request back until a reader is about to search,
 * and then uses `search-index.js` instead. A site without our index, such as one built by another engine, gets the
 * theme's search. The script must run before the theme's own script (templates/theme/main.html).
 */
import { SearchIndex, fold } from "./search-index.js";
import { kept, root } from "./site.js";
import { words } from "./words.js";

const THEIR_INDEX = /\/search\/search_index\.json$/;
const SEARCH = ".md-search, [for='__search'], [data-search]";
const SIGNS = ["focusin", "pointerover", "pointerdown"];
const EXCERPT = 160; // characters

const index = new SearchIndex(new URL("search/", root).href);

const { open, send } = XMLHttpRequest.prototype;
const held = new Set();
let release = false, started = false, latest = 0;

XMLHttpRequest.prototype.open = function (method, address, ...others) {
  if (THEIR_INDEX.test(address)) held.add(this);
  return open.call(this, method, address, ...others);
};

XMLHttpRequest.prototype.send = function (body) {
  if (!held.has(this) || release) send.call(this, body);
};

for (const button of document.querySelectorAll("button[data-search]")) button.addEventListener("click", openSearch);
if (new URLSearchParams(location.search).has("q")) begin();
for (const sign of SIGNS) addEventListener(sign, ({ target }) => target.closest?.(SEARCH) && begin());

/* Opens the theme's search, which covers the page on a phone. */
function openSearch() {
  const toggle = document.getElementById("__search");
  if (toggle && !toggle.checked) toggle.click();
  document.querySelector("[data-md-component='search-query']")?.focus();
}

async function begin() {
  if (started) return;
  started = true;
  try {
    await index.start();
  } catch {
    release = true;
    for (const request of held) send.call(request);
    return;
  }
  const input = document.querySelector("[data-md-component='search-query']");
  const result = document.querySelector("[data-md-component='search-result']");
  if (!input || !result) return;
  const show = () => answer(input.value, result);
  input.addEventListener("input", show);
  input.form.addEventListener("reset", () => setTimeout(show));
  const asked = new URLSearchParams(location.search).get("q");
  if (asked && !input.value) input.value = asked;
  await show();
}

/* Shows the results of a query, unless the reader has typed more in the meantime. */
async function answer(query, result) {
  const mine = ++latest;
  const meta = result.querySelector(".md-search-result__meta");
  const list = result.querySelector(".md-search-result__list");
  let found;
  try {
    found = await index.search(query);
  } catch {
    found = null;
  }
  if (mine !== latest) return;
  const matches = found?.matches ?? [];
  meta.replaceChildren(...summary(query, found));
  list.replaceChildren(...matches.map((match, at) => item(match, found.words, matches.length - at)));
}

function summary(query, found) {
  if (!found) return [words("search.failed")];
  if (!query.trim()) return [words("search.start")];
  const corrected = Object.entries(found.corrected);
  const used = corrected.reduce((text, [word, form]) => text.replace(new RegExp(`${word.replace(/[+#]/g, "\\$&")}`, "iu"), form.replace(/^=/, "")), fold(query));
  if (!found.matches.length) return [words("search.nothing")];
  return [corrected.length ? words("search.corrected", { query: used }) : words("search.count", { count: found.matches.length })];
}

function item(match, found, score) {
  const { page, anchor, text } = place(match);
  const link = element("a", "md-search-result__link", { href: new URL(page[0] + (anchor ? `#${anchor}` : ""), root).href, tabIndex: -1 });
  const article = element("article", "md-search-result__article md-typeset");
  article.dataset.mdScore = score;
  const title = element("h1", "", {}, ...marked(match.title, found));
  article.append(title);
  if (page[1] !== match.title) article.append(element("p", "search-reader", {}, page[1]));
  article.append(element("p", "search-excerpt", {}, ...marked(excerpt(text || match.meaning, found), found)));
  link.append(article);
  const line = element("li", "md-search-result__item");
  line.append(link);
  return line;
}

/* The page to open and the text to show: the best passage for the remembered reader, or else the first one. */
function place({ best, pages, meaning }) {
  const reader = kept();
  const ranked = best.flatMap(([text, anchor, numbers]) => numbers.map((number) => ({ text, anchor, page: pages[number], rank: closeness(pages[number][2], reader) })));
  ranked.sort((one, other) => other.rank - one.rank);
  if (ranked.length) return ranked[0];
  const own = pages.toSorted((one, other) => closeness(other[2], reader) - closeness(one[2], reader))[0];
  return { page: reader ? own : pages[0], anchor: "", text: meaning };
}

function closeness(reader, wanted) {
  if (!wanted) return 0;
  if (reader === `${wanted.role}/${wanted.audience}`) return 2;
  return reader.split("/")[1] === wanted.audience ? 1 : 0;
}

/* About EXCERPT characters with as many of the found words as possible, from the beginning of a sentence if one is near. */
function excerpt(text, found) {
  if (text.length <= EXCERPT * 1.4) return text;
  const forms = new Set(found);
  const places = [...text.matchAll(/[\p{L}\p{N}_]+/gu)].filter(([word]) => isFound(word, forms)).map(({ index }) => index);
  const near = (first) => places.filter((place) => place >= first && place < first + EXCERPT).length;
  const first = places.reduce((best, place) => (near(place) > near(best) ? place : best), places[0] ?? 0);
  const sentence = Math.max(0, ...[...text.slice(0, first).matchAll(/[.?!]\s+/gu)].map((end) => end.index + end[0].length));
  const start = first - sentence < EXCERPT / 2 ? sentence : text.indexOf(" ", first - EXCERPT / 3) + 1;
  const end = text.length - start <= EXCERPT * 1.4 ? text.length : text.lastIndexOf(" ", start + EXCERPT * 1.3);
  return `${start > sentence ? "… " : ""}${text.slice(start, end)}${end < text.length ? " …" : ""}`;
}

function marked(text, found) {
  const forms = new Set(found);
  return text.split(/([\p{L}\p{N}\p{M}_]+[+#]*)/u).map((part, at) => (at % 2 && isFound(part, forms) ? element("mark", "", {}, part) : part));
}

function isFound(word, forms) {
  const folded = fold(word);
  return forms.has(folded) || [...forms].some((form) => form.length > 3 && folded.startsWith(form) && folded.length - form.length < 4);
}

function element(name, className, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  if (className) made.className = className;
  made.append(...children);
  return made;
}
