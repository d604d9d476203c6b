/* Remembers the kind of reader, and keeps the current section when the visitor switches readers.
 *
 * A visitor to a page for one kind of reader is assumed to be that reader. Later, the home page and a concept's own page
 * offer a link to continue as the same reader; on the page of a basic term, which is written for everyone, links lead to
 * that reader's pages. Switching to another reader or format leads to the same section there. The choice is stored only
 * in this browser, and one click removes it. Without scripts, the same links are available in plain lists.
 */
import { parts, words } from "./words.js";

const KEPT = "glossary.reader";

const named = (name) => document.querySelector(`meta[name="${name}"]`)?.content || "";
const here = { role: named("role"), audience: named("audience"), label: named("reader") };

/* The URL of the site root, from the relative path that the theme embeds in every page. */
export const root = new URL(`${JSON.parse(document.getElementById("__config").textContent).base}/`, location.href.split(/[?#]/)[0]);
/* The audience whose wording previews use: the page's own or, where links lead to a remembered reader's pages, theirs. */
export let audience = here.audience || "everybody";

if (here.role && here.audience) keep(here);
else welcome(kept());
for (const link of document.querySelectorAll(".readers a")) link.addEventListener("click", () => keepPlace(link));

/* If storage is disabled, nothing is remembered, but everything else works. */
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

/* Adds a line above the list of all readers on a concept's own page and on the home page. The nearest page is one that
 * another role wrote for the same audience. */
function offer(reader, list) {
  const link = list.querySelector(`a[data-reader="${CSS.escape(reader.role)}/${CSS.escape(reader.audience)}"]`);
  const nearest = list.querySelector(`a[data-reader$="/${CSS.escape(reader.audience)}"]`);
  const line = lineAbove(list);
  if (link) line.append(...parts("reader.go_on", { reader: reader.label, link: copy(link, words("reader.link")) }), " ");
  else line.append(words("reader.not_written", { reader: reader.label }), " ");
  if (nearest && !link) line.append(...parts("reader.nearest", { link: copy(nearest, nearest.textContent) }), " ");
  line.append(forget(line));
}

/* On the page of a basic term, which is written for everyone, makes links lead back to the reader's own pages. */
async function lead(reader, list) {
  const line = lineAbove(list);
  line.append(words("reader.led_on", { reader: reader.label }), " ");
  line.append(forget(line, () => location.reload()));
  audience = reader.audience;
  const response = await fetch(new URL("glossary.json", root)).catch(() => null);
  if (response?.ok) turn(await response.json(), reader);
}

/* Replaces links to a concept's own page with links to the reader's page for that concept, if there is one. */
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

/* Sections have the same ids on all pages of a concept; a page that lacks the section opens at the top. */
function keepPlace(link) {
  const sections = [...document.querySelectorAll("article h2[id]")];
  const above = sections.filter((heading) => heading.getBoundingClientRect().top < window.innerHeight / 3);
  link.hash = window.scrollY > 200 && above.length ? above.at(-1).id : "";
}
