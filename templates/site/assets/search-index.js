/* Finds concepts and pages in the index that `executable_glossary/text/search_index.py` builds.
 *
 * A query fetches the pieces of the index for its words, and then the text of the best matches. Every word counts, no
 * word is required, and a word that does not occur is replaced by the most similar one.
 */
const CJK = "\\u3040-\\u30ff\\u3400-\\u9fff\\uac00-\\ud7af\\uf900-\\ufaff";
const WORD = new RegExp(`[${CJK}]+|(?:(?![${CJK}])[\\p{L}\\p{N}\\p{M}_])+(?:[+#]+(?![\\p{L}\\p{N}_+#]))?`, "gu");
const LONGEST_NAME = 6; // words
const SHORTEST_PART = 3; // letters
const MANY_LETTERS = 8; // In a shorter word, two other letters make another word: Keras, keeps.
const GOOD_LENGTH = 160; // characters of a passage to show
const CANDIDATES = 12; // subjects whose text is fetched
// The weight of an inexact match: the beginning of a word, or a word in which up to two letters differ.
const BEGINS = 0.8, SIMILAR = [1, 0.7, 0.5];
const OTHERS = 0.6; // the weight of a page that is not about a concept
const MANUAL = 0.3; // the weight of a page of the manual, which is for authors
const PASSAGE = 0.8; // the weight of words that occur together in one passage, relative to words that occur anywhere

export class SearchIndex {
  constructor(folder) {
    this.folder = folder;
    this.files = new Map();
  }

  /* `matches`, best first: {title, names, meaning, concept, pages, best}, where `best` lists the passages to show, each
   * [text, anchor, page numbers]; `corrected`, the words that were replaced: {written: used}; and the `words` found. */
  async search(query) {
    const words = await this.words(query);
    const found = words.filter(({ useful, forms }) => useful && forms.length);
    const scores = this.scores(found);
    for (const { posting, share } of await this.namesIn(words)) add(scores, posting, share);
    const ranked = [...scores].sort((one, other) => other[1] - one[1]).slice(0, CANDIDATES);
    const matches = await Promise.all(ranked.map(([number, score]) => this.match(number, score, found)));
    matches.sort((one, other) => other.score - one.score);
    const replaced = found.filter(({ word, forms: [{ form }] }) => !word.startsWith(form) && !form.startsWith(word));
    const corrected = Object.fromEntries(replaced.map(({ word, forms }) => [word, forms[0].form]));
    return { matches, corrected, words: found.flatMap(({ forms }) => forms.map(({ form }) => form)) };
  }

  /* The words of a query, each with the words of the index that it may stand for: {word, useful, forms}. */
  async words(query) {
    const { ignored } = await this.start();
    const written = await this.known(query);
    // "what is IT" asks about IT, and all words of "to be or not to be" count.
    const acronyms = (query.match(/\b\p{Lu}{2,}\b/gu) ?? []).map(fold);
    const counts = (word) => acronyms.includes(word) || !ignored.includes(word);
    const all = !written.some(counts);
    const typing = /\s$/.test(query) ? -1 : written.length - 1;
    return Promise.all(written.map(async (word, at) => {
      const useful = all || counts(word);
      return { word, useful, forms: await this.forms(word, at === typing, useful) };
    }));
  }

  /* The score of each subject whose pages contain the words. */
  scores(words) {
    const scores = new Map();
    for (const { forms } of new Map(words.map((each) => [each.word, each])).values()) {
      const best = new Map();
      for (const { posting, factor } of forms) {
        for (const [number, score] of pairs(posting)) best.set(number, Math.max(best.get(number) ?? 0, factor * score));
      }
      for (const [number, score] of best) scores.set(number, (scores.get(number) ?? 0) + score);
    }
    return scores;
  }

  /* A subject with its text and final score. Words that occur together in one passage increase the score, but by less
   * for a subject with many passages, where that is likely to happen by chance. */
  async match(number, score, words) {
    const { passages, ...subject } = await this.fetch(`text/${number}.json`);
    const { best, together } = bestPassages(passages, words);
    const most = words.reduce((sum, { forms }) => sum + forms[0].posting[0], 0) || 1;
    const crowd = 1 + 0.5 * Math.log(1 + passages.length / 20);
    const sum = score + (PASSAGE * together * together) / most / crowd;
    return { ...subject, best, score: weightOf(subject) * sum };
  }

  /* The words of a query. A word that the index lacks is divided if it has parts: CrossEntropyLoss, nn.Linear,
   * load_dataset, secondhand. */
  async known(query) {
    const written = [];
    for (const raw of query.match(WORD) ?? []) {
      const whole = wordsIn(raw);
      const parts = raw.replace(/(\p{Ll})(?=\p{Lu})|(\p{L})(?=\d)|_/gu, "$1$2 ").split(" ").filter(Boolean);
      if (whole.length > 1 || (await this.has(whole[0]))) written.push(...whole);
      else written.push(...(parts.length > 1 ? parts.flatMap(wordsIn) : await this.joined(whole[0])));
    }
    return written;
  }

  async has(word) {
    return Boolean((await this.piece(word))?.words[word]);
  }

  /* The two words of the index that were joined into one, or else the word itself. */
  async joined(word) {
    for (let at = SHORTEST_PART; at <= word.length - SHORTEST_PART; at++) {
      const [first, second] = [word.slice(0, at), word.slice(at)];
      if ((await this.has(second)) && (await this.has(first))) return [first, second];
    }
    return [word];
  }

  /* The words of the index that a typed word may stand for, the most likely first: {form, key, posting, factor}. */
  async forms(word, last, useful) {
    const piece = await this.piece(word);
    const key = piece?.words[word];
    const exact = key ? [{ form: word, key, posting: piece.keys[key], factor: 1 }] : [];
    if (last && useful && word.length > 1) {
      const longer = Object.keys(piece?.words ?? {}).filter((form) => form !== word && form.startsWith(word));
      const beginning = longer.map((form) => this.form(piece, form, BEGINS * Math.sqrt(word.length / form.length)));
      beginning.sort((one, other) => weight(other) - weight(one));
      if (exact.length || beginning.length) return [...exact, ...beginning.slice(0, 8).map((form) => ({ ...form, begins: true }))];
    }
    if (exact.length || !useful) return exact;
    return this.similar(word, piece);
  }

  async similar(word, own) {
    if (word.length < 3) return [];
    const pieces = [own, ...(await this.neighbors(word))].filter(Boolean);
    const most = word.length < MANY_LETTERS ? 1 : 2;
    const close = [];
    for (const piece of new Set(pieces)) {
      for (const form of Object.keys(piece.words)) {
        if (form.startsWith("=") || Math.abs(form.length - word.length) > most) continue;
        const changes = distance(word, form, most);
        if (changes <= most) close.push({ ...this.form(piece, form, SIMILAR[changes]), changes });
      }
    }
    close.sort((one, other) => one.changes - other.changes || other.posting.length - one.posting.length);
    return close.slice(0, 3).filter(({ changes }) => changes === close[0].changes);
  }

  form(piece, form, factor) {
    const key = piece.words[form];
    return { form, key, posting: piece.keys[key], factor };
  }

  /* The names that occur in the query, with the share of the query that each of them covers, weighted like its words. */
  async namesIn(words) {
    const keys = words.map(({ word, forms }) => (forms.length && !forms[0].begins ? forms[0].key : word));
    const weigh = (some) => some.reduce((sum, { useful, forms }) => sum + (useful ? forms[0]?.posting[0] ?? 0 : 0), 0);
    const all = weigh(words) || 1;
    const names = [];
    for (let first = 0; first < words.length; first++) {
      for (let end = first + 1; end <= Math.min(words.length, first + LONGEST_NAME); end++) {
        const name = keys.slice(first, end).join(" ");
        const key = name.startsWith("=") ? name : `=${name}`;
        const posting = (await this.piece(key))?.keys[key];
        const share = weigh(words.slice(first, end)) / all;
        // A name of several words is hardly there by chance, however many other words surround it.
        if (posting) names.push({ posting, share: end - first > 1 ? Math.sqrt(share) : share });
      }
    }
    return names;
  }

  async start() {
    this.started ??= this.fetch("index.json", "no-cache");
    return this.started;
  }

  /* The piece of the index that contains a word, or would contain it; undefined if there is none. */
  async piece(word) {
    const { pieces } = await this.start();
    for (let length = Math.min(word.length, 3); length >= 0; length--) {
      const prefix = word.slice(0, length);
      const number = length === word.length && pieces.includes(`${word}$`) ? pieces.indexOf(`${word}$`) : pieces.indexOf(prefix);
      if (number >= 0) return this.fetch(`words/${number}.json`);
    }
    return undefined;
  }

  /* The pieces whose words begin with the same letter, or with the second letter if the first one may be wrong. */
  async neighbors(word) {
    const { pieces } = await this.start();
    const letters = [word[0], word[1]];
    const numbers = pieces.flatMap((prefix, number) => (letters.includes(prefix[0]) ? [number] : []));
    return Promise.all(numbers.slice(0, 24).map((number) => this.fetch(`words/${number}.json`)));
  }

  async fetch(name, cache = "default") {
    if (!this.files.has(name)) {
      const version = name === "index.json" ? "" : `?v=${(await this.start()).version}`;
      this.files.set(name, fetch(`${this.folder}${name}${version}`, { cache }).then((response) => {
        if (!response.ok) throw new Error(`${name}: ${response.status}`);
        return response.json();
      }));
      this.files.get(name).catch(() => this.files.delete(name));
    }
    return this.files.get(name);
  }
}

export function fold(text) {
  return text.replaceAll("ß", "ss").normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

export function wordsIn(text) {
  return (fold(text).match(WORD) ?? []).flatMap((word) => {
    if (!new RegExp(`^[${CJK}]`, "u").test(word)) return [word];
    return Array.from({ length: Math.max(1, word.length - 1) }, (_, at) => word.slice(at, at + 2));
  });
}

/* The passages with the highest score, and that score: the sum of the rarities of the words that a passage contains. */
function bestPassages(passages, words) {
  const forms = words.map((each) => ({
    rarity: each.forms[0].posting[0],
    words: new Set(each.forms.flatMap(({ form, key }) => [form, key])),
  }));
  let best = [], together = 0;
  for (const passage of passages) {
    const own = wordsIn(passage[0]).flatMap((word) => [word, ...word.split("_")]);
    const score = forms.reduce((sum, form) => sum + (own.some((word) => matches(word, form.words)) ? form.rarity : 0), 0);
    if (score > together) [best, together] = [[passage], score];
    else if (score === together && score) best.push(passage);
  }
  best.sort(([one], [other]) => Math.abs(one.length - GOOD_LENGTH) - Math.abs(other.length - GOOD_LENGTH));
  return { best, together };
}

function matches(word, forms) {
  if (forms.has(word)) return true;
  for (const form of forms) if (form.length > 2 && word.startsWith(form) && word.length - form.length <= 4) return true;
  return false;
}

function weightOf({ concept, pages: [[url]] }) {
  if (concept) return 1;
  return url.startsWith("docs/") ? MANUAL : OTHERS;
}

function weight({ posting, factor }) {
  return factor * Math.max(...posting.filter((_, at) => at && at % 2 === 0));
}

function add(scores, posting, factor) {
  for (const [number, score] of pairs(posting)) scores.set(number, (scores.get(number) ?? 0) + factor * score);
}

function* pairs(posting) {
  for (let at = 1; at < posting.length; at += 2) yield [posting[at], posting[at + 1]];
}

/* The number of letters to insert, delete, replace, or swap; any number larger than `most` if it exceeds `most`. */
export function distance(one, other, most = Infinity) {
  let before = [], row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1;
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + same);
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    if (Math.min(...next) > most) return most + 1;
    [before, row] = [row, next];
  }
  return row[other.length];
}
