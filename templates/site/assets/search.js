/* The site's search: the theme's search box, with results from an index that lists each concept once.
 *
 * The theme requests its own index on every page. This script delays the request until a reader is about to search, and
 * then uses `search-index.js` instead. A site without our index, such as one built by another engine, gets the
 * theme's search. The script must run before the theme's own script (templates/theme/main.html).
 */
import { SearchIndex, fold } from "./search-index.js";
import { kept, root } from "./site.js";
import { parts, words } from "./words.js";

const THEIR_INDEX = /\/search\/search_index\.json$/;
const SEARCH = ".md-search, [for='__search'], [data-search]";
const SIGNS = ["focusin", "pointerover", "pointerdown", "input"];
const EXCERPT = 160; // characters
const SAME_AUDIENCE = 2; // how close a page for the same audience is to a reader

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

restoreFocus();
for (const button of document.querySelectorAll("button[data-search]")) button.addEventListener("click", openSearch);
if (new URLSearchParams(location.search).has("q")) begin();
for (const sign of SIGNS) addEventListener(sign, ({ target }) => target.closest?.(SEARCH) && begin());

/* Opens the theme's search, which covers the page on a phone. */
function openSearch() {
  const toggle = document.getElementById("__search");
  if (toggle && !toggle.checked) toggle.click();
  document.querySelector("[data-md-component='search-query']")?.focus();
}

/* Escape closes the search and moves the focus back to where it was. */
function restoreFocus() {
  let before = null;
  const within = (place) => place?.closest?.(".md-search");
  addEventListener("focusin", ({ target, relatedTarget }) => {
    if (within(target) && !within(relatedTarget)) before = relatedTarget;
  });
  addEventListener("keydown", ({ key }) => {
    // The theme handles the key first.
    if (key === "Escape" && document.getElementById("__search")?.checked) setTimeout(() => before?.focus());
  });
}

async function begin() {
  if (started) return;
  started = true;
  const input = document.querySelector("[data-md-component='search-query']");
  const result = document.querySelector("[data-md-component='search-result']");
  if (!input || !result) return;
  try {
    await index.start();
  } catch (error) {
    if (!(error instanceof TypeError)) return useTheirs();
    // No connection: the next sign tries again.
    started = false;
    return result.querySelector(".md-search-result__meta").replaceChildren(words("search.failed"));
  }
  const show = () => answer(input.value, result);
  input.addEventListener("input", show);
  input.form.addEventListener("reset", () => setTimeout(show));
  const asked = new URLSearchParams(location.search).get("q");
  if (asked && !input.value) input.value = asked;
  await show();
}

function useTheirs() {
  release = true;
  for (const request of held) send.call(request);
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

/* Says first what was really found. */
function summary(query, found) {
  if (!found) return [words("search.failed")];
  if (!query.trim()) return [words("search.start")];
  const missing = found.missing.join(", ");
  if (Object.keys(found.suggested).length) return parts("search.suggested", { words: missing, query: suggestion(query, found.suggested) });
  if (!found.matches.length) return [words("search.nothing")];
  const count = words("search.count", { count: found.matches.length });
  return missing ? [count, " · ", words("search.missing", { words: missing })] : [count];
}

/* A link to the results of the query with similar words. The theme's keys reach it like a result; Enter opens it only if
 * there are no results. */
function suggestion(query, suggested) {
  const similar = (word, other) => suggested[fold(word)] ?? other;
  const part = (word) => similar(word, word);
  // In an identifier, only a part may be misspelled: requires_gard, CrossEntropyLos.
  const used = fold(query.replace(/[\p{L}\p{N}\p{M}_]+[+#]*/gu, (word) => similar(word, word.replace(/\p{Lu}?[\p{Ll}\p{M}]+|\p{Lu}+|\p{N}+/gu, part)))).trim();
  const text = element("span", "", {}, used);
  text.dataset.mdScore = 0;
  const link = element("a", "search-suggestion", { href: `?${new URLSearchParams({ q: used })}` }, text);
  link.addEventListener("click", (event) => {
    event.preventDefault();
    event.stopPropagation(); // The theme closes the search when a link in it is clicked.
    const input = document.querySelector("[data-md-component='search-query']");
    input.value = used;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.focus();
  });
  return link;
}

/* A result: a link to the page for the remembered reader. If the best sentence is on another page, that page is a second
 * link. */
function item(match, found, score) {
  const { own, page, anchor, text } = place(match);
  const line = element("li", "md-search-result__item");
  const title = element("h1", "", {}, ...marked(match.title, found));
  const shown = element("p", "search-excerpt", {}, ...marked(excerpt(text || match.meaning, found), found));
  const label = (page) => (page[1] === match.title ? [] : [element("p", "search-reader", {}, page[1])]);
  if (own === page) {
    line.append(link(page, anchor, score, title, ...label(page), shown));
  } else {
    const source = element("p", "search-reader", {}, words("search.elsewhere", { page: page[1] }));
    line.append(link(own, "", score, title, ...label(own)), link(page, anchor, score - 0.5, source, shown));
  }
  return line;
}

/* A link as in the theme's results. Enter opens the one with the highest score. */
function link([address], anchor, score, ...contents) {
  const article = element("article", "md-search-result__article md-typeset", {}, ...contents);
  article.dataset.mdScore = score;
  const href = new URL(address + (anchor ? `#${anchor}` : ""), root).href;
  return element("a", "md-search-result__link", { href, tabIndex: -1 }, article);
}

/* `own`: the page to open, which is one for the remembered audience. `text`: the best sentence on the `page` of the most
 * similar reader, among those that are worth showing. Without a remembered reader, that page is also the one to open. A meaning that is worded for other readers is replaced by the one for the remembered reader. */
function place({ best, pages, meaning, meanings }) {
  const reader = kept();
  const near = (page) => closeness(page[2], reader);
  const own = meanings[reader?.audience];
  const others = own ? Object.values(meanings) : [];
  const shown = (text) => (others.includes(text) ? own : text);
  const found = best.flatMap(({ text, anchor, numbers }) => numbers.map((number) => ({ text: shown(text), anchor, page: pages[number] })));
  const [first] = pages.toSorted((one, other) => near(other) - near(one));
  if (!found.length) return { own: first, page: first, anchor: "", text: own ?? meaning };
  const [nearest] = found.toSorted((one, other) => near(other.page) - near(one.page));
  return { ...nearest, own: near(nearest.page) < Math.min(SAME_AUDIENCE, near(first)) ? first : nearest.page };
}

/* 3 for the wanted reader, 2 for the same audience, 1 for everyone, 0 for other readers. */
function closeness(reader, wanted) {
  if (!wanted) return 0;
  if (reader === `${wanted.role}/${wanted.audience}`) return 3;
  if (reader) return reader.split("/")[1] === wanted.audience ? 2 : 0;
  return 1;
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
