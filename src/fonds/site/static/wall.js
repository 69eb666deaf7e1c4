/* All pictures on one page: only those in sight are there, however many there are. Each year's list is a small
   script that is loaded when its year comes near. */
"use strict";
(function () {
  const CELL = 150, GAP = 6, HEAD = 44, NEAR = 900, SOON = 6000;
  const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
  const wall = document.getElementById("fonds-wall");
  if (!wall) return;
  const root = wall.dataset.root, years = [], byName = new Map(), cells = new Map();
  for (const part of wall.dataset.parts.split(" ").filter(Boolean)) {
    const [name, count] = part.split(":");
    const year = { name: name, count: Number(count), data: null, asked: false, top: 0, height: 0 };
    years.push(year); byName.set(name, year);
  }
  let columns = 1, cell = CELL;

  window.fonds = Object.assign(window.fonds || {}, {
    wall: function (value) { byName.get(value.year).data = value; draw(); },
  });

  function ask(year) {
    if (year.asked) return;
    year.asked = true;
    const script = document.createElement("script");
    script.src = root + "pictures/data/" + year.name + ".js";
    document.head.append(script);
  }

  function measure() {
    const width = wall.clientWidth;
    columns = Math.max(2, Math.floor((width + GAP) / (CELL + GAP)));
    cell = Math.floor((width + GAP) / columns) - GAP;
    let top = 0;
    for (const year of years) {
      year.top = top;
      year.height = HEAD + Math.ceil(year.count / columns) * (cell + GAP);
      top += year.height + GAP * 3;
      if (!year.title) {
        year.title = document.createElement("h2");
        year.title.textContent = year.name === "undated" ? "Without a date" : year.name;
        wall.append(year.title);
      }
      year.title.style.top = year.top + "px";
    }
    wall.style.height = top + "px";
    for (const node of cells.values()) node.remove();
    cells.clear();
    draw();
  }

  function day(text) {
    const parts = text.split("-");
    return text ? Number(parts[2]) + " " + MONTHS[parts[1] - 1] + " " + parts[0] : "no date";
  }

  function words(year, row) {
    const post = year.data.posts[row[0]], link = document.createElement("a");
    link.href = root + post[0] + (row[3] ? "#" + row[3] : "");
    const title = document.createElement("bdi");
    title.textContent = post[1];
    link.append(title);
    const said = document.createElement("bdi");
    said.textContent = row[4];
    return row[4] ? [said, " ", link, " " + day(post[2])] : [link, " " + day(post[2])];
  }

  function make(year, n) {
    const row = year.data.pictures[n], post = year.data.posts[row[0]];
    const link = document.createElement("a"), image = document.createElement("img");
    link.href = row[2] ? root + row[2] : root + post[0];
    image.src = root + row[1];
    image.alt = row[4] || "Picture in " + post[1];
    image.width = image.height = cell;
    image.decoding = "async";
    link.append(image);
    link.style.top = year.top + HEAD + Math.floor(n / columns) * (cell + GAP) + "px";
    link.style.left = (n % columns) * (cell + GAP) + "px";
    link.style.width = link.style.height = cell + "px";
    link.addEventListener("click", function (event) {
      if (!row[2] || event.ctrlKey || event.metaKey || event.shiftKey || !window.HTMLDialogElement) return;
      event.preventDefault();
      const rows = year.data.pictures.filter(function (one) { return one[2]; });
      window.fondsLight(rows.map(function (one) {
        return function () { return { href: root + one[2], alt: one[4] || "Picture in " + year.data.posts[one[0]][1], words: words(year, one) }; };
      }), rows.indexOf(row));
    });
    return link;
  }

  function draw() {
    const above = wall.getBoundingClientRect().top, from = -above - NEAR, to = -above + innerHeight + NEAR;
    const wanted = new Set();
    for (const year of years) {
      if (year.top + year.height > from - SOON && year.top < to + SOON) ask(year);
      if (year.top + year.height < from || year.top > to) continue;
      if (!year.data) continue;
      const first = Math.max(0, Math.floor((from - year.top - HEAD) / (cell + GAP))) * columns;
      const last = Math.min(year.count, Math.ceil((to - year.top - HEAD) / (cell + GAP)) * columns);
      for (let n = first; n < last; n++) {
        const key = year.name + " " + n;
        wanted.add(key);
        if (!cells.has(key)) {
          const node = make(year, n);
          cells.set(key, node);
          wall.append(node);
        }
      }
    }
    for (const [key, node] of cells) {
      if (!wanted.has(key) && !node.contains(document.activeElement)) { node.remove(); cells.delete(key); }
    }
  }

  let asked = false;
  function soon() {
    if (asked) return;
    asked = true;
    requestAnimationFrame(function () { asked = false; draw(); });
  }
  addEventListener("scroll", soon, { passive: true });
  addEventListener("resize", measure);
  measure();
})();
