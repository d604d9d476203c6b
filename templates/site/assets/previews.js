/* Shows what a linked concept means, before one goes there.
 *
 * On hover, on focus and at the first touch of a link to a concept, its meaning appears beside the link in the words
 * of this page's audience. It stays while the pointer is on the link or on the preview, and goes with Escape, with a
 * touch elsewhere, or when link and preview are left (WCAG 1.4.13). The meanings are one small file for each audience,
 * fetched when the first preview is wanted. Without scripts the link is a link.
 */
import { audience, root } from "./reader.js";
import { words } from "./words.js";

const DELAY = 200; // milliseconds: a pointer that only passes by wants nothing
const GAP = 6; // pixels between link and preview
const PLAIN = ".readers, .chooser, .home, .az, .headerlink"; // here the meaning stands beside the link, or would be in the way

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

/* The link to another concept that an element lies in, or none. */
function linkAt(element) {
  const link = element.closest?.("a[href]");
  return link && article.contains(link) && !link.closest(PLAIN) && conceptOf(link) ? link : null;
}

function conceptOf(link) {
  const address = addressOf(link);
  if (!address.href.startsWith(root.href) || address.hash) return "";
  const [concept] = address.pathname.slice(root.pathname.length).split("/");
  return concept === conceptHere() ? "" : concept;
}

/* A link in a drawing has no address as a string. */
function addressOf(link) {
  return new URL(link.getAttribute("href"), location.href);
}

function conceptHere() {
  return location.pathname.slice(root.pathname.length).split("/")[0];
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

/* At the first touch the meaning, at the second the page. */
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

/* Whether there is something to show. */
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
    const answer = await fetch(new URL(`assets/previews/${audience}.json`, root));
    return answer.ok ? await answer.json() : {};
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

/* Below the link's first line where there is room, else above; never beyond the window. */
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
