/* Pictures in full, over the page. Without this script their links lead to the files. */
"use strict";
(function () {
  let dialog, image, words, at = -1, shown = [];

  function make() {
    dialog = document.createElement("dialog");
    dialog.className = "light";
    dialog.setAttribute("aria-label", "Picture");
    const figure = document.createElement("figure");
    image = document.createElement("img");
    words = document.createElement("figcaption");
    figure.append(image, words);
    function button(name, sign, label, act) {
      const one = document.createElement("button");
      one.type = "button"; one.className = name; one.textContent = sign;
      one.setAttribute("aria-label", label);
      one.addEventListener("click", act);
      return one;
    }
    dialog.append(figure,
      button("back", "‹", "The picture before", function () { step(-1); }),
      button("on", "›", "The next picture", function () { step(1); }),
      button("close", "✕", "Close", function () { dialog.close(); }));
    dialog.addEventListener("keydown", function (event) {
      if (event.key === "ArrowLeft") step(-1);
      if (event.key === "ArrowRight") step(1);
    });
    dialog.addEventListener("click", function (event) { if (event.target === dialog || event.target.tagName === "FIGURE") dialog.close(); });
    dialog.addEventListener("close", function () { image.removeAttribute("src"); });
    document.body.append(dialog);
  }

  function step(by) {
    const next = at + by;
    if (next >= 0 && next < shown.length) put(next);
  }

  function put(number) {
    at = number;
    const one = shown[number]();
    image.src = one.href;
    image.alt = one.alt;
    words.replaceChildren(...one.words);
    dialog.querySelector(".back").disabled = at === 0;
    dialog.querySelector(".on").disabled = at === shown.length - 1;
  }

  /* Shows picture ``number`` of ``list``, functions that each give {href, alt, words: nodes}. */
  window.fondsLight = function (list, number) {
    if (!dialog) make();
    shown = list;
    put(number);
    if (!dialog.open) dialog.showModal();
  };

  document.addEventListener("click", function (event) {
    const link = event.target.closest("a.zoom");
    if (!link || link.hasAttribute("data-plain") || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    if (!window.HTMLDialogElement) return;
    event.preventDefault();
    const links = Array.from(document.querySelectorAll("a.zoom:not([data-plain])"));
    window.fondsLight(links.map(function (one) {
      return function () {
        const figure = one.closest("figure"), caption = figure && figure.querySelector("figcaption");
        const copy = caption ? caption.cloneNode(true) : null;
        if (copy) for (const more of copy.querySelectorAll("details")) more.remove();
        return { href: one.href, alt: one.querySelector("img").alt, words: copy ? Array.from(copy.childNodes) : [] };
      };
    }), links.indexOf(link));
  });
})();
