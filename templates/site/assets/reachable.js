/* Makes elements that scripts create usable with a keyboard, and keeps them from cluttering the page for screen
 * readers.
 *
 * A table wider than its column scrolls in a wrapper that the theme adds or, where two readers are compared, on its own,
 * as code does. While it can scroll, it is a tab stop, so the arrow keys can scroll it. The toolbar of each code block
 * and the tags of each search result are not landmarks, because a page would have dozens of them. Without scripts, none
 * of these elements exist. On a narrow screen, the button that opens the menu becomes a tab stop, and the links in the
 * closed menu do not. On a wide screen, the table of contents comes after the text in the tab order, because it has more tab
 * stops than everything before it; a second skip link leads to it.
 */
import { words } from "./words.js";

const SCROLLING = ".md-typeset__scrollwrap, .compared :is(table, pre > code)";
const NO_LANDMARK = ".md-code__nav, .md-search-result .md-tags";
const places = document.querySelectorAll("main article, .md-search-result__list");
const sizes = new ResizeObserver((changes) => changes.forEach(({ target }) => stop(target)));

for (const place of places) {
  new MutationObserver(() => reach(place)).observe(place, { childList: true, subtree: true });
  reach(place);
}

const menu = document.querySelector(".md-header [for='__drawer']");
if (menu) makeButton(menu, document.getElementById("__drawer"));

const contents = document.querySelector(".md-sidebar--secondary:not([hidden])");
if (contents?.querySelector("a")) putLast(contents, document.querySelector(".md-skip"));

/* Moves the table of contents behind the text. Where it is shown depends only on the style sheet. */
function putLast(contents, skip) {
  const link = document.createElement("a");
  contents.id = "__contents";
  link.className = "md-skip md-skip--contents";
  link.href = "#__contents";
  link.append(words("contents.skip"));
  link.addEventListener("click", (event) => {
    event.preventDefault();
    contents.querySelector("a").focus();
  });
  contents.parentElement.append(contents);
  skip?.after(link);
}

/* The theme's button for the menu is the label of a hidden checkbox, which a keyboard cannot reach. */
function makeButton(label, toggle) {
  const button = document.createElement("button");
  const show = () => button.setAttribute("aria-expanded", String(toggle.checked));
  button.type = "button";
  button.setAttribute("aria-label", document.querySelector(".md-nav--primary").getAttribute("aria-label"));
  button.append(...label.childNodes);
  button.addEventListener("click", () => toggle.click());
  label.append(button);
  toggle.addEventListener("change", show);
  show();
}

function reach(place) {
  for (const box of place.querySelectorAll(SCROLLING)) sizes.observe(box);
  for (const bar of place.querySelectorAll(NO_LANDMARK)) bar.setAttribute("role", "none");
}

function stop(box) {
  const wide = box.scrollWidth > box.clientWidth;
  box.toggleAttribute("tabindex", wide);
  if (wide) box.tabIndex = 0;
  if (box.localName === "div") name(box, wide);
}

/* A focusable element needs a role and a name; tables and code already have them. */
function name(box, wide) {
  for (const [attribute, value] of Object.entries({ role: "group", "aria-label": words("tables.wide") })) {
    if (wide) box.setAttribute(attribute, value);
    else box.removeAttribute(attribute);
  }
}
