/* Search without a server. The index lies in small scripts beside this one (search/index.js says where a term
   is); a script can be loaded from any disk or host, where a page opened with a double click may fetch nothing.
   Words are folded by the rules in search/rules.js, which fonds writes from its own (fonds.archive.folding). */
"use strict";
(function () {
  const PAGE = 10, AHEAD = 24, MOST_PIECES = 6, FEW_PIECES = 2, AROUND = 90, LONGEST = 260;
  const WEIGHTS = [1, 2, 3, 9];
  const base = new URL("../", document.currentScript.src).href;

  // ------------------------------------------------------------------ loading

  const given = {}, pieces = new Map(), texts = new Map(), loading = new Map();
  window.fonds = {
    rules: function (value) { given.rules = value; },
    index: function (value) { given.index = value; },
    posts: function (value) { given.posts = value; },
    terms: function (number, data) { pieces.set(number, piece(bytes(data))); },
    text: function (number, about, data) { texts.set(number, { about: about, data: data }); },
  };

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

  function bytes(data) {
    const raw = atob(data), out = new Uint8Array(raw.length);
    for (let at = 0; at < raw.length; at++) out[at] = raw.charCodeAt(at);
    return inflate(out);
  }

  /* RFC 1951. Own, because not every browser that opens a file has one that can be called. */
  function inflate(data) {
    let at = 0, bit = 0, held = 0, out = new Uint8Array(data.length * 4 + 256), size = 0;
    function bits(count) {
      while (bit < count) { held |= data[at++] << bit; bit += 8; }
      const value = held & ((1 << count) - 1);
      held >>>= count; bit -= count;
      return value;
    }
    /* Codes of up to NEAR bits are looked up at once, longer ones bit by bit behind them. */
    const NEAR = 9;
    function tree(lengths) {
      const counts = new Uint16Array(16), places = new Uint16Array(16), symbols = new Uint16Array(lengths.length);
      for (const length of lengths) counts[length]++;
      counts[0] = 0;
      for (let n = 1; n < 16; n++) places[n] = places[n - 1] + counts[n - 1];
      const near = new Uint16Array(1 << NEAR), next = new Uint16Array(16);
      for (let n = 1, code = 0; n < 16; n++) { code = (code + counts[n - 1]) << 1; next[n] = code; }
      lengths.forEach(function (length, symbol) {
        if (!length) return;
        symbols[places[length]++] = symbol;
        const code = next[length]++;
        if (length > NEAR) return;
        let turned = 0;
        for (let n = 0; n < length; n++) turned |= (code >> n & 1) << (length - 1 - n);
        for (let at = turned; at < 1 << NEAR; at += 1 << length) near[at] = symbol << 4 | length;
      });
      return { counts: counts, symbols: symbols, near: near };
    }
    function symbol(from) {
      while (bit < 15 && at < data.length) { held |= data[at++] << bit; bit += 8; }
      const known = from.near[held & (1 << NEAR) - 1];
      if (known && (known & 15) <= bit) {
        held >>>= known & 15; bit -= known & 15;
        return known >> 4;
      }
      let code = 0, first = 0, index = 0;
      for (let length = 1; length < 16; length++) {
        code |= bits(1);
        const count = from.counts[length];
        if (code - first < count) return from.symbols[index + code - first];
        index += count; first = (first + count) << 1; code <<= 1;
      }
      throw new Error("broken index");
    }
    function room(count) {
      if (size + count <= out.length) return;
      const larger = new Uint8Array(Math.max(out.length * 2, size + count));
      larger.set(out);
      out = larger;
    }
    const LENGTHS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
    const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
    const BACKS = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];
    let last = 0;
    while (!last) {
      last = bits(1);
      const kind = bits(2);
      if (kind === 0) {
        at -= bit >> 3; // what was read ahead
        held = bit = 0;
        const length = data[at] | data[at + 1] << 8;
        at += 4;
        room(length);
        out.set(data.subarray(at, at + length), size);
        at += length; size += length;
        continue;
      }
      let literals, distances;
      if (kind === 1) {
        const lengths = [];
        for (let n = 0; n < 288; n++) lengths.push(n < 144 ? 8 : n < 256 ? 9 : n < 280 ? 7 : 8);
        literals = tree(lengths); distances = tree(new Array(30).fill(5));
      } else {
        const many = bits(5) + 257, far = bits(5) + 1, codes = bits(4) + 4, order = new Array(19).fill(0), lengths = [];
        for (let n = 0; n < codes; n++) order[[16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15][n]] = bits(3);
        const own = tree(order);
        while (lengths.length < many + far) {
          const code = symbol(own);
          if (code < 16) lengths.push(code);
          else {
            const again = code === 16 ? bits(2) + 3 : code === 17 ? bits(3) + 3 : bits(7) + 11;
            const what = code === 16 ? lengths[lengths.length - 1] : 0;
            for (let n = 0; n < again; n++) lengths.push(what);
          }
        }
        literals = tree(lengths.slice(0, many)); distances = tree(lengths.slice(many));
      }
      for (;;) {
        const code = symbol(literals);
        if (code === 256) break;
        if (code < 256) { room(1); out[size++] = code; continue; }
        const length = LENGTHS[code - 257] + bits(LENGTH_BITS[code - 257]);
        const step = symbol(distances), back = BACKS[step] + bits(step < 2 ? 0 : (step >> 1) - 1);
        room(length);
        for (let n = 0; n < length; n++, size++) out[size] = out[size - back];
      }
    }
    return out.subarray(0, size);
  }

  const utf8 = new TextDecoder();

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

  function held(from, n, add) {
    const data = from.data, stop = from.begin + from.ends[n];
    let at = from.begin + (n ? from.ends[n - 1] : 0), post = -1;
    while (at < stop) {
      let value = 0, shift = 0, byte;
      do { byte = data[at++]; value += (byte & 127) * 2 ** shift; shift += 7; } while (byte & 128);
      post += Math.floor(value / 4);
      add(post, value & 3);
    }
  }

  // ------------------------------------------------------------------ folding (as fonds.archive.folding)

  let fold;
  function folding(rules) {
    function inside(ranges) {
      return ranges.map(function (range) {
        return "\\u{" + range[0].toString(16) + "}-\\u{" + range[1].toString(16) + "}";
      }).join("");
    }
    const spaceless = inside(rules.spaceless), apart = inside(rules.apart);
    const word = "(?:(?![" + spaceless + apart + "])[\\p{L}\\p{N}]|[" + inside(rules.marks) + inside(rules.beside) + "])+";
    const token = new RegExp("([" + spaceless + "]+)|" + word + "(?:[" + inside(rules.invisible) + "]+" + word + ")*", "gu");
    const cluster = new RegExp(".[" + inside(rules.attached) + "]*", "gsu");
    const dropped = new RegExp("[" + inside(rules.marks) + inside(rules.invisible) + apart + "\\u{0}-\\u{2f}\\u{3a}-\\u{40}\\u{5b}-\\u{60}\\u{7b}-\\u{7f}\\u{b7}\\u{2044}]", "gu");
    const table = new Map(Object.entries(rules.letters));
    for (const zero of rules.digits) for (let n = 0; n < 10; n++) table.set(String.fromCodePoint(zero + n), String(n));
    const arabic = /^[\u0621-\u064a]+$/, article = "ال";
    const prefixes = rules.prefixes.slice().sort(function (a, b) { return b.length - a.length; });

    function cut(text, size) {
      return text.length <= size ? text : Array.from(text).slice(0, size).join("");
    }
    const plain = /^[A-Za-z0-9]*$/, before = new Map();
    function one(text) {
      if (plain.test(text)) return cut(text.toLowerCase(), rules.longest);
      let found = before.get(text);
      if (found === undefined) {
        if (before.size > 50000) before.clear();
        before.set(text, found = slowly(text));
      }
      return found;
    }
    function slowly(text) {
      const whole = cut(text, 8 * rules.longest).normalize("NFKD").toLowerCase().normalize("NFKD").replace(dropped, "");
      let mapped = "";
      for (const letter of whole) mapped += table.has(letter) ? table.get(letter) : letter;
      return cut(mapped.normalize("NFC"), rules.longest);
    }
    function pairs(characters) {
      return characters.map(function (letter, n) { return letter + (characters[n + 1] || ""); });
    }
    /* Terms with the places they come from: [term, start, end]. */
    function located(text) {
      const found = [];
      for (const match of text.matchAll(token)) {
        if (match[1] === undefined) {
          const term = one(match[0]);
          if (term) found.push([term, match.index, match.index + match[0].length]);
          continue;
        }
        const places = [];
        for (const letter of match[1].matchAll(cluster)) {
          const folded = one(letter[0]);
          if (folded) places.push([folded, match.index + letter.index, match.index + letter.index + letter[0].length]);
        }
        pairs(places.map(function (place) { return place[0]; })).forEach(function (pair, n) {
          found.push([pair, places[n][1], places[n][2]]);
        });
      }
      return found;
    }
    /* What is looked for: {term, prefix}, one after the other. */
    function wanted(text) {
      const found = located(text).map(function (place) { return { term: place[0], prefix: false }; });
      let last = null;
      for (const match of text.matchAll(token)) {
        const letters = match[1] === undefined ? 0 : (match[1].match(cluster) || []).filter(one).length;
        if (match[1] === undefined || letters) last = letters;
      }
      if (!found.length || !last) return found;
      if (last === 1) found[found.length - 1].prefix = true;
      else found.pop();
      return found;
    }
    function bare(term) {
      if (!arabic.test(term)) return term;
      const least = rules.stem || 3;
      for (const prefix of prefixes) {
        if ((prefix.endsWith(article) || prefix.endsWith("لل")) && term.length - prefix.length >= least && term.startsWith(prefix)) {
          return term.slice(prefix.length);
        }
      }
      return term;
    }
    /* Whether ``have`` is ``term`` behind prefixes that Arabic writes together with it. */
    function carries(have, term) {
      if (have.length <= term.length || !have.endsWith(term) || !arabic.test(term)) return false;
      const prefix = have.slice(0, have.length - term.length);
      const least = prefix.endsWith(article) || prefix.endsWith("لل") ? 2 : 3;
      return rules.prefixes.includes(prefix) && term.length >= least;
    }
    return { located: located, wanted: wanted, bare: bare, carries: carries, terms: function (text) { return located(text).map(function (place) { return place[0]; }); } };
  }

  // ------------------------------------------------------------------ asking

  /* The query as parts: {wanted: [{term, prefix}], not, whole}. */
  function parse(query, typing) {
    const parts = [];
    const pattern = /(-?)"([^"]*)("|$)|(\S+)/gu;
    for (const match of query.matchAll(pattern)) {
      let text = match[4] === undefined ? match[2] : match[4], not = match[1] === "-", open = false, whole = match[4] === undefined;
      if (!whole) {
        if (text.length > 1 && text[0] === "-") { not = true; text = text.slice(1); }
        if (text.endsWith("*")) { open = true; text = text.slice(0, -1); }
        else if (typing && !not && match.index + match[0].length === query.length) open = true;
      }
      const found = fold.wanted(text);
      if (!found.length) continue;
      if (open) found[found.length - 1].prefix = true;
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

  const END = "\uffff";

  /* The posts of a term (or of all terms that begin with it): post -> weight. ``cut`` says that not all were read. */
  async function postsOf(one) {
    const first = placeOf(one.term);
    let last = one.prefix ? placeOf(one.term + END) : first, cut = false;
    const most = one.term.length > 1 ? MOST_PIECES : FEW_PIECES; // a first letter begins too much to be worth loading
    if (last - first >= most) { last = first + most - 1; cut = true; }
    const wait = [];
    for (let n = first; n <= last; n++) if (!pieces.has(n)) wait.push(load("search/t/" + n + ".js"));
    await Promise.all(wait);
    const found = new Map();
    for (let n = first; n <= last; n++) {
      const from = pieces.get(n), terms = from.terms;
      let low = 0, high = terms.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (terms[middle] < one.term) low = middle + 1; else high = middle;
      }
      for (; low < terms.length && (one.prefix ? terms[low].startsWith(one.term) : terms[low] === one.term); low++) {
        const exact = terms[low] === one.term ? 2 : 1;
        const all = [];
        held(from, low, function (post, how) { all.push([post, how]); });
        const rare = Math.log(1 + given.index.posts / all.length);
        for (const [post, how] of all) {
          const weight = WEIGHTS[how] * rare * exact;
          if (weight > (found.get(post) || 0)) found.set(post, weight);
        }
      }
    }
    return { posts: found, cut: cut };
  }

  async function answers(one) {
    const found = await postsOf(one), word = fold.bare(one.term);
    if (word !== one.term) {
      const more = await postsOf({ term: word, prefix: one.prefix });
      for (const [post, weight] of more.posts) if (!found.posts.has(post)) found.posts.set(post, weight / 3);
    }
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

  async function search(query, filters, typing) {
    const parts = parse(query, typing), must = parts.filter(function (part) { return !part.not; });
    let found = null, cut = false;
    for (const part of must) {
      for (const one of part.wanted) {
        const answer = await answers(one);
        cut = cut || answer.cut;
        if (found === null) { found = answer.posts; continue; }
        const both = new Map();
        for (const [post, weight] of found) if (answer.posts.has(post)) both.set(post, weight + answer.posts.get(post));
        found = both;
      }
    }
    const filtered = filters.year || filters.tag || filters.person || filters.language;
    if (found === null) {
      found = new Map();
      if (filtered || parts.length) for (let post = 0; post < given.index.posts; post++) found.set(post, 0);
    }
    const careful = [];
    for (const part of parts) {
      if (part.not && part.wanted.length === 1) {
        for (const post of (await answers(part.wanted[0])).posts.keys()) found.delete(post);
      } else if (part.not || part.wanted.length > 1) careful.push(part);
    }
    if (filtered) {
      if (!given.posts) await load("data/posts.js");
      const data = given.posts, tag = data.tags.indexOf(filters.tag);
      const person = data.people.indexOf(filters.person), language = data.languages.indexOf(filters.language);
      for (const post of Array.from(found.keys())) {
        const day = data.days[post];
        const year = day < 0 ? "undated" : String(new Date(day * 864e5).getUTCFullYear());
        if ((filters.year && year !== filters.year) || (filters.tag && !data.tag[post].includes(tag)) ||
            (filters.person && data.person[post] !== person) || (filters.language && data.language[post] !== language)) found.delete(post);
      }
    }
    const ranked = Array.from(found.keys());
    if (filters.order === "old") ranked.sort(function (a, b) { return a - b; });
    else if (filters.order === "new" || !must.length) ranked.sort(function (a, b) { return b - a; });
    else ranked.sort(function (a, b) { return found.get(b) - found.get(a) || b - a; });
    return { parts: parts, must: must, careful: careful, ranked: ranked, cut: cut };
  }

  // ------------------------------------------------------------------ showing

  async function fetchText(post) {
    if (!texts.has(post)) await load("search/d/" + Math.floor(post / given.index.folder) + "/" + post + ".js");
    const entry = texts.get(post);
    if (!entry.fields) {
      entry.fields = utf8.decode(bytes(entry.data)).split("\x1f");
      entry.data = "";
    }
    return entry;
  }

  /* The fields of a post with their terms, when all that needs a look at the text is so; else null. */
  function looked(entry, careful) {
    if (!entry.terms) entry.terms = entry.fields.map(function (field) { return fold.located(field); });
    for (const part of careful) {
      const there = entry.terms.some(function (terms) { return stands(part, terms, null); });
      if (there === part.not) return null;
    }
    return entry;
  }

  function joined(marks) {
    marks.sort(function (a, b) { return a[0] - b[0] || b[1] - a[1]; });
    const out = [];
    for (const mark of marks) {
      const before = out[out.length - 1];
      if (before && mark[0] <= before[1]) before[1] = Math.max(before[1], mark[1]);
      else out.push(mark.slice());
    }
    return out;
  }

  function marked(node, text, marks, from, to) {
    let at = from;
    for (const [start, end] of marks) {
      if (end <= from || start >= to) continue;
      node.append(text.slice(at, Math.max(start, at)));
      const mark = document.createElement("mark");
      mark.textContent = text.slice(Math.max(start, from), Math.min(end, to));
      node.append(mark);
      at = Math.min(end, to);
    }
    node.append(text.slice(at, to));
  }

  function marksOf(must, terms) {
    const marks = [];
    for (const part of must) stands(part, terms, marks);
    return joined(marks);
  }

  /* A word's edge near ``at``. */
  function edge(text, at, step) {
    for (let n = 0; n < 24 && at > 0 && at < text.length; n++, at += step) if (/\s/.test(text[at])) return at;
    return Math.max(0, Math.min(at, text.length));
  }

  function snippet(node, entry, must) {
    const order = [2, 1];
    for (const field of order) {
      const text = entry.fields[field], marks = marksOf(must, entry.terms[field]);
      if (!marks.length) continue;
      // The window with most of the words in it.
      let best = 0, most = 0;
      for (let n = 0; n < marks.length; n++) {
        let inside = n;
        while (inside < marks.length && marks[inside][1] - marks[n][0] < LONGEST - AROUND) inside++;
        if (inside - n > most) { most = inside - n; best = n; }
      }
      const start = marks[best][0] > AROUND ? edge(text, marks[best][0] - AROUND, 1) : 0;
      const end = start + LONGEST < text.length ? edge(text, start + LONGEST, -1) : text.length;
      if (start) node.append("… ");
      marked(node, text, marks, start, Math.max(end, marks[best][1]));
      if (end < text.length) node.append(" …");
      return;
    }
    node.append(entry.about.excerpt || entry.fields[2].slice(0, LONGEST));
  }

  const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

  function item(entry, must) {
    const about = entry.about, li = document.createElement("li"), h2 = document.createElement("h2"), a = document.createElement("a");
    const words = document.createElement("p"), facts = document.createElement("p");
    for (const node of [h2, words]) { if (about.lang) node.lang = about.lang; if (about.dir) node.dir = about.dir; }
    a.href = about.page;
    const title = about.title;
    marked(a, title, marksOf(must, fold.located(title)), 0, title.length);
    h2.append(a);
    snippet(words, entry, must);
    facts.className = "facts";
    const day = (about.day || "").split("-");
    facts.append(about.day ? Number(day[2]) + " " + MONTHS[day[1] - 1] + " " + day[0] : "no date");
    if (about.author) { const by = document.createElement("bdi"); by.textContent = about.author; facts.append(" · ", by); }
    if (about.kind === "responses") facts.append(" · response");
    if (about.kind === "drafts") facts.append(" · draft");
    li.append(h2, words, facts);
    return li;
  }

  let turn = 0;

  async function show(state, list, status, more) {
    const mine = state.turn;
    let shown = 0;
    while (shown < PAGE && state.at < state.found.ranked.length) {
      const batch = state.found.ranked.slice(state.at, state.at + (state.found.careful.length ? AHEAD : PAGE - shown));
      const entries = await Promise.all(batch.map(fetchText));
      if (mine !== turn) return;
      for (const entry of entries) {
        if (shown === PAGE) break;
        state.at++;
        if (looked(entry, state.found.careful)) {
          if (!state.total) list.replaceChildren();
          list.append(item(entry, state.found.must));
          shown++; state.total++;
        }
      }
    }
    if (!state.total) list.replaceChildren();
    const left = state.found.ranked.length - state.at;
    more.hidden = !left;
    status.textContent = state.found.ranked.length === 0 || (!left && !state.total)
      ? "Nothing was found."
      : state.found.careful.length && left
        ? state.total + " posts so far; " + left.toLocaleString("en") + " more have the words and were not looked at yet."
        : (state.found.careful.length ? state.total : state.found.ranked.length).toLocaleString("en") + ((state.found.careful.length ? state.total : state.found.ranked.length) === 1 ? " post." : " posts.") +
          (state.found.cut ? " There are more with this beginning: type another letter." : "");
    document.documentElement.dataset.searched = String(mine);
  }

  async function ready() {
    if (given.rules && given.index) return;
    await Promise.all([load("search/rules.js"), load("search/index.js")]);
    fold = folding(given.rules);
  }
  window.fonds.search = async function (query, filters) {
    await ready();
    return search(query, filters || {}, false);
  };
  window.fonds.folding = async function () { await ready(); return fold; };
  /* Everything that matches, looked at to the end: for tests and for the console. */
  window.fonds.all = async function (query, filters) {
    const found = await window.fonds.search(query, filters), out = [];
    for (const post of found.ranked) {
      const entry = await fetchText(post);
      if (looked(entry, found.careful)) out.push(entry.about.page);
    }
    return out;
  };

  document.addEventListener("DOMContentLoaded", function () {
    const form = document.getElementById("fonds-search");
    if (!form) return;
    const list = document.getElementById("fonds-results"), status = document.getElementById("fonds-status");
    const more = document.getElementById("fonds-more"), field = form.elements.q;
    let state = null;

    function filters() {
      const chosen = {};
      for (const name of ["year", "tag", "person", "language", "order"]) chosen[name] = form.elements[name].value;
      return chosen;
    }
    async function run(typing) {
      const mine = ++turn, query = field.value, chosen = filters();
      const address = new URLSearchParams();
      if (query) address.set("q", query);
      for (const name in chosen) if (chosen[name]) address.set(name, chosen[name]);
      try { history.replaceState(null, "", address.toString() ? "?" + address : location.pathname); } catch { /* not from a disk */ }
      if (!query.trim() && !chosen.year && !chosen.tag && !chosen.person && !chosen.language) {
        list.replaceChildren(); status.textContent = ""; more.hidden = true;
        document.documentElement.dataset.searched = String(mine);
        return;
      }
      try {
        await ready();
        const found = await search(query, chosen, typing);
        if (mine !== turn) return;
        state = { found: found, at: 0, total: 0, turn: mine };
        await show(state, list, status, more);
      } catch (error) {
        status.textContent = "The index cannot be read: " + error.message;
      }
    }
    const asked = new URLSearchParams(location.search);
    for (const name of ["q", "year", "tag", "person", "language", "order"]) if (asked.get(name)) form.elements[name].value = asked.get(name);
    field.addEventListener("input", function (event) { if (!event.isComposing) run(true); });
    field.addEventListener("compositionend", function () { run(true); });
    form.addEventListener("change", function () { run(true); });
    form.addEventListener("submit", function (event) { event.preventDefault(); run(false); });
    more.querySelector("button").addEventListener("click", function () { if (state && state.turn === turn) show(state, list, status, more); });
    field.focus();
    if (field.value || asked.toString()) run(false);
    else ready().catch(function () { status.textContent = "The index cannot be read."; });
  });
})();
