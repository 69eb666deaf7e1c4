/* Words as the index has them: the rules of fonds.archive.folding, which search/rules.js brings. */
"use strict";
(function () {
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

  window.fonds = Object.assign(window.fonds || {}, { folded: folding });
})();
