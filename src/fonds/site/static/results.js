/* The page of the search: what search.js finds, as it is typed. Titles are shown at once; the texts, for a few lines
   with the words marked, are loaded when typing rests, and read one at a time, so that no key waits for them. */
"use strict";
(function () {
  const PAGE = 10, FIRST = 3, AHEAD = 12, REST = 180, AT_REST = 3 * AHEAD, ASKED = 20 * AHEAD, AROUND = 90, LONGEST = 260;
  const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
  const fonds = window.fonds, done = document.documentElement.dataset;
  let turn = 0, form, field, list, status, more, state = null, resting = 0;

  function breath() {
    return new Promise(function (resolve) { setTimeout(resolve); });
  }

  // ------------------------------------------------------------------ words and their marks

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
    for (const part of must) fonds.stands(part, terms, marks);
    return joined(marks);
  }

  /* A word's edge near ``at``. */
  function edge(text, at, step) {
    for (let n = 0; n < 24 && at > 0 && at < text.length; n++, at += step) if (/\s/.test(text[at])) return at;
    return Math.max(0, Math.min(at, text.length));
  }

  /* Where the window with most of the words in it begins. */
  function best(marks) {
    let found = 0, most = 0;
    for (let n = 0; n < marks.length; n++) {
      let inside = n;
      while (inside < marks.length && marks[inside][1] - marks[n][0] < LONGEST - AROUND) inside++;
      if (inside - n > most) { most = inside - n; found = n; }
    }
    return marks[found];
  }

  function snippet(node, entry, must) {
    for (const field of [2, 1]) {
      const text = entry.fields[field];
      const marks = must.length ? marksOf(must, fonds.located(entry, field)) : [];
      if (!marks.length) continue;
      const mark = best(marks);
      const start = mark[0] > AROUND ? edge(text, mark[0] - AROUND, 1) : 0;
      const end = Math.max(start + LONGEST < text.length ? edge(text, start + LONGEST, -1) : text.length, mark[1]);
      if (start) node.append("… ");
      marked(node, text, marks, start, end);
      if (end < text.length) node.append(" …");
      return;
    }
    const text = entry.fields[2] || entry.fields[1];
    node.append(text.slice(0, edge(text, LONGEST, -1)), text.length > LONGEST ? " …" : "");
  }

  // ------------------------------------------------------------------ results

  function item(head, titled) {
    const li = document.createElement("li"), h2 = document.createElement("h2"), a = document.createElement("a");
    const words = document.createElement("p"), facts = document.createElement("p");
    words.className = "words";
    for (const node of [h2, words]) { if (head.lang) node.lang = head.lang; if (head.dir) node.dir = head.dir; }
    a.href = head.page;
    marked(a, head.title, titled(head.title), 0, head.title.length);
    h2.append(a);
    facts.className = "facts";
    const day = (head.day || "").split("-");
    facts.append(head.day ? Number(day[2]) + " " + MONTHS[day[1] - 1] + " " + day[0] : "no date");
    if (head.author) { const by = document.createElement("bdi"); by.textContent = head.author; facts.append(" · ", by); }
    if (head.kind === "responses") facts.append(" · response");
    if (head.kind === "drafts") facts.append(" · draft");
    li.append(h2, words, facts);
    return li;
  }

  /* The posts of the next page, a few at a time; where it needs a look at the text, at most ``most`` are looked at. */
  async function* next(mine, most) {
    const found = mine.found;
    if (!found.careful.length) {
      const batch = found.ranked.slice(mine.at, mine.at + PAGE);
      mine.at += batch.length;
      yield batch.slice(0, FIRST);
      yield batch.slice(FIRST);
      return;
    }
    let wanted = PAGE - mine.total % PAGE;
    for (; wanted && most > 0 && mine.at < found.ranked.length; most -= AHEAD) {
      const batch = found.ranked.slice(mine.at, mine.at + AHEAD), texts = batch.map(fonds.textOf);
      for (let n = 0; n < batch.length && wanted; n++) {
        const entry = await texts[n];
        if (n % 4 === 3) await breath();
        if (mine.turn !== turn) return;
        mine.at++;
        if (fonds.looked(entry, found.careful)) { wanted--; yield [batch[n]]; }
      }
    }
  }

  function count(number) {
    return number.toLocaleString("en") + (number === 1 ? " post." : " posts.");
  }

  function told(mine) {
    const found = mine.found, left = found.ranked.length - mine.at;
    more.hidden = !left;
    if (!found.ranked.length || (!left && !mine.total)) return "Nothing was found." + (found.cut ? " Type another letter, or Enter." : "");
    if (found.careful.length && left) return mine.total + " posts so far; " + left.toLocaleString("en") + " more have the words and were not looked at yet.";
    return count(found.careful.length ? mine.total : found.ranked.length) + (found.cut ? " There are more with this beginning: type another letter." : "");
  }

  /* Shows the next page of ``mine``; the lines of what needs no look come later (``fill``). */
  async function show(mine, most) {
    const fold = await fonds.folding(), must = mine.found.must;
    function titled(title) { return must.length ? marksOf(must, fold.located(title)) : []; }
    for await (const batch of next(mine, most)) {
      const heads = await Promise.all(batch.map(fonds.headOf));
      if (mine.turn !== turn) return;
      if (!mine.total) list.replaceChildren();
      heads.forEach(function (head, n) {
        const li = item(head, titled);
        list.append(li);
        mine.empty.push([batch[n], li]);
      });
      mine.total += batch.length;
      status.textContent = told(mine);
      if (batch.length) done.searched = String(mine.turn);
    }
    if (mine.turn !== turn) return;
    if (!mine.total) list.replaceChildren();
    status.textContent = told(mine);
    done.searched = done.shown = String(mine.turn);
  }

  async function fill(mine) {
    const waiting = mine.empty;
    mine.empty = [];
    const texts = waiting.map(function (pair) { return fonds.textOf(pair[0]); });
    for (let n = 0; n < waiting.length; n++) {
      const entry = await texts[n];
      await breath();
      if (mine.turn !== turn) return;
      snippet(waiting[n][1].querySelector(".words"), entry, mine.found.must);
    }
    done.told = String(mine.turn);
  }

  /* What is done when no key follows. */
  async function rest(mine, typing) {
    if (typing && mine.found && mine.found.careful.length && mine.total < PAGE) await show(mine, AT_REST);
    if (mine.found && mine.turn === turn && (!typing || tells(field.value))) await fill(mine);
  }

  /* A single letter begins so much that a few lines of each say nothing. */
  function tells(query) {
    return !/(?:^|\s)[a-z]$/iu.test(query);
  }

  function remember(query, chosen) {
    const address = new URLSearchParams();
    if (query) address.set("q", query);
    for (const name in chosen) if (chosen[name]) address.set(name, chosen[name]);
    try { history.replaceState(null, "", address.toString() ? "?" + address : location.pathname); } catch { /* not from a disk */ }
  }

  function failed(error) {
    status.textContent = "The index cannot be read: " + error.message;
  }

  async function run(typing) {
    const mine = { turn: ++turn, found: null, at: 0, total: 0, empty: [] }, query = field.value, chosen = {};
    for (const name of ["year", "tag", "person", "language", "order"]) chosen[name] = form.elements[name].value;
    clearTimeout(resting);
    try {
      if (!query.trim() && !chosen.year && !chosen.tag && !chosen.person && !chosen.language) {
        list.replaceChildren(); status.textContent = ""; more.hidden = true;
        done.searched = String(mine.turn);
      } else {
        await fonds.ready();
        mine.found = await fonds.find(query, chosen, typing);
        if (mine.turn !== turn) return;
        state = mine;
        await show(mine, typing ? AHEAD : ASKED);
        if (mine.turn !== turn) return;
      }
      resting = setTimeout(function () {
        remember(query, chosen);
        rest(mine, typing).catch(failed);
      }, typing ? REST : 0);
    } catch (error) {
      if (mine.turn === turn) failed(error);
    }
  }

  document.addEventListener("DOMContentLoaded", function () {
    form = document.getElementById("fonds-search");
    if (!form) return;
    list = document.getElementById("fonds-results"); status = document.getElementById("fonds-status");
    more = document.getElementById("fonds-more"); field = form.elements.q;
    const asked = new URLSearchParams(location.search);
    for (const name of ["q", "year", "tag", "person", "language", "order"]) if (asked.get(name)) form.elements[name].value = asked.get(name);
    field.addEventListener("input", function (event) { if (!event.isComposing) run(true); });
    field.addEventListener("compositionend", function () { run(true); });
    form.addEventListener("change", function () { run(true); });
    form.addEventListener("submit", function (event) { event.preventDefault(); run(false); });
    more.querySelector("button").addEventListener("click", function () {
      if (state && state.turn === turn) show(state, ASKED).then(function () { return fill(state); }).catch(failed);
    });
    field.focus();
    if (field.value || asked.toString()) run(false);
    else fonds.ready().catch(failed);
  });
})();
