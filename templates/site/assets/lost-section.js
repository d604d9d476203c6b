/* Says so if a link leads to a section that the page does not have, and names a page of the same concept that has it.
 *
 * Old links and links from other sites can name a section that has been removed or that is written only for other
 * readers. Sections have the same ids on all pages of a concept, so its other pages are fetched until one has the section,
 * beginning with those for the same reader. Without scripts, the page opens at the top.
 */
import { announce } from "./notice.js";
import { root } from "./site.js";
import { parts, words } from "./words.js";

const isNotFound = document.querySelector("[data-near-miss]");

if (!isNotFound) {
  addEventListener("hashchange", seek);
  seek();
}

async function seek() {
  const section = named(location.hash.slice(1));
  if (!section || document.getElementById(section)) return;
  const page = await other(section).catch(() => undefined);
  if (!page) return announce(words("lost_section.gone"));
  const link = document.createElement("a");
  link.href = new URL(`${page.url}#${encodeURIComponent(section)}`, root);
  link.textContent = page.note ? `${page.title} (${page.note})` : page.title;
  announce(...parts("lost_section.elsewhere", { link }));
}

/* The decoded id in a link; as it is written if it cannot be decoded. */
function named(fragment) {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

/* A page of the same concept that has the section. */
async function other(section) {
  const { concepts } = await (await fetch(new URL("glossary.json", root))).json();
  const isHere = ({ url }) => new URL(url, root).pathname === location.pathname;
  const pages = concepts.map((concept) => concept.pages).find((pages) => pages.some(isHere)) ?? [];
  const here = pages.find(isHere);
  const near = (page) => ["audience", "role", "format"].reduce((sum, axis, at) => sum + (page[axis] === here[axis] ? 4 >> at : 0), 0);
  for (const page of pages.filter((page) => page !== here).sort((one, other) => near(other) - near(one))) {
    if (await has(page, section)) return page;
  }
  return undefined;
}

async function has({ url }, section) {
  const response = await fetch(new URL(url, root));
  return new DOMParser().parseFromString(await response.text(), "text/html").getElementById(section) !== null;
}
