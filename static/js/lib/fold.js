// A very long message of the visitor's own is shown in part, with a button for the rest.

import { word } from "./words.js";

const LONG_CHARS = 1_500; // what fills a phone's screen
const LONG_LINES = 20;

/**
 * Folds a long message, once; whatever the reader made of it stays.
 * @param {HTMLElement} article
 */
export function fold(article) {
  const prose = /** @type {HTMLElement | null} */ (article.querySelector(":scope > .prose"));
  if (!article.matches(".message--user") || !prose) return;
  const text = prose.textContent ?? "";
  if (text.length < LONG_CHARS && text.split("\n", LONG_LINES).length < LONG_LINES) return;
  prose.id ||= `fold-${article.dataset.clientId || article.id}`;
  if (!prose.dataset.folded) prose.dataset.folded = "true";
  if (article.querySelector(":scope > .message__fold")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "message__fold";
  button.setAttribute("aria-controls", prose.id);
  prose.after(button);

  /** @param {boolean} isFolded */
  function set(isFolded) {
    prose?.setAttribute("data-folded", String(isFolded));
    button.textContent = word(isFolded ? "showAll" : "showLess");
    button.ariaExpanded = String(!isFolded);
    if (isFolded && prose) prose.scrollTop = 0;
  }
  set(prose.dataset.folded === "true");
  button.addEventListener("click", () => {
    set(prose.dataset.folded !== "true");
    if (prose.dataset.folded === "true") article.scrollIntoView({ block: "nearest" });
  });
  // A search of the browser's, or a link reached by keyboard, scrolls to what is hidden: show it.
  prose.addEventListener("scroll", () => prose.scrollTop && set(false), { passive: true });
}
