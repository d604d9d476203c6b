/* Delays fetching the search index until the reader is about to search.
 *
 * The theme requests the index on every page, and it is larger than most pages. This script holds the request back
 * until the search box is hovered, touched, or focused, or the URL contains a query. It must run before the theme's own
 * script (templates/theme/main.html). If it fails, the search still works: the index is just fetched earlier.
 */
const INDEX = /\/search\/search_index\.json$/;
const SEARCH = ".md-search, [for='__search']";
const SIGNS = ["focusin", "pointerover", "pointerdown"];

const { open, send } = XMLHttpRequest.prototype;
const held = new WeakSet();
const wanted = new Promise(signOfSearch);

XMLHttpRequest.prototype.open = function (method, address, ...others) {
  if (INDEX.test(address)) held.add(this);
  return open.call(this, method, address, ...others);
};

XMLHttpRequest.prototype.send = function (body) {
  if (held.delete(this)) wanted.then(() => send.call(this, body));
  else send.call(this, body);
};

function signOfSearch(resolve) {
  if (new URLSearchParams(location.search).has("q")) resolve();
  for (const sign of SIGNS) addEventListener(sign, ({ target }) => target.closest?.(SEARCH) && resolve());
}
