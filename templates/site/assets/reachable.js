/* Makes what scripts build usable with a keyboard and quiet in a screen reader.
 *
 * A table wider than its column scrolls in a box of the theme, or where two readers are compared by itself, as code
 * does: while it does, it is a stop of the Tab key, so that the arrow keys can move it. The bar over each piece of code
 * and the tags of what a search found are no landmarks: a page would have dozens of them. Without scripts nothing of
 * this is there.
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

/* What takes the focus needs a role and a name; a table and code have theirs. */
function name(box, wide) {
  for (const [attribute, value] of Object.entries({ role: "group", "aria-label": words("tables.wide") })) {
    if (wide) box.setAttribute(attribute, value);
    else box.removeAttribute(attribute);
  }
}
