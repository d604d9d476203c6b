/* Shows one concept's pages for two readers side by side, section by section.
 *
 * On a concept's own page, adds a form below the list of readers for choosing two of them. Their pages are fetched and
 * split at their headings; sections of the same kind share a row or, on a narrow screen, appear one below the other.
 * The choice is stored in the URL (?compare=role/audience,role/audience), so it can be shared. Without scripts, the
 * list still links to both pages.
 */
import { words } from "./words.js";

const list = document.querySelector(".chooser");
const pages = new Map([...(list?.querySelectorAll("a[data-reader]") || [])].filter(written).map((link) => [link.dataset.reader, link]));

if (pages.size > 1) begin();

/* Whether the page has both a role and an audience: only such pages have the same sections. */
function written(link) {
  return /^[^/]+\/[^/]+$/.test(link.dataset.reader);
}

function begin() {
  const asked = (new URLSearchParams(location.search).get("compare") || "").split(",");
  const [first, second] = asked.every((reader) => pages.has(reader)) && asked.length === 2 ? asked : defaults();
  const form = document.createElement("form");
  const button = document.createElement("button");
  const status = document.createElement("span");
  const result = document.createElement("div");
  form.className = "compare";
  button.textContent = words("compare.button");
  /* Screen readers announce only the status, because the result itself is as long as two pages. */
  status.setAttribute("role", "status");
  result.className = "compared";
  form.append(choice(words("compare.first"), first), choice(words("compare.second"), second), button, status);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = [...form.querySelectorAll("select")].map((select) => select.value);
    history.replaceState(null, "", `?compare=${chosen.join(",")}#compare`);
    show(chosen, result, status);
  });
  form.id = "compare";
  list.after(form, result);
  rememberPlace(result);
  if (first === asked[0]) reopen([first, second], form, result, status);
}

/* A shared link opens at the comparison. After a reload or a step back, the page returns to the reader's position. The
 * browser cannot do that itself, because the comparison is added only after the page has loaded. */
async function reopen(readers, form, result, status) {
  const left = history.state?.left;
  const place = () => (left === undefined ? form.scrollIntoView() : scrollTo({ top: left, behavior: "instant" }));
  history.replaceState(history.state, "", `${location.search}#compare`);
  place();
  await show(readers, result, status);
  if (document.readyState !== "complete") await new Promise((loaded) => addEventListener("load", loaded, { once: true }));
  place();
  /* Formulas change their height when their typeface arrives, which the browser loads only now. */
  await document.fonts.ready;
  place();
}

function rememberPlace(result) {
  let timer = 0;
  addEventListener("scroll", () => {
    clearTimeout(timer);
    if (result.hasChildNodes()) timer = setTimeout(() => history.replaceState({ left: scrollY }, ""), 150);
  });
}

/* The first and the last reader, because their pages differ the most. */
function defaults() {
  const readers = [...pages.keys()];
  return [readers[0], readers.at(-1)];
}

function choice(name, chosen) {
  const label = document.createElement("label");
  const select = document.createElement("select");
  for (const [reader, link] of pages) select.add(new Option(link.textContent, reader, false, reader === chosen));
  label.append(name, " ", select);
  return label;
}

async function show(readers, result, status) {
  status.textContent = words("compare.loading");
  history.scrollRestoration = "manual";
  try {
    const columns = await Promise.all(readers.map((reader, column) => sectionsOf(pages.get(reader), column)));
    result.replaceChildren(head(readers), ...rows(columns, readers));
    result.closest("article").classList.add("md-content__inner--compares");
    status.textContent = words("compare.done");
  } catch (error) {
    status.textContent = words("compare.failed");
    console.warn(error);
  }
}

/* Maps each heading id of a page to [heading, content], without the page's own controls. */
async function sectionsOf(link, column) {
  const response = await fetch(link.href);
  if (!response.ok) throw new Error(`${link.href}: ${response.status}`);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const article = page.querySelector("article");
  article.querySelectorAll(".readers, .path-line, .headerlink, .md-content__button, script").forEach((part) => part.remove());
  absolute(article, link.href);
  ownIds(article, column);
  const sections = new Map();
  let open = null;
  for (const part of [...article.children]) {
    if (part.matches("h2[id]")) sections.set(part.id, (open = [part.textContent.trim(), []]));
    else open?.[1].push(part);
  }
  return sections;
}

/* Makes the URLs of links and images absolute, because they are relative to the page that was fetched. */
function absolute(article, base) {
  for (const link of article.querySelectorAll("a[href]")) link.href = new URL(link.getAttribute("href"), base);
  for (const image of article.querySelectorAll("img[src]")) image.src = new URL(image.getAttribute("src"), base);
}

/* Prevents duplicate ids. Removes all ids except those in drawings, which refer to them; these get a suffix. */
function ownIds(article, column) {
  for (const part of article.querySelectorAll("[id]:not(svg [id], h2)")) part.removeAttribute("id");
  for (const drawing of article.querySelectorAll("svg")) {
    const ids = new Set([...drawing.querySelectorAll("[id]")].map((part) => part.id));
    for (const part of [drawing, ...drawing.querySelectorAll("*")]) {
      for (const attribute of part.attributes) {
        attribute.value = attribute.value.replace(/[\w-]+/g, (word) => (ids.has(word) ? `${word}-${column}` : word));
      }
    }
  }
}

function head(readers) {
  const row = document.createElement("div");
  row.className = "compared__head";
  for (const reader of readers) row.append(linked(pages.get(reader)));
  return row;
}

function linked(link) {
  const copy = document.createElement("a");
  copy.href = link.href;
  copy.textContent = link.textContent;
  return copy;
}

/* A row for each section: first the sections of the first page, then those that only the second page has. */
function rows([one, other], readers) {
  const kinds = [...new Set([...one.keys(), ...other.keys()])];
  return kinds.map((kind) => {
    const row = document.createElement("section");
    const title = document.createElement("h3");
    title.textContent = (one.get(kind) || other.get(kind))[0];
    row.append(title, cell(one.get(kind), readers[0]), cell(other.get(kind), readers[1]));
    return row;
  });
}

/* Every cell names its reader, because the column is not apparent when cells are stacked or read aloud. */
function cell(section, reader) {
  const place = document.createElement("div");
  const who = document.createElement("p");
  who.className = "compared__who";
  who.textContent = pages.get(reader).textContent;
  place.append(who);
  if (section) place.append(...section[1].map((part) => document.adoptNode(part)));
  else place.append(words("compare.no_section"));
  return place;
}
