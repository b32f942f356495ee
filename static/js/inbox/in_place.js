// Puts a fresh list in the place of the one that is shown: what is read stays where it is, what has the focus keeps it.

import { heldFocus } from "../lib/held_focus.js";

/**
 * @param {HTMLElement} list
 * @param {HTMLElement} fresh
 * @param {() => void} finish what else is done to the fresh list, and may change its heights
 */
export function putInPlace(list, fresh, finish) {
  const scroller = /** @type {HTMLElement} */ (list.parentElement);
  const { top, bottom } = scroller.getBoundingClientRect();
  const inView = scroller.scrollTop > 0 ? rows(list).filter(([, row]) => row.bottom > top && row.top < bottom) : [];
  const refocus = heldFocus(list);
  list.replaceWith(fresh);
  finish();
  // A row that moved to the top moved far; what did not move itself moved by as much as came or went above it.
  const now = new Map(rows(fresh));
  const moves = inView.map(([id, row]) => (now.get(id)?.top ?? NaN) - row.top).filter((move) => !Number.isNaN(move));
  moves.sort((one, other) => Math.abs(one) - Math.abs(other));
  scroller.scrollTop += moves[0] ?? 0;
  refocus(fresh);
}

/** Where each row stands, by its conversation. @param {Element} list @returns {[string, DOMRect][]} */
function rows(list) {
  const found = /** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll("[data-session]"));
  return [...found].map((row) => [row.dataset.session ?? "", row.getBoundingClientRect()]);
}
