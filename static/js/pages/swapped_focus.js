/** A part of a staff page that htmx draws anew while somebody is in it keeps the focus. */

import { heldFocus } from "../lib/held_focus.js";

/** @type {{ parent: HTMLElement | null, restore: ReturnType<typeof heldFocus> } | undefined} */
let held;

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target } = /** @type {CustomEvent} */ (event).detail;
  held = { parent: target.parentElement, restore: heldFocus(target.parentElement) };
});
document.addEventListener("htmx:afterSettle", () => {
  if (document.activeElement === document.body) held?.restore(held.parent);
  held = undefined;
});
