/* Remembers on this device which concepts the reader knows, and suggests what to read next.
 *
 * Each checkbox represents a concept; all checkboxes of the same concept change together. The learning path page has one
 * for each step, and a page with a self-check has one for its own concept. Without scripts, the checkboxes
 * are hidden and the paths are plain ordered lists. Nothing leaves the browser.
 */
import { words } from "./words.js";

const status = document.querySelector("[data-path-next]");
const forget = document.querySelector("[data-path-forget]");
const boxes = [...document.querySelectorAll(".known input")];
const root = new URL(JSON.parse(document.getElementById("__config").textContent).base, location.href).pathname;
const KEY = `${root}#known`;
const MOST_NEXT = 3; // concepts to suggest

if (boxes.length) {
  const known = new Set(remembered());
  boxes.forEach((box) => box.addEventListener("change", () => {
    known[box.checked ? "add" : "delete"](box.value);
    remember([...known]);
    show(known, box.closest("ol"));
  }));
  forget?.addEventListener("click", () => {
    known.clear();
    remember([]);
    show(known);
    boxes[0].focus(); // The button disappears.
  });
  show(known);
}

/* If the browser blocks storage, the checkboxes keep their state only until the page is closed. */
function remembered() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY));
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

function remember(known) {
  try {
    known.length ? localStorage.setItem(KEY, JSON.stringify(known)) : localStorage.removeItem(KEY);
  } catch {
    console.warn("This browser cannot save which concepts you checked off.");
  }
}

function show(known, current) {
  for (const box of boxes) {
    box.checked = known.has(box.value);
    box.closest("li")?.classList.toggle("path-known", box.checked);
  }
  if (status) suggest(known, current);
}

/* current: the path on which the reader has just changed a checkbox, if any. Its next step comes first. */
function suggest(known, current) {
  const names = new Map(boxes.map((box) => [box.value, box.dataset.term]));
  const count = [...names.keys()].filter((concept) => known.has(concept)).length;
  const next = nextSteps([...document.querySelectorAll(".paths ol")], current);
  const then = next.length
    ? words("path.next", { concepts: next.map((concept) => names.get(concept)).join(", ") })
    : count === names.size ? words("path.nothing_left") : "";
  status.textContent = count ? `${words("path.known", { count, all: names.size })} ${then}`.trim() : "";
  forget.hidden = count === 0;
}

/* The first unknown concept on each path that the reader has begun. The current path comes first, followed by those
 * with the fewest steps left. */
function nextSteps(ways, current) {
  const unknown = (way) => [...way.querySelectorAll("input:not(:checked)")];
  const begun = ways.filter((way) => unknown(way).length && way.querySelector("input:checked"));
  begun.sort((one, other) => (other === current) - (one === current) || unknown(one).length - unknown(other).length);
  return [...new Set(begun.map((way) => unknown(way)[0].value))].slice(0, MOST_NEXT);
}
