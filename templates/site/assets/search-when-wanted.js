/* Fetches the search index when somebody is about to search.
 *
 * The theme asks for it with every page, and it weighs more than most pages. Its request is held back until the search
 * is pointed at, touched or focused, or the address asks for a search. It must run before the theme's own script
 * (templates/theme/main.html). Where this does not work, the search does: the index is only fetched too early.
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
