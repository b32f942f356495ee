// Puts a fresh list in the place of the one that is shown: what is read stays where it is, what has the focus keeps it.

const REACHED = "a[href], button:not([hidden])";

/**
 * @param {HTMLElement} list
 * @param {HTMLElement} fresh
 * @param {() => void} finish what else is done to the fresh list, and may change its heights
 */
export function putInPlace(list, fresh, finish) {
  const scroller = /** @type {HTMLElement} */ (list.parentElement);
  const { top, bottom } = scroller.getBoundingClientRect();
  const inView = scroller.scrollTop > 0 ? rows(list).filter(([, row]) => row.bottom > top && row.top < bottom) : [];
  const reached = /** @type {HTMLElement[]} */ ([...list.querySelectorAll(REACHED)]);
  const focused = reached.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  list.replaceWith(fresh);
  finish();
  // A row that moved to the top moved far; what did not move itself moved by as much as came or went above it.
  const now = new Map(rows(fresh));
  const moves = inView.map(([id, row]) => (now.get(id)?.top ?? NaN) - row.top).filter((move) => !Number.isNaN(move));
  moves.sort((one, other) => Math.abs(one) - Math.abs(other));
  scroller.scrollTop += moves[0] ?? 0;
  if (focused >= 0) focus(fresh, reached, focused);
}

/** Where each row stands, by its conversation. @param {Element} list @returns {[string, DOMRect][]} */
function rows(list) {
  const found = /** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll("[data-session]"));
  return [...found].map((row) => [row.dataset.session ?? "", row.getBoundingClientRect()]);
}

/** To the same thing, or to what stands where it stood. @param {HTMLElement} fresh @param {HTMLElement[]} reached @param {number} at */
function focus(fresh, reached, at) {
  const old = /** @type {HTMLElement} */ (reached[at]);
  const name = old.id ? `#${CSS.escape(old.id)}` : `[data-tab="${old.dataset.tab}"]`;
  const now = /** @type {HTMLElement[]} */ ([...fresh.querySelectorAll(REACHED)]);
  const same = /** @type {HTMLElement | null} */ (fresh.querySelector(name));
  (same ?? now[Math.min(at, now.length - 1)])?.focus({ preventScroll: true });
}
