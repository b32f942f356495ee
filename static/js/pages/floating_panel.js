// The landing page's panel: stands in the hero, or floats in the corner. It is one element, and stays where it is in the page.

import { recall, remember } from "../lib/storage.js";
import { counted } from "../lib/words.js";
import { followViewport } from "./viewport.js";

const SEEN_RATIO = 0.4; // of the panel in view: what comes in counts as read

/** @param {HTMLElement} panel */
export function createFloatingPanel(panel) {
  const launcher = /** @type {HTMLElement} */ (document.getElementById("launcher"));
  const button = /** @type {HTMLButtonElement} */ (document.getElementById("launcher-button"));
  const count = /** @type {HTMLElement} */ (document.getElementById("launcher-count"));
  const field = /** @type {HTMLElement} */ (panel.querySelector("#message"));
  const log = /** @type {HTMLElement} */ (panel.querySelector("#log"));
  const sheet = matchMedia("(width < 480px)");
  let unread = 0;

  const isFloating = () => panel.classList.contains("is-floating");
  const isSeen = () => document.visibilityState === "visible" && (isFloating() || isInView());

  /** Measured when it is asked for: an observer first tells after the click that started all this. */
  function isInView() {
    const { top, bottom, height } = panel.getBoundingClientRect();
    const seenPx = Math.min(bottom, innerHeight) - Math.max(top, 0);
    return seenPx > SEEN_RATIO * Math.min(height, innerHeight); // zoomed in, no window may hold the whole panel
  }

  /** @param {boolean} float @param {boolean} [isByHand] by the visitor's own click, so it moves and takes the focus */
  function set(float, isByHand = true) {
    if (float === isFloating()) return;
    const place = log.scrollHeight - log.scrollTop;
    panel.classList.toggle("is-floating", float);
    panel.classList.toggle("is-opening", float && isByHand);
    launcher.classList.toggle("is-away", float);
    launcher.classList.remove("is-beside"); // it takes the focus
    launcher.classList.toggle("is-needless", isInView()); // its observer would tell after the focus was refused
    button.ariaExpanded = String(float);
    if (float) panel.setAttribute("role", "dialog");
    else panel.removeAttribute("role");
    modal();
    log.scrollTop = log.scrollHeight - place;
    remember("widget", float ? "open" : "minimised");
    // Minimised where its place in the page is in view, it stands there, and the launcher is not needed.
    if (isByHand) (float || isInView() ? field : button).focus({ preventScroll: true });
    if (float) used();
    seen();
  }

  /** A full-screen sheet hides the page: the focus stays in it. */
  function modal() {
    if (isFloating() && sheet.matches) panel.setAttribute("aria-modal", "true");
    else panel.removeAttribute("aria-modal");
  }

  function used() {
    remember("used", true);
    launcher.classList.add("is-used");
  }

  function seen() {
    if (isSeen()) unread = 0;
    count.hidden = unread === 0;
    count.textContent = unread ? String(unread) : "";
    if (unread) button.setAttribute("aria-description", counted("unread", unread));
    else button.removeAttribute("aria-description");
  }

  panel.addEventListener("animationend", () => panel.classList.remove("is-opening"));
  panel.addEventListener("click", (event) => {
    if (/** @type {Element} */ (event.target).closest('[data-action="minimise"]')) set(false);
  });
  panel.addEventListener("chat:said", used);
  panel.addEventListener("chat:finished", () => {
    if (!isSeen()) unread += 1;
    seen();
  });
  document.addEventListener("keydown", (event) => {
    if (!isFloating() || event.isComposing) return;
    if (event.key === "Escape" && !event.defaultPrevented) set(false);
    if (event.key === "Tab" && sheet.matches) keepFocus(event);
  });
  document.addEventListener("visibilitychange", seen);
  sheet.addEventListener("change", modal);
  new IntersectionObserver(seen, { threshold: [0, SEEN_RATIO + 0.05] }).observe(panel);

  /** @param {KeyboardEvent} event */
  function keepFocus(event) {
    const all = [...panel.querySelectorAll('a[href], button:not([disabled]), textarea, summary, [tabindex="0"]')];
    const stops = all.filter((one) => /** @type {HTMLElement} */ (one).checkVisibility());
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (document.activeElement !== edge && panel.contains(document.activeElement)) return;
    event.preventDefault();
    /** @type {HTMLElement | undefined} */ (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
  }

  followViewport();
  if (recall("used")) launcher.classList.add("is-used");
  if (recall("widget") === "open") {
    // Out of sight for a frame, so that nothing is seen to jump.
    panel.style.visibility = "hidden";
    requestAnimationFrame(() => {
      set(true, false);
      requestAnimationFrame(() => (panel.style.visibility = ""));
    });
  }

  return {
    /** Shows the conversation where it is: in the corner, or in the hero. @param {boolean} [mayScroll] rather than float */
    show(mayScroll = false) {
      const isReachable = isFloating() || isInView();
      if (!isReachable && !mayScroll) return set(true);
      if (!isFloating() && !isReachable) panel.scrollIntoView({ block: "center" });
      if (!isFloating()) field.scrollIntoView({ block: "nearest" });
      field.focus({ preventScroll: true });
    },
  };
}
