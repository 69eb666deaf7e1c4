/* The plot of the timeline. The numbers it shows are those of the table below it. */
"use strict";
(function () {
  const DAY = 86400;
  const place = document.getElementById("fonds-plot"), form = document.getElementById("fonds-plot-form");
  if (!place || !window.uPlot) return;
  const base = new URL("../", document.currentScript.src).href;
  let data, plot, whole, first, last;

  window.fonds = Object.assign(window.fonds || {}, { posts: function (value) { data = value; begin(); } });
  const script = document.createElement("script");
  script.src = base + "data/posts.js";
  document.head.append(script);

  function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim(); }

  function start(seconds, unit) {
    const date = new Date(seconds * 1000);
    if (unit === "year") return Date.UTC(date.getUTCFullYear(), 0, 1) / 1000;
    if (unit === "month") return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / 1000;
    return Math.floor(seconds / DAY) * DAY;
  }
  function next(seconds, unit) {
    const date = new Date(seconds * 1000);
    if (unit === "year") return Date.UTC(date.getUTCFullYear() + 1, 0, 1) / 1000;
    if (unit === "month") return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) / 1000;
    return seconds + DAY;
  }

  function counted() {
    const unit = form.elements.unit.value, tag = data.tags.indexOf(form.elements.tag.value);
    const person = data.people.indexOf(form.elements.person.value), language = data.languages.indexOf(form.elements.language.value);
    const counts = new Map();
    data.days.forEach(function (day, post) {
      if (day < 0) return;
      if ((form.elements.tag.value && !data.tag[post].includes(tag)) || (form.elements.person.value && data.person[post] !== person) ||
          (form.elements.language.value && data.language[post] !== language)) return;
      const at = start(day * DAY, unit);
      counts.set(at, (counts.get(at) || 0) + 1);
    });
    const xs = [], ys = [];
    for (let at = start(first, unit); at <= last; at = next(at, unit)) { xs.push(at); ys.push(counts.get(at) || 0); }
    return [xs, ys];
  }

  function leads(seconds) {
    const text = new Date(seconds * 1000).toISOString(), unit = form.elements.unit.value;
    if (unit === "year") return "years/" + text.slice(0, 4) + ".html";
    if (unit === "month") return "years/" + text.slice(0, 7) + ".html";
    return "years/" + text.slice(0, 4) + ".html#d" + text.slice(0, 10);
  }

  function draw() {
    const values = counted(), unit = form.elements.unit.value;
    const line = colour("line"), soft = colour("soft"), bar = colour("shade-4");
    const font = "12px system-ui, sans-serif";
    if (plot) plot.destroy();
    whole = [start(first, unit) - (next(start(first, unit), unit) - start(first, unit)) / 2, next(start(last, unit), unit)];
    const axis = { stroke: soft, font: font, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
    plot = new uPlot({
      width: place.clientWidth, height: 320, tzDate: function (seconds) { return uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"); },
      legend: { show: true, live: true }, cursor: { drag: { x: true, y: false, setScale: true }, points: { show: false } },
      scales: { x: { time: true, range: function (u, from, to) { return [from, to]; } }, y: { range: function (u, from, to) { return [0, Math.max(to, 1) * 1.08]; } } },
      axes: [axis, Object.assign({ size: 46, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000] }, axis)],
      series: [
        { label: unit, value: function (u, at) { return at === null || at === undefined ? "" : new Date(at * 1000).toISOString().slice(0, unit === "year" ? 4 : unit === "month" ? 7 : 10); } },
        { label: "posts", fill: bar, stroke: bar, width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [0.8, 60], align: 0 }) },
      ],
    }, values, place);
    plot.setScale("x", { min: whole[0], max: whole[1] });
    plot.over.addEventListener("wheel", function (event) {
      event.preventDefault();
      const at = plot.posToVal(event.offsetX, "x");
      zoom(event.deltaY < 0 ? 0.75 : 1 / 0.75, at);
    }, { passive: false });
    let down = 0;
    plot.over.addEventListener("mousedown", function (event) { down = event.clientX; });
    plot.over.addEventListener("click", function (event) {
      if (Math.abs(event.clientX - down) > 4) return;
      const at = plot.cursor.idx;
      if (at !== null && at !== undefined && plot.data[1][at]) location.href = base + leads(plot.data[0][at]);
    });
  }

  function zoom(by, at) {
    const from = plot.scales.x.min, to = plot.scales.x.max;
    const middle = at === undefined ? (from + to) / 2 : at;
    move(middle - (middle - from) * by, middle + (to - middle) * by);
  }

  function move(from, to) {
    const width = Math.min(to - from, whole[1] - whole[0]);
    if (width < 3 * DAY) return;
    from = Math.max(Math.min(from, whole[1] - width), whole[0]);
    plot.setScale("x", { min: from, max: from + width });
  }

  function begin() {
    const days = data.days.filter(function (day) { return day >= 0; });
    if (!days.length) return;
    first = days.reduce(function (a, b) { return Math.min(a, b); }) * DAY;
    last = days.reduce(function (a, b) { return Math.max(a, b); }) * DAY;
    place.tabIndex = 0;
    place.setAttribute("role", "application");
    place.setAttribute("aria-label", "Plot of posts over time; the table below has the same numbers");
    draw();
    form.addEventListener("change", draw);
    form.addEventListener("submit", function (event) { event.preventDefault(); move(whole[0], whole[1]); });
    place.addEventListener("keydown", function (event) {
      const from = plot.scales.x.min, to = plot.scales.x.max, step = (to - from) / 5;
      if (event.key === "+" || event.key === "=") zoom(0.75);
      else if (event.key === "-") zoom(1 / 0.75);
      else if (event.key === "ArrowLeft") move(from - step, to - step);
      else if (event.key === "ArrowRight") move(from + step, to + step);
      else return;
      event.preventDefault();
    });
    let wide = place.clientWidth;
    addEventListener("resize", function () {
      if (place.clientWidth !== wide) { wide = place.clientWidth; plot.setSize({ width: wide, height: 320 }); }
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  }
})();
