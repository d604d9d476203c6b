/* Redirects old query links to the right page.
 *
 * Old documents contain links of the form ?concept=some+term&specialist_role=Some+specialist&target_audience=Some+reader,
 * with labels, ids, or aliases, in uppercase or lowercase. Opened on any page of the site, such a link redirects to the
 * concept's page for that reader. If a name is unknown or there is no page for that reader, it redirects to the closest
 * page, which shows a notice. Without such a query, nothing is loaded. Without scripts, the page itself is shown.
 */
import { announce } from "./notice.js";
import { root } from "./site.js";
import { words } from "./words.js";

const KEYS = ["concept", "specialist_role", "target_audience"];
const NOTICE = "glossary.notice";

const query = new URLSearchParams(location.search);
const asked = KEYS.filter((key) => (query.get(key) || "").trim());
if (asked.length) redirect();
else showNotice();

async function redirect() {
  try {
    const response = await fetch(new URL("glossary.json", root));
    if (!response.ok) throw new Error(`glossary.json: ${response.status}`);
    const { url, notice } = nearest(await response.json());
    remember(notice);
    location.replace(new URL(url, root));
  } catch (error) {
    console.warn("The link could not be followed.", error);
  }
}

/* The URL of the closest page, and a notice if the query contains unknown names or a reader without a page. */
function nearest(glossary) {
  const concept = named(glossary.concepts, query.get("concept"));
  const role = named(glossary.roles, query.get("specialist_role"));
  const audience = named(glossary.audiences, query.get("target_audience"));
  const found = { concept, specialist_role: role, target_audience: audience };
  const missing = asked.filter((key) => !found[key]).map((key) => [key, query.get(key).trim()]);
  if (!concept) return { url: "glossary/", notice: unknown(missing) };
  const chosen = page(concept, role && role.id, audience && audience.id);
  const fits = (!role || chosen.role === role.id) && (!audience || chosen.audience === audience.id);
  return { url: chosen.url, notice: missing.length ? unknown(missing) : fits ? "" : unwritten(concept, role, audience) };
}

/* The concept's page that suits the reader best: one that matches the role and the audience, or one of them, or else
 * the concept's own page. */
function page(concept, role, audience) {
  const fit = ({ role: r, audience: a }) => (role && r === role ? 2 : 0) + (audience && a === audience ? 2 : 0) + (r && a ? 1 : 0);
  const own = concept.pages.find((page) => !page.role && !page.audience) || concept.pages[0];
  const readers = concept.pages.filter((page) => (role && page.role === role) || (audience && page.audience === audience));
  return readers.reduce((best, page) => (fit(page) > fit(best) ? page : best), own);
}

function named(things, value) {
  const wanted = folded(value);
  return wanted ? things.find((thing) => names(thing).some((name) => folded(name) === wanted)) : undefined;
}

function names({ id, term, label, aliases }) {
  return [id, term, label, ...(aliases || [])];
}

/* Normalizes text so that case, hyphens, plus signs, and repeated spaces make no difference. */
function folded(text) {
  return (text || "").normalize("NFKC").toLowerCase().replace(/[\s_+\-\u2010-\u2015]+/g, " ").trim();
}

/* If storage is disabled, there is no notice, but the link still works. */
function remember(notice) {
  try {
    if (notice) sessionStorage.setItem(NOTICE, notice);
    else sessionStorage.removeItem(NOTICE);
  } catch {}
}

function recall() {
  try {
    const notice = sessionStorage.getItem(NOTICE);
    sessionStorage.removeItem(NOTICE);
    return notice;
  } catch {
    return null;
  }
}

function showNotice() {
  const message = recall();
  if (message) announce(message);
}

function unknown(missing) {
  if (!missing.length) return "";
  const values = missing.map(([key, value]) => words(`query_links.${key}`, { value: value.slice(0, 80) }));
  return words("query_links.unknown", { values: values.join(words("query_links.and")) });
}

function unwritten(concept, role, audience) {
  const reader = [role, audience].filter(Boolean).map(({ label }) => label).join(", ");
  return words("query_links.unwritten", { concept: concept.term, reader });
}
