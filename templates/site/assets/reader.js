/* Remembers who is reading, and keeps the place when the reader changes.
 *
 * Whoever is on a page that was written for a reader is taken to be that reader. Later, a concept's own page and the
 * first page offer the way on as the same reader, in one line. Choosing another reader or format leads to the same
 * section there. Everything is kept in this browser only, and forgotten with one click. Without scripts all these
 * links are there as well, in plain lists.
 */
const KEPT = "glossary.reader";

const named = (name) => document.querySelector(`meta[name="${name}"]`)?.content || "";
const here = { role: named("role"), audience: named("audience"), label: named("reader") };

if (here.role && here.audience) keep(here);
else offer(kept());
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

/* The list that names all readers, on a concept's page and on the first, gets a line above it. Nearest is whoever
 * else speaks to the same audience. */
function offer(reader) {
  const list = document.querySelector(".chooser, .starts");
  if (!reader?.label || !list) return;
  const link = list.querySelector(`a[data-reader="${CSS.escape(reader.role)}/${CSS.escape(reader.audience)}"]`);
  const nearest = list.querySelector(`a[data-reader$="/${CSS.escape(reader.audience)}"]`);
  const line = document.createElement("p");
  line.className = "as-before";
  if (link) line.append("You last read as ", reader.label, ": ", copy(link, "go on as before"), ". ");
  else line.append("You last read as ", reader.label, "; nothing here was written for that reader. ");
  if (nearest && !link) line.append("The nearest: ", copy(nearest, nearest.textContent), ". ");
  line.append(forget(line));
  list.before(line);
}

function copy(link, words) {
  const other = document.createElement("a");
  other.href = link.href;
  other.textContent = words;
  return other;
}

function forget(line) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Forget this";
  button.addEventListener("click", () => {
    localStorage.removeItem(KEPT);
    line.remove();
  });
  return button;
}

/* Sections have the same names on all pages of a concept; a page without it opens at its top. */
function keepPlace(link) {
  const sections = [...document.querySelectorAll("article h2[id]")];
  const above = sections.filter((heading) => heading.getBoundingClientRect().top < window.innerHeight / 3);
  link.hash = window.scrollY > 200 && above.length ? above.at(-1).id : "";
}
