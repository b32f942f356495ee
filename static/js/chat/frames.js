// Takes in the HTML the server sends, over the socket or as an answer to a post, and never applies a piece twice.

import { morph } from "../lib/morph.js";

/** Id of the answer that a turn's fragments bring, or "". @param {string} html */
export function answerIn(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.querySelector("article.message--assistant")?.id.slice("m-".length) ?? "";
}

/**
 * @param {object} options
 * @param {ReturnType<import("./log.js").createLog>} options.log
 * @param {(clientId: string) => void} options.onConfirmed
 * @param {() => void} options.onGap a piece is missing before the one that came
 */
export function createFrames({ log, onConfirmed, onGap }) {
  let mayRestart = true;

  /** Messages and lines about the conversation go where the log puts them. @param {Element} place @param {Element[]} pieces */
  function takes(place, pieces) {
    if (place.matches(".feedback")) { // its visitor may be writing in it; one that waits to be sent is newer
      if (!place.matches("[data-on]")) morph(/** @type {HTMLElement} */ (place), /** @type {HTMLElement} */ (pieces[0]));
      return true;
    }
    const articles = pieces.filter((one) => one.matches("article.message"));
    if (place !== log.element && !articles.length) return false;
    for (const one of pieces) {
      for (const change of one.matches(".change") ? [one] : one.querySelectorAll(".change")) {
        log.note(/** @type {HTMLElement} */ (change));
      }
    }
    for (const article of /** @type {HTMLElement[]} */ (articles)) {
      log.place(article, mayRestart);
      if (article.dataset.clientId) onConfirmed(article.dataset.clientId);
    }
    return true;
  }

  /**
   * Takes out what cannot be applied: repeats, pieces that follow a gap, targets this page does not have.
   * True when something is missing.
   * @param {DocumentFragment} content
   */
  function sift(content) {
    let hasGap = false;
    /** @type {Map<string, number>} how far each answer will be when the pieces before are applied; NaN: not here */
    const reached = new Map();
    const here = (/** @type {string} */ id) => Number(document.getElementById(`${id}-tail`)?.dataset.to ?? Number.NaN);
    for (const piece of content.querySelectorAll("article, [data-from][hx-swap-oob]")) {
      if (piece.matches("article")) {
        const own = Number(piece.querySelector('[id$="-tail"]')?.getAttribute("data-to") ?? Number.POSITIVE_INFINITY);
        reached.set(piece.id, Math.max(own, here(piece.id) || 0));
        continue;
      }
      const id = piece.id.slice(0, -"-tail".length);
      const [from, to] = [Number(piece.getAttribute("data-from")), Number(piece.getAttribute("data-to"))];
      const soFar = reached.get(id) ?? here(id);
      if (soFar === from) {
        reached.set(id, to);
        continue;
      }
      const isFinished = Number.isNaN(soFar) && document.getElementById(id);
      hasGap ||= !isFinished && !(to <= soFar);
      const blocks = piece.previousElementSibling;
      if (blocks?.getAttribute("hx-swap-oob") === `beforeend:#${id}-done`) blocks.remove();
      piece.remove();
    }
    for (const piece of content.querySelectorAll('[hx-swap-oob="true"][id]')) {
      if (!piece.matches("article") && !document.getElementById(piece.id) && !reached.has(piece.id.slice(0, -5))) piece.remove();
    }
    return hasGap;
  }

  return {
    /**
     * @param {string} html
     * @param {{restart?: boolean}} [options] restart: a finished answer may run again
     */
    apply(html, { restart = true } = {}) {
      if (!html.trim()) return;
      const template = document.createElement("template");
      template.innerHTML = html;
      const hasGap = sift(template.content);
      mayRestart = restart;
      putInPlace(template.content, takes);
      for (const article of log.running) log.decorate(article);
      log.settle(false);
      if (hasGap) onGap();
    },
  };
}

/**
 * Puts the pieces of HTML that come marked with hx-swap-oob in their places, in the two ways of htmx that our
 * fragments use: "true" is for the element of the same id, "beforeend:#id" for the end of that element. htmx itself is
 * 17 kB (gzip).
 *
 * @param {DocumentFragment} content
 * @param {(place: Element, pieces: Element[]) => boolean} takes whether somebody else puts these where they belong
 */
function putInPlace(content, takes) {
  const focused = document.activeElement?.id;
  for (const piece of content.querySelectorAll("[hx-swap-oob]")) {
    const at = piece.getAttribute("hx-swap-oob")?.split(":#")[1];
    const place = document.getElementById(at ?? piece.id);
    if (!place) continue;
    piece.removeAttribute("hx-swap-oob");
    if (takes(place, at ? [...piece.children] : [piece])) continue;
    if (at) place.append(...piece.childNodes);
    else {
      place.replaceWith(piece);
      piece.dispatchEvent(new CustomEvent("chat:replaced", { bubbles: true }));
    }
  }
  const isLost = focused && document.activeElement === document.body;
  if (isLost) document.getElementById(focused)?.focus({ preventScroll: true });
}
