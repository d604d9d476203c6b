/* Remembers the kind of reader, and keeps the current section when the visitor switches readers.
 *
 * A visitor to a page for one kind of reader is assumed to be that kind of reader, and the home page lets visitors
 * choose. Later, a concept's own page offers a link to continue as the same reader; on the pages that are for everyone
 * (home, the lists and the map of all concepts, and basic terms), links lead to that reader's pages. Switching to another reader or format
 * opens the same section on the new page. The choice is stored only in this browser, and one click removes it. Without
 * scripts, the same links are available in plain lists.
 */
import { forget, keep, kept, root } from "./site.js";
import { parts, words } from "./words.js";

let glossary; // a promise of the content of glossary.json

const named = (name) => document.querySelector(`meta[name="${name}"]`)?.content || "";
const here = { role: named("role"), audience: named("audience"), label: named("reader") };

/* The audience whose wording the previews use: the page's own audience or, where links lead to a remembered reader's
 * pages, that reader's audience. */
export let audience = here.audience || "everybody";

if (here.role && here.audience) keep(here);
else welcome(kept());
const choice = document.querySelector("[data-choice]");
if (choice) offerChoice(choice);
const readers = document.querySelector(".readers");
if (readers) serve(readers);

function welcome(reader) {
  if (!reader?.label) return;
  const readers = document.querySelector(".chooser");
  const everyones = document.querySelector(".meanings, .az-filter, .paths, .map, .map-list");
  if (readers) offer(reader, readers);
  else if (everyones) lead(reader, everyones);
}

/* On the home page, buttons choose the reader to whose pages the links lead. Pressing the selected button again cancels
 * it. A page that the browser restores, or that is open in two tabs, follows a choice made elsewhere. */
function offerChoice(group) {
  const buttons = [...group.querySelectorAll("button")];
  const show = () => {
    const reader = kept();
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.value === reader?.audience));
    audience = reader?.audience || "everybody";
    turnAll(reader);
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const reader = { role: button.dataset.role, audience: button.value, label: button.dataset.label };
      if (button.getAttribute("aria-pressed") === "true") forget();
      else keep(reader);
      show();
    });
  }
  addEventListener("storage", show);
  addEventListener("pageshow", ({ persisted }) => persisted && show());
  show();
}

/* Adds a line above the list of all readers on a concept's own page. The nearest page is one that another role wrote for
 * the same audience. */
function offer(reader, list) {
  const link = list.querySelector(`a[data-reader="${CSS.escape(reader.role)}/${CSS.escape(reader.audience)}"]`);
  const nearest = list.querySelector(`a[data-reader$="/${CSS.escape(reader.audience)}"]`);
  const line = lineAbove(list);
  if (link) line.append(...parts("reader.go_on", { reader: reader.label, link: copy(link, words("reader.link")) }), " ");
  else line.append(words("reader.not_written", { reader: reader.label }), " ");
  if (nearest && !link) line.append(...parts("reader.nearest", { link: copy(nearest, nearest.textContent) }), " ");
  line.append(forgetButton(line));
}

/* On a page for everyone, makes links lead back to the reader's own pages. `list`: what follows the line that says so. */
function lead(reader, list) {
  const line = lineAbove(list);
  line.append(words("reader.led_on", { reader: reader.label }), " ");
  line.append(forgetButton(line, () => location.reload()));
  audience = reader.audience;
  turnAll(reader);
}

/* Replaces links to a concept's own page with links to the reader's page for that concept, or to one that another role
 * wrote for the same audience, if there is one. Without a reader, restores the links. */
async function turnAll(reader) {
  const links = [...document.querySelectorAll("article a[href]")];
  // In a drawing, the property `href` is an object.
  for (const link of links) link.dataset.own ??= new URL(link.getAttribute("href"), document.baseURI).href;
  if (!reader) return links.forEach((link) => link.setAttribute("href", link.dataset.own));
  glossary ??= fetch(new URL("glossary.json", root)).then((response) => response.json());
  const { concepts } = await glossary.catch(() => ({ concepts: [] }));
  // Another reader may have been chosen while the file was loading.
  if (kept()?.audience !== reader.audience) return;
  const turned = new Map();
  for (const { id, pages } of concepts) {
    const own = pages.filter(({ audience }) => audience === reader.audience);
    const page = own.find(({ role }) => role === reader.role) ?? own[0];
    if (page) turned.set(new URL(`${id}/`, root).href, new URL(page.url, root).href);
  }
  for (const link of links) link.setAttribute("href", turned.get(link.dataset.own) ?? link.dataset.own);
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

function forgetButton(line, then = () => line.remove()) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words("reader.forget");
  button.addEventListener("click", () => {
    forget();
    then();
  });
  return button;
}

/* The switch to other readers. Its links lead to the current section, and its open list closes like a menu. */
function serve(switcher) {
  // A link can also be opened in a new tab or copied, so its URL is set before it is used.
  for (const type of ["pointerdown", "focusin", "click"]) {
    switcher.addEventListener(type, ({ target }) => target.closest("a") && keepPlace(target.closest("a")), true);
  }
  document.addEventListener("pointerdown", ({ target }) => switcher.contains(target) || close(switcher));
  switcher.addEventListener("focusout", ({ relatedTarget }) => relatedTarget && !switcher.contains(relatedTarget) && close(switcher));
  document.addEventListener("keydown", ({ key }) => key === "Escape" && close(switcher)?.querySelector("summary").focus());
}

function close(switcher) {
  const open = switcher.querySelector("[open]");
  if (open) open.open = false;
  return open;
}

/* Sections have the same ids on all pages of a concept. A page without the section opens at the top. */
function keepPlace(link) {
  const sections = [...document.querySelectorAll("article h2[id]")];
  const above = sections.filter((heading) => heading.getBoundingClientRect().top < window.innerHeight / 3);
  link.hash = window.scrollY > 200 && above.length ? above.at(-1).id : "";
}
