/* What every page does beside being read: the colour scheme that was chosen, and a few keys. */
"use strict";
(function () {
  const root = document.documentElement;
  root.classList.add("js");
  function kept() {
    try { return localStorage.getItem("fonds-scheme"); } catch { return null; }
  }
  function choose(scheme) {
    root.dataset.scheme = scheme;
    try { localStorage.setItem("fonds-scheme", scheme); } catch { /* a browser that keeps nothing */ }
  }
  const before = kept();
  if (before === "dark" || before === "light") root.dataset.scheme = before;

  document.addEventListener("DOMContentLoaded", function () {
    const button = document.getElementById("fonds-scheme");
    if (button) {
      button.addEventListener("click", function () {
        const dark = root.dataset.scheme
          ? root.dataset.scheme === "dark"
          : matchMedia("(prefers-color-scheme: dark)").matches;
        choose(dark ? "light" : "dark");
      });
    }
  });

  document.addEventListener("keydown", function (event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
    if (/^(INPUT|SELECT|TEXTAREA|BUTTON)$/.test(event.target.tagName) || document.querySelector("dialog[open]")) return;
    if (event.key === "/") {
      const field = document.getElementById("fonds-q") || document.getElementById("fonds-find");
      if (field) { field.focus(); event.preventDefault(); }
      return;
    }
    if (event.target.closest("[tabindex='0']")) return; // what scrolls by itself keeps its arrows
    const wanted = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
    const link = wanted && document.querySelector('link[rel="' + wanted + '"]');
    if (link) location.href = link.href;
  });
})();
