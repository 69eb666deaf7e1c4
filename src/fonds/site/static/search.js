/* Search without a server: which posts have the words. The index lies in small scripts beside this one
   (search/index.js says where a term is); a script can be loaded from any disk or host, where a page opened with
   a double click may fetch nothing. Words are folded by folding.js; results.js shows what is found. */
"use strict";
(function () {
  const WEIGHTS = [1, 2, 3, 9], END = "\uffff", KEPT = 40;
  const base = new URL("../", document.currentScript.src).href;
  const utf8 = new TextDecoder();

  // ------------------------------------------------------------------ loading

  const given = {}, pieces = new Map(), heads = new Map(), texts = new Map(), loading = new Map();
  const fonds = window.fonds = Object.assign(window.fonds || {}, {
    rules: function (value) { given.rules = value; },
    index: function (value) { given.index = value; },
    posts: function (value) { given.posts = value; },
    terms: function (number, data) { pieces.set(number, piece(fonds.inflated(data))); },
    heads: function (number, data) { heads.set(number, JSON.parse(utf8.decode(fonds.inflated(data)))); },
    text: function (number, data) { texts.set(number, { data: data }); },
  });

  function load(path) {
    if (!loading.has(path)) {
      loading.set(path, new Promise(function (resolve, reject) {
        const script = document.createElement("script");
        script.src = base + path;
        script.onload = function () { script.remove(); resolve(); };
        script.onerror = function () { script.remove(); loading.delete(path); reject(new Error("cannot load " + path)); };
        document.head.append(script);
      }));
    }
    return loading.get(path);
  }

  let fold = null;
  async function ready() {
    if (fold) return;
    await Promise.all([load("search/rules.js"), load("search/index.js")]);
    fold = fonds.folded(given.rules);
  }

  /* One file of the index: terms, and for each where its posts stand. */
  function piece(data) {
    let at = 0;
    function number() {
      let value = 0, shift = 0, byte;
      do { byte = data[at++]; value += (byte & 127) * 2 ** shift; shift += 7; } while (byte & 128);
      return value;
    }
    const count = number(), terms = [], ends = [];
    let before = new Uint8Array(0), end = 0;
    for (let n = 0; n < count; n++) {
      const shared = number(), rest = number(), term = new Uint8Array(shared + rest);
      term.set(before.subarray(0, shared));
      term.set(data.subarray(at, at + rest), shared);
      at += rest; before = term;
      end += number();
      terms.push(utf8.decode(term)); ends.push(end);
    }
    return { terms: terms, ends: ends, data: data, begin: at };
  }

  /* Puts the posts of term ``n`` of a piece into ``weights``, where they do not weigh more already. */
  function weigh(from, n, factor, weights) {
    const data = from.data, begin = from.begin + (n ? from.ends[n - 1] : 0), stop = from.begin + from.ends[n];
    let count = 0, post = -1, at = begin;
    for (let place = begin; place < stop; place++) if (data[place] < 128) count++;
    const rare = factor * Math.log(1 + given.index.posts / count);
    while (at < stop) {
      let value = 0, shift = 0, byte;
      do { byte = data[at++]; value += (byte & 127) * 2 ** shift; shift += 7; } while (byte & 128);
      post += Math.floor(value / 4);
      const weight = WEIGHTS[value & 3] * rare;
      if (weight > weights[post]) weights[post] = weight;
    }
  }

  /* What a result shows of a post before its text is there: a block of neighbours is one file. */
  async function head(post) {
    const block = Math.floor(post / given.index.heads);
    if (!heads.has(block)) await load("search/h/" + block + ".js");
    return heads.get(block)[post - block * given.index.heads];
  }

  /* The fields of a post (title, asides, text) and, when asked for, their terms with their places. */
  async function text(post) {
    if (!texts.has(post)) await load("search/d/" + Math.floor(post / given.index.folder) + "/" + post + ".js");
    const entry = texts.get(post);
    if (!entry.fields) {
      entry.fields = utf8.decode(fonds.inflated(entry.data)).split("\x1f");
      entry.data = "";
    }
    return entry;
  }

  function located(entry, field) {
    if (!entry.terms) entry.terms = [];
    return entry.terms[field] || (entry.terms[field] = fold.located(entry.fields[field]));
  }

  // ------------------------------------------------------------------ asking

  /* The query as parts: {wanted: [{term, prefix}], not, whole}. While typing, the last word is a beginning. */
  function parse(query, typing) {
    const parts = [];
    const pattern = /(-?)"([^"]*)("|$)|(\S+)/gu;
    for (const match of query.matchAll(pattern)) {
      const whole = match[4] === undefined, last = match.index + match[0].length === query.length;
      let text = whole ? match[2] : match[4], not = match[1] === "-", open = typing && last && whole && !match[3];
      if (!whole) {
        if (text.length > 1 && text[0] === "-") { not = true; text = text.slice(1); }
        if (text.endsWith("*")) { open = true; text = text.slice(0, -1); }
        else open = typing && last && !not;
      }
      const found = fold.wanted(text);
      if (!found.length) continue;
      if (open && !/\s$/u.test(text)) found[found.length - 1].prefix = true;
      for (const one of found) one.bare = fold.bare(one.term);
      parts.push({ wanted: found, not: not, whole: whole });
    }
    return parts;
  }

  function placeOf(term) {
    const begins = given.index.begins;
    let low = 0, high = begins.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (begins[middle] <= term) low = middle + 1; else high = middle;
    }
    return Math.max(low - 1, 0);
  }

  /* How many files a beginning is looked up in while it is typed: the next letter leaves most of them out. */
  function most(term, typing) {
    if (!typing) return Infinity;
    return /^[a-z0-9]$/.test(term) ? 1 : term.length < 3 ? 2 : 6;
  }

  /* The posts of a term (or of all terms that begin with it): {weights, cut}; ``cut``: not all were read. */
  async function postsOf(one, typing) {
    const first = placeOf(one.term), weights = new Float64Array(given.index.posts);
    const end = one.prefix ? placeOf(one.term + END) : first;
    const last = Math.min(end, first + most(one.term, typing) - 1);
    const wait = [];
    for (let n = first; n <= last; n++) if (!pieces.has(n)) wait.push(load("search/t/" + n + ".js"));
    await Promise.all(wait);
    for (let n = first; n <= last && pieces.has(n); n++) {
      const from = pieces.get(n), terms = from.terms;
      let low = 0, high = terms.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (terms[middle] < one.term) low = middle + 1; else high = middle;
      }
      for (; low < terms.length && (one.prefix ? terms[low].startsWith(one.term) : terms[low] === one.term); low++) {
        weigh(from, low, terms[low] === one.term ? 2 : 1, weights);
      }
    }
    return { weights: weights, cut: last < end };
  }

  const answered = new Map();

  async function answers(one, typing) {
    const key = one.term + (one.prefix ? typing ? "*" : "**" : "");
    if (answered.has(key)) return answered.get(key);
    const found = await postsOf(one, typing), word = fold.bare(one.term);
    if (word !== one.term) {
      const more = (await postsOf({ term: word, prefix: one.prefix }, typing)).weights;
      for (let post = 0; post < more.length; post++) if (more[post] && !found.weights[post]) found.weights[post] = more[post] / 3;
    }
    if (answered.size >= KEPT) answered.delete(answered.keys().next().value);
    answered.set(key, found);
    return found;
  }

  /* Whether a text has the terms of a part one after the other; the places of all that match are added to ``marks``. */
  function stands(part, terms, marks) {
    const all = part.wanted;
    let found = false;
    for (let start = 0; start + all.length <= terms.length; start++) {
      let n = 0;
      while (n < all.length && fits(all[n], terms[start + n][0], n === 0, part.whole)) n++;
      if (n === all.length) {
        found = true;
        if (!marks) return true;
        marks.push([terms[start][1], terms[start + n - 1][2]]);
      }
    }
    return found;
  }

  function fits(one, have, first, whole) {
    if (one.prefix ? have.startsWith(one.term) : have === one.term) return true;
    if (!first) return false;
    if (fold.carries(have, one.term)) return true;
    return !whole && one.bare !== one.term && (have === one.bare || fold.carries(have, one.bare));
  }

  /* Whether a post has all that only its text can tell. */
  function looked(entry, careful) {
    return careful.every(function (part) {
      const there = entry.fields.some(function (_, field) { return stands(part, located(entry, field), null); });
      return there !== part.not;
    });
  }

  async function filtered(weights, filters) {
    if (!given.posts) await load("data/posts.js");
    const data = given.posts, tag = data.tags.indexOf(filters.tag);
    const person = data.people.indexOf(filters.person), language = data.languages.indexOf(filters.language);
    for (let post = 0; post < weights.length; post++) {
      if (!weights[post]) continue;
      const day = data.days[post];
      const year = day < 0 ? "undated" : String(new Date(day * 864e5).getUTCFullYear());
      if ((filters.year && year !== filters.year) || (filters.tag && !data.tag[post].includes(tag)) ||
          (filters.person && data.person[post] !== person) || (filters.language && data.language[post] !== language)) weights[post] = 0;
    }
  }

  /* The posts that weigh something, the heaviest (or newest, oldest) first. Sorted as numbers: weight, then post. */
  function ranked(weights, order) {
    const keys = new Float64Array(weights.length), PLACES = 2 ** 24;
    let count = 0;
    for (let post = 0; post < weights.length; post++) {
      if (weights[post]) keys[count++] = (order ? 0 : Math.ceil(weights[post] * 1024) * PLACES) + post;
    }
    const found = keys.subarray(0, count).sort();
    if (order !== "old") found.reverse();
    return Array.from(found, function (key) { return key % PLACES; });
  }

  async function search(query, filters, typing) {
    const parts = parse(query, typing), must = parts.filter(function (part) { return !part.not; });
    const any = filters.year || filters.tag || filters.person || filters.language;
    const words = must.flatMap(function (part) { return part.wanted; }), careful = [];
    const all = await Promise.all(words.map(function (one) { return answers(one, typing); }));
    const weights = new Float64Array(given.index.posts);
    if (!words.length && (any || parts.length)) weights.fill(1);
    all.forEach(function (answer, n) {
      for (let post = 0; post < weights.length; post++) {
        weights[post] = answer.weights[post] && (!n || weights[post]) ? weights[post] + answer.weights[post] : 0;
      }
    });
    for (const part of parts) {
      if (part.not && part.wanted.length === 1) {
        const out = (await answers(part.wanted[0], typing)).weights;
        for (let post = 0; post < weights.length; post++) if (out[post]) weights[post] = 0;
      } else if (part.not || part.wanted.length > 1) careful.push(part);
    }
    if (any) await filtered(weights, filters);
    const order = filters.order || (must.length ? "" : "new");
    return {
      must: must, careful: careful, ranked: ranked(weights, order),
      cut: all.some(function (answer) { return answer.cut; }),
    };
  }

  Object.assign(fonds, {
    ready: ready, find: search, headOf: head, textOf: text, located: located, stands: stands, looked: looked,
    /* The three below are for the console and for tests; ``all`` looks at everything, to the end. */
    search: async function (query, filters) {
      await ready();
      return search(query, filters || {}, false);
    },
    folding: async function () { await ready(); return fold; },
    all: async function (query, filters) {
      const found = await fonds.search(query, filters), out = [];
      for (const post of found.ranked) {
        if (!found.careful.length || looked(await text(post), found.careful)) out.push((await head(post)).page);
      }
      return out;
    },
  });
})();
