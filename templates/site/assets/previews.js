/* Previews the meaning of a linked concept before the reader follows the link.
 *
 * On hover, focus, or the first tap of a link to a concept, its meaning appears next to the link, worded for the page's
 * audience. The preview stays while the pointer is over the link or the preview; it closes on Escape, on a tap
 * elsewhere, or when the pointer leaves both (WCAG 1.4.13). The meanings are in one small file per audience, fetched
 * when the first preview is needed. Without scripts, the link works as usual.
 */
import { audience } from "./reader.js";
import { root } from "./site.js";
import { words } from "./words.js";

const DELAY = 200; // milliseconds: a pointer that only passes over a link opens no preview
const GAP = 6; // pixels between link and preview
const PLAIN = ".where, .readers, .chooser, .home, .az, .headerlink"; // places where the meaning already appears next to the link, or where a preview would be in the way

const article = document.querySelector("article");
const preview = made();
let meanings; // a promise of {concept: [term, meaning]}
let shownFor = null;
let timer = 0;

if (article) {
  article.addEventListener("pointerover", (event) => event.pointerType !== "touch" && soon(linkAt(event.target)));
  article.addEventListener("pointerout", (event) => leaves(event) && later(hide));
  article.addEventListener("focusin", (event) => event.target.matches(":focus-visible") && show(linkAt(event.target)));
  article.addEventListener("focusout", hide);
  article.addEventListener("click", onTouch, true);
  preview.addEventListener("pointerenter", () => clearTimeout(timer));
  preview.addEventListener("pointerleave", () => later(hide));
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  document.addEventListener("pointerdown", (event) => outside(event.target) && hide());
}

function made() {
  const box = document.createElement("div");
  box.id = "preview";
  box.className = "preview";
  box.setAttribute("role", "tooltip");
  box.hidden = true;
  return box;
}

/* The link that contains the element and leads to another concept; null if there is none. */
function linkAt(element) {
  const link = element.closest?.("a[href]");
  return link && article.contains(link) && !link.closest(PLAIN) && conceptOf(link) ? link : null;
}

function conceptOf(link) {
  const address = addressOf(link);
  if (!address.href.startsWith(root.href) || address.hash) return "";
  const [concept] = decodeURIComponent(address.pathname.slice(root.pathname.length)).split("/");
  return concept === conceptHere() ? "" : concept;
}

/* The link's URL. The `href` property of a link in a drawing is not a string, so the attribute is read instead. */
function addressOf(link) {
  return new URL(link.getAttribute("href"), location.href);
}

function conceptHere() {
  return decodeURIComponent(location.pathname.slice(root.pathname.length)).split("/")[0];
}

function soon(link) {
  if (link) later(() => show(link));
}

function later(act) {
  clearTimeout(timer);
  timer = setTimeout(act, DELAY);
}

function leaves(event) {
  return linkAt(event.target) && !event.target.closest("a").contains(event.relatedTarget);
}

function outside(target) {
  return shownFor && !preview.contains(target) && !shownFor.contains(target);
}

/* The first tap shows the meaning; the second opens the page. */
async function onTouch(event) {
  const link = event.pointerType === "touch" ? linkAt(event.target) : null;
  if (!link || link === shownFor) return;
  if (!meanings) meanings = fetched();
  event.preventDefault();
  if (!(await show(link))) location.assign(addressOf(link));
  else if (shownFor === link) preview.append(hint());
}

function hint() {
  const line = document.createElement("p");
  line.className = "preview__hint";
  line.textContent = words("previews.touch_again");
  return line;
}

/* Shows the preview of a link; false if there is nothing to show. */
async function show(link) {
  clearTimeout(timer);
  if (!link) return false;
  shownFor = link;
  const found = (await (meanings ||= fetched()))[conceptOf(link)];
  if (!found || shownFor !== link) return false;
  fill(...found);
  link.setAttribute("aria-describedby", preview.id);
  document.body.append(preview);
  preview.hidden = false;
  place(link);
  return true;
}

function hide() {
  clearTimeout(timer);
  shownFor?.removeAttribute("aria-describedby");
  shownFor = null;
  preview.hidden = true;
}

async function fetched() {
  try {
    const response = await fetch(new URL(`assets/previews/${audience}.json`, root));
    return response.ok ? await response.json() : {};
  } catch {
    return {};
  }
}

function fill(term, meaning) {
  const name = document.createElement("strong");
  const text = document.createElement("p");
  name.textContent = term;
  text.textContent = meaning;
  preview.replaceChildren(name, text);
}

/* Places the preview below the link if there is room, otherwise above its first line, and never beyond the sides of the
 * window. */
function place(link) {
  const line = link.getClientRects()[0];
  const { offsetWidth: width, offsetHeight: height } = preview;
  const room = document.documentElement.clientWidth;
  const left = Math.max(8, Math.min(line.left, room - width - 8));
  const below = link.getBoundingClientRect().bottom + GAP;
  const top = below + height < window.innerHeight ? below : line.top - height - GAP;
  preview.style.left = `${left + window.scrollX}px`;
  preview.style.top = `${top + window.scrollY}px`;
}
