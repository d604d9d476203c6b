/* What the other scripts say, in the site's language.
 *
 * Each page holds the texts as a block of data (templates/theme/main.html); they come from the catalog that the
 * templates use, templates/words/<language>.yml, below `scripts`.
 */
const block = document.getElementById("glossary-words");
const texts = block ? JSON.parse(block.textContent) : {};
const plural = new Intl.PluralRules(document.documentElement.lang || "en");

/* The text of a dotted key, with its placeholders filled. */
export function words(key, values = {}) {
  return parts(key, values).join("");
}

/* The same as a list for `append`: a value may be an element. A text with plural forms goes by `count`. */
export function parts(key, values = {}) {
  const wording = key.split(".").reduce((inner, name) => inner?.[name], texts) ?? key;
  const text = typeof wording === "string" ? wording : wording[plural.select(values.count)] ?? wording.other;
  return text.split(/\{(\w+)\}/).map((part, at) => (at % 2 ? values[part] : part));
}
