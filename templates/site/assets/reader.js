/* Remembers who is reading, and keeps the place when the reader changes.
 *
 * Whoever is on a page that was written for a reader is taken to be that reader. Later, a concept's own page and the
 * first page offer the way on as the same reader, in one line; from a word with a page for everybody only, links lead
 * on to that reader's pages. Choosing another reader or format leads to the same section there. Everything is kept in
 * this browser only, and forgotten with one click. Without scripts all these links are there as well, in plain lists.
 */
import { parts, words } from "./words.js";

const KEPT = "glossary.reader";

const named = (name) => document.querySelector(`meta[name="${name}"]`)?.content || "";
const here = { role: named("role"), audience: named("audience"), label: named("reader") };

/* The site's first address, from what the theme writes into every page. */
export const root = new URL(`${JSON.parse(document.getElementById("__config").textContent).base}/`, location.href.split(/[?#]/)[0]);
/* Whose words previews are in: the page's own audience, or whoever is led on from here. */
export let audience = here.audience || "everybody";

if (here.role && here.audience) keep(here);
else welcome(kept());
for (const link of document.querySelectorAll(".readers a")) link.addEventListener("click", () => keepPlace(link));

/* Where storage is switched off, nothing is remembered and all else works. */
function keep(reader) {
  try {
    localStorage.setItem(KEPT, JSON.stringify(reader));
  } catch {}
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT) || "null");
  } catch {
    return null;
  }
}

function welcome(reader) {
  if (!reader?.label) return;
  const readers = document.querySelector(".chooser, .starts");
  const meanings = document.querySelector(".meanings");
  if (readers) offer(reader, readers);
  else if (meanings) lead(reader, meanings);
}

/* The list that names all readers, on a concept's page and on the first, gets a line above it. Nearest is whoever
 * else speaks to the same audience. */
function offer(reader, list) {
  const link = list.querySelector(`a[data-reader="${CSS.escape(reader.role)}/${CSS.escape(reader.audience)}"]`);
  const nearest = list.querySelector(`a[data-reader$="/${CSS.escape(reader.audience)}"]`);
  const line = lineAbove(list);
  if (link) line.append(...parts("reader.go_on", { reader: reader.label, link: copy(link, words("reader.link")) }), " ");
  else line.append(words("reader.not_written", { reader: reader.label }), " ");
  if (nearest && !link) line.append(...parts("reader.nearest", { link: copy(nearest, nearest.textContent) }), " ");
  line.append(forget(line));
}

/* A basic word has one page for everybody. Who wandered there is led back to the pages of their own. */
async function lead(reader, list) {
  const line = lineAbove(list);
  line.append(words("reader.led_on", { reader: reader.label }), " ");
  line.append(forget(line, () => location.reload()));
  audience = reader.audience;
  const answer = await fetch(new URL("glossary.json", root)).catch(() => null);
  if (answer?.ok) turn(await answer.json(), reader);
}

/* Links to a concept's own page lead to that reader's page of it, where there is one. */
function turn({ concepts }, reader) {
  const turned = new Map();
  for (const { id, pages } of concepts) {
    const page = pages.find(({ role, audience }) => role === reader.role && audience === reader.audience);
    if (page) turned.set(new URL(`${id}/`, root).href, new URL(page.url, root).href);
  }
  for (const link of document.querySelectorAll("article a[href]")) link.href = turned.get(link.href) ?? link.href;
}

function lineAbove(list) {
  const line = document.createElement("p");
  line.className = "as-before";
  list.before(line);
  return line;
}

function copy(link, text) {
  const other = document.createElement("a");
  other.href = link.href;
  other.textContent = text;
  return other;
}

function forget(line, then = () => line.remove()) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words("reader.forget");
  button.addEventListener("click", () => {
    localStorage.removeItem(KEPT);
    then();
  });
  return button;
}

/* Sections have the same names on all pages of a concept; a page without it opens at its top. */
function keepPlace(link) {
  const sections = [...document.querySelectorAll("article h2[id]")];
  const above = sections.filter((heading) => heading.getBoundingClientRect().top < window.innerHeight / 3);
  link.hash = window.scrollY > 200 && above.length ? above.at(-1).id : "";
}
