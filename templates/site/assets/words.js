/* The text that the other scripts display, in the site's language.
 *
 * Each page contains it as a data block (templates/theme/main.html). It comes from the `scripts` section of the same
 * catalog that the templates use, templates/words/<language>.yml.
 */
const block = document.getElementById("glossary-words");
const texts = block ? JSON.parse(block.textContent) : {};
const plural = new Intl.PluralRules(document.documentElement.lang || "en");

/* The text for a dotted key, with its placeholders filled in. */
export function words(key, values = {}) {
  return parts(key, values).join("");
}

/* The same text as a list for `append`, where a value can be an element. `count` selects the plural form. */
export function parts(key, values = {}) {
  const wording = key.split(".").reduce((inner, name) => inner?.[name], texts) ?? key;
  const text = typeof wording === "string" ? wording : wording[plural.select(values.count)] ?? wording.other;
  return text.split(/\{(\w+)\}/).map((part, at) => (at % 2 ? values[part] : part));
}
