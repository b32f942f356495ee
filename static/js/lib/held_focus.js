// A part of a page that is drawn anew takes what has the focus with it: here it is found again in the fresh one.

const REACHED = "a[href], button:not([hidden]), summary, input, select, textarea";

/** @param {ParentNode} part */
const reached = (part) =>
  /** @type {HTMLElement[]} */ ([...part.querySelectorAll(REACHED)]).filter((one) => one.checkVisibility({ visibilityProperty: true }));

/** @param {HTMLElement} one */
const nameOf = (one) => one.id || one.getAttribute("href") || one.dataset.tab || one.dataset.do || one.textContent;

/**
 * To be asked before a part is drawn anew; what it returns is called with the fresh part. It gives the focus to the same
 * control, to what stands where that stood, or to the part itself. Nothing happens where the focus was elsewhere.
 * @param {Element | null} part
 * @returns {(fresh: HTMLElement | null) => void}
 */
export function heldFocus(part) {
  const held = /** @type {HTMLElement} */ (document.activeElement);
  if (!part?.contains(held)) return () => {};
  const at = reached(part).indexOf(held);
  const name = nameOf(held);
  return (fresh) => {
    const now = fresh ? reached(fresh) : [];
    const there = now[Math.min(at, now.length - 1)];
    const same = there && nameOf(there) === name ? there : now.find((one) => nameOf(one) === name);
    (same ?? there ?? fresh)?.focus({ preventScroll: true });
  };
}
