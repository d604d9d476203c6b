/* Finds concepts and pages in the index that `executable_glossary/text/search_index.py` builds.
 *
 * A query fetches the pieces of the index for its words and then the text of the best matches. Every word counts, but
 * none is required. For a word that does not occur, the most similar one is suggested and, if it is clearly the same word
 * misspelled, also searched.
 */
const CJK = "\\u3040-\\u30ff\\u3400-\\u9fff\\uac00-\\ud7af\\uf900-\\ufaff";
const WORD = new RegExp(`[${CJK}]+|(?:(?![${CJK}])[\\p{L}\\p{N}\\p{M}_])+(?:[+#]+(?![\\p{L}\\p{N}_+#]))?`, "gu");
const LONGEST_NAME = 6; // words
const SHORTEST_PART = 3; // letters
const FEW_LETTERS = 4; // letters; with one different letter, a shorter word is usually a different word: fee, few
const SOME_LETTERS = 6; // letters; in a shorter word, only two swapped letters are clearly a misspelling: lable, label
const MANY_LETTERS = 10; // letters; a shorter word with two different letters is usually a different word: Keras, keeps
const LONGEST_ACRONYM = 5; // letters; a longer word in capitals is just written in capitals
const GOOD_LENGTH = 160; // characters of a passage to show
const MUCH_TEXT = 600; // characters; in a longer passage, such as a program, words occur together by chance
const CANDIDATES = 12; // subjects whose text is fetched
// The weight of an inexact match: the beginning of a word, or a word in which up to two letters differ.
const BEGINS = 0.8, SIMILAR = [1, 0.7, 0.5];
const EXAMPLE = 0.6; // the weight of the page of an example
const OTHERS = 0.3; // the weight of all other pages: the manual, which is for authors, and lists such as all runs
const SYNONYM = 0.6; // the weight of another word for the same thing
const CITATION = 0.5; // the weight of a passage in the list of sources, whose titles contain many common words
const WORTH_SHOWING = 0.5; // the score of a passage that may be shown because the reader's page contains it, relative to the best
const PASSAGE = 0.8; // the weight of words that occur together in one passage, relative to words that occur anywhere

export class SearchIndex {
  constructor(folder) {
    this.folder = folder;
    this.files = new Map();
  }

  /* `matches`, best first: {title, names, meaning, meanings (by audience), concept, pages, best}, where `best` lists the passages to show, best
   * first, each {text, anchor, numbers of its pages, score}; `suggested`, similar words for words that do not occur:
   * {written: similar}; `missing`, all words that do not occur; and the `words` found, with their stems. */
  async search(query) {
    const words = await this.words(query);
    const found = words.filter(({ useful, forms }) => useful && forms.length);
    const scores = this.scores(found);
    const whole = new Map();
    const names = await this.namesIn(words);
    for (const { posting, share } of names) add(share < 1 ? scores : whole, posting, share);
    const asked = names.flatMap(({ key, share }) => (share < 1 ? [] : [key]));
    const total = (number) => (scores.get(number) ?? 0) + (whole.get(number) ?? 0);
    const numbers = [...new Set([...scores.keys(), ...whole.keys()])].sort((one, other) => total(other) - total(one));
    const matches = await Promise.all(numbers.slice(0, CANDIDATES).map((number) => this.match(number, scores.get(number) ?? 0, found, whole.get(number) ?? 0, asked)));
    matches.sort((one, other) => other.score - one.score);
    const suggested = Object.fromEntries(words.flatMap(({ word, similar }) => (similar ? [[word, similar]] : [])));
    const missing = words.flatMap(({ word, useful, forms, similar }) => (similar || (useful && !forms.length) ? [word] : []));
    return { matches, suggested, missing, words: found.flatMap(({ forms }) => forms.flatMap(({ form, key }) => [form, key])) };
  }

  /* The words of a query, each with the words in the index that it may represent: {word, useful, forms, similar}. */
  async words(query) {
    const { ignored } = await this.start();
    const written = await this.known(query);
    // "what is IT" asks about IT, and all words of "to be or not to be" count.
    const acronyms = (query.match(/[\p{L}\p{N}]+/gu) ?? []).filter(isAcronym).map(fold);
    const counts = (word) => acronyms.includes(word) || !ignored.includes(word);
    const all = !written.some(counts);
    const typing = /\s$/.test(query) ? -1 : written.length - 1;
    return Promise.all(written.map(async (word, at) => {
      const useful = all || counts(word);
      const whole = acronyms.includes(word);
      const forms = [...(await this.forms(word, at === typing && useful && !whole)), ...(useful && !whole ? await this.synonyms(word) : [])];
      return { word, useful, ...(forms.length || !useful || whole ? { forms } : await this.similar(word)) };
    }));
  }

  /* Other words of the index for the same thing. */
  async synonyms(word) {
    const { synonyms = {} } = await this.start();
    const found = await Promise.all((synonyms[word] ?? []).map((other) => this.forms(other, false)));
    return found.flat().map((form) => ({ ...form, factor: SYNONYM * form.factor }));
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

  /* A subject with its text and final score. Words that occur together in one passage increase the score. The increase
   * is smaller for a subject with many passages, where that is more likely to happen by chance. `named`: the score of a
   * name that is the whole query; it counts in full for any page. `asked`: the keys of the names that are the whole query;
   * whoever asks for a concept by its name wants its meaning, not a passage that happens to mention it. */
  async match(number, score, words, named, asked) {
    const { passages, keys, ...subject } = await this.fetch(`text/${number}.json`);
    const { best, together } = bestPassages(passages, words);
    const byName = keys.some((key) => asked.includes(key)) || (named && best[0]?.text.length > MUCH_TEXT);
    const most = words.reduce((sum, { forms }) => sum + forms[0].posting[0], 0) || 1;
    const crowd = 1 + 0.5 * Math.log(1 + passages.length / 20);
    const sum = score + (PASSAGE * together * together) / most / crowd;
    return { ...subject, best: byName && subject.concept ? [] : best, score: weightOf(subject) * sum + named };
  }

  /* The words of a query. A word that is not in the index is divided if it has parts, unless it is a misspelled identifier:
   * BCELoss, load_dataset, secondhand, but not requires_gard. A part of one character means nothing by itself: the f of f1_score. */
  async known(query) {
    const written = [];
    for (const raw of query.match(WORD) ?? []) {
      const whole = wordsIn(raw);
      const parts = await this.parts(raw);
      if (whole.length > 1 || (await this.has(whole[0]))) written.push(...whole);
      else if (parts.length && parts[0] !== raw) written.push(...((await this.isMisspelled(whole[0])) ? whole : parts.flatMap(wordsIn)));
      else written.push(...(await this.divided(whole[0])));
    }
    return this.joined(written);
  }

  /* The parts of an identifier that have more than one character. Letters and digits are divided only if the index does not
   * contain them together: F1. */
  async parts(raw) {
    const parts = [];
    for (const part of raw.replace(/(\p{Ll})(?=\p{Lu})|(\p{Lu})(?=\p{Lu}\p{Ll})|_/gu, "$1$2 ").split(" ")) {
      parts.push(...((await this.has(fold(part))) ? [part] : part.replace(/(\p{L})(?=\d)/gu, "$1 ").split(" ")));
    }
    return parts.filter((part) => part.length > 1);
  }

  async has(word) {
    return Boolean((await this.piece(word))?.words[word]);
  }

  /* Whether a word is a misspelled one, and not just a name that is written as an identifier: f1_score. */
  async isMisspelled(word) {
    return !(await this.nameInCode(word)) && (await this.closest(word)).length > 0;
  }

  /* The words, with two of them as one if the index contains only that one: back propagation. */
  async joined(words) {
    const joined = [];
    for (let at = 0; at < words.length; at++) {
      const pair = words.slice(at, at + 2);
      const parts = await Promise.all(pair.map((word) => this.has(word)));
      const one = pair.length === 2 && !parts.every(Boolean) && (await this.has(pair.join("")));
      joined.push(one ? pair.join("") : words[at]);
      if (one) at++;
    }
    return joined;
  }

  /* The two words in the index that were joined into this one; the word itself if there are none. */
  async divided(word) {
    for (let at = SHORTEST_PART; at <= word.length - SHORTEST_PART; at++) {
      const [first, second] = [word.slice(0, at), word.slice(at)];
      if ((await this.has(second)) && (await this.has(first))) return [first, second];
    }
    return [word];
  }

  /* The word in the index and, if it is still being typed, those that begin with it, the most likely first:
   * {form, key, posting, factor}. An acronym is complete: RAG is not the beginning of a name. */
  async forms(word, typing) {
    const piece = await this.piece(word);
    const key = piece?.words[word];
    const exact = key ? [{ form: word, key, posting: piece.keys[key], factor: 1 }] : [];
    if (!typing || word.length < 2) return exact;
    const longer = Object.keys(piece?.words ?? {}).filter((form) => form !== word && form.startsWith(word));
    const beginning = longer.map((form) => this.form(piece, form, BEGINS * Math.sqrt(word.length / form.length)));
    beginning.sort((one, other) => weight(other) - weight(one));
    return [...exact, ...beginning.slice(0, 8).map((form) => ({ ...form, begins: true }))];
  }

  /* What a word that does not occur may represent. `forms`: other forms of the word, or correct spellings; empty if only a
   * guess is possible. `similar`: the most similar word, which is shown as a suggestion; not for other forms. */
  async similar(word) {
    const forms = await this.closest(word);
    if (!forms.length) return { forms, similar: await this.related(word) };
    const [{ form, changes, written }] = forms;
    if (word.startsWith(form) || form.startsWith(word)) return { forms };
    const sure = changes === 1 && (word.length >= SOME_LETTERS || areSwapped(word, form));
    return { forms: sure ? forms : [], similar: written };
  }

  /* The words in the index with the fewest different letters. Few people misspell the beginning of a word: fairness. */
  async closest(word) {
    if (word.length < FEW_LETTERS) return [];
    const pieces = [await this.piece(word), ...(await this.neighbors(word))].filter(Boolean);
    const most = word.length < MANY_LETTERS ? 1 : 2;
    const close = [];
    for (const piece of new Set(pieces)) {
      for (const form of Object.keys(piece.words)) {
        const written = writtenAs(piece, form);
        if (!written || Math.abs(form.length - word.length) > most) continue;
        if (form[0] !== word[0] && !areSwapped(form.slice(0, 2), word.slice(0, 2))) continue;
        const changes = distance(word, form, most);
        if (changes <= most) close.push({ ...this.form(piece, form, SIMILAR[changes]), changes, written });
      }
    }
    close.sort((one, other) => one.changes - other.changes || other.posting.length - one.posting.length);
    return close.slice(0, 3).filter(({ changes }) => changes === close[0].changes);
  }

  /* The word that has the longest beginning in common with this one: reproducibility, reproducible. */
  async related(word) {
    const piece = (await this.piece(word)) ?? { words: {} };
    const { words, keys } = piece;
    const shared = (form) => [...`${form} `].findIndex((letter, at) => letter !== word[at]);
    const least = Math.max(SOME_LETTERS, word.length / 2);
    const found = Object.keys(words).filter((form) => writtenAs(piece, form) === form).map((form) => ({ form, shared: shared(form), subjects: keys[words[form]].length }));
    const near = found.filter(({ shared }) => shared >= least);
    return near.sort((one, other) => other.shared - one.shared || other.subjects - one.subjects)[0]?.form;
  }

  form(piece, form, factor) {
    const key = piece.words[form];
    return { form, key, posting: piece.keys[key], factor };
  }

  /* The names that occur in the query, each with its key and the share of the query that it covers, weighted like its
   * words. */
  async namesIn(words) {
    const keyOf = ({ word, forms }) => (forms.length && !forms[0].begins ? forms[0].key : word);
    const keys = await Promise.all(words.map(async (each) => (await this.nameInCode(each.word)) ?? keyOf(each)));
    const weigh = (some) => some.reduce((sum, { useful, forms }) => sum + (useful ? forms[0]?.posting[0] ?? 0 : 0), 0);
    const all = weigh(words) || 1;
    const names = [];
    for (let first = 0; first < words.length; first++) {
      for (let end = first + 1; end <= Math.min(words.length, first + LONGEST_NAME); end++) {
        const name = keys.slice(first, end).join(" ");
        const key = name.startsWith("=") ? name : `=${name}`;
        const posting = (await this.piece(key))?.keys[key];
        const share = weigh(words.slice(first, end)) / all;
        // A name of several words is unlikely to occur by chance, no matter how many other words surround it.
        if (posting) names.push({ key, posting, share: end - first > 1 ? Math.sqrt(share) : share });
      }
    }
    return names;
  }

  /* The key of the name that is written as one word in code: weight_decay. */
  async nameInCode(word) {
    const joined = word.replaceAll("_", "");
    return joined === word ? undefined : (await this.piece(joined))?.words[joined];
  }

  async start() {
    return this.fetch("index.json", "no-cache");
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

/* In lowercase, without accents, and with acronyms in the singular: LLMs. */
export function fold(text) {
  return text.replace(/\b([A-Z]{2,})s\b/g, "$1").replaceAll("ß", "ss").normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

export function wordsIn(text) {
  return (fold(text).match(WORD) ?? []).flatMap((word) => {
    if (!new RegExp(`^[${CJK}]`, "u").test(word)) return [word];
    return Array.from({ length: Math.max(1, word.length - 1) }, (_, at) => word.slice(at, at + 2));
  });
}

/* A word in capitals is searched exactly as it is written. */
function isAcronym(word) {
  return word.length <= LONGEST_ACRONYM && /^\p{Lu}{2,}$/u.test(word);
}

/* Whether the words differ only in the order of their letters. */
function areSwapped(one, other) {
  return [...one].sort().join("") === [...other].sort().join("");
}

/* The passages that are worth showing, best first, and the highest score: the sum of the rarities of the words that a
 * passage contains, reduced for a long passage and for a citation. */
function bestPassages(passages, words) {
  const forms = words.map((each) => ({
    rarity: each.forms[0].posting[0],
    words: new Set(each.forms.flatMap(({ form, key }) => [form, key])),
  }));
  const scored = passages.map(([text, anchor, numbers]) => {
    const own = wordsIn(text).flatMap((word) => [word, ...word.split("_")]);
    const sum = forms.reduce((sum, form) => sum + (own.some((word) => matches(word, form.words)) ? form.rarity : 0), 0);
    const weight = Math.min(1, Math.sqrt(MUCH_TEXT / text.length)) * (anchor === "sources" ? CITATION : 1);
    return { text, anchor, numbers, score: sum * weight };
  });
  const together = Math.max(0, ...scored.map(({ score }) => score));
  const best = scored.filter(({ score }) => score && score >= WORTH_SHOWING * together);
  const off = ({ text }) => Math.abs(text.length - GOOD_LENGTH);
  best.sort((one, other) => other.score - one.score || off(one) - off(other));
  return { best, together };
}

/* How people write a word of the index: a joined name with its spaces; empty for a key, for parts of identifiers, and for
 * abbreviations in code. */
function writtenAs({ suggested = {} }, form) {
  return form.startsWith("=") ? "" : suggested[form] ?? form;
}

function matches(word, forms) {
  if (forms.has(word)) return true;
  for (const form of forms) if (form.length > 2 && word.startsWith(form) && word.length - form.length <= 4) return true;
  return false;
}

function weightOf({ concept, pages: [[url]] }) {
  if (concept) return 1;
  return url.startsWith("examples/") ? EXAMPLE : OTHERS;
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
