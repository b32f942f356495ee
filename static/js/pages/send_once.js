/** A form that is on its way is not sent again: a double click made two of a thing, or an error about the first one. */

import { opensElsewhere } from "../lib/other_tab.js";

const HELD_MS = 30_000; // then it may be sent again: nothing came of it
/** @type {Map<HTMLFormElement, ReturnType<typeof setTimeout>>} */
const held = new Map();

/** @param {HTMLFormElement} form */
function hold(form) {
  held.set(form, setTimeout(() => release(form), HELD_MS));
  form.setAttribute("aria-busy", "true");
}

/** @param {HTMLFormElement} form */
function release(form) {
  clearTimeout(held.get(form));
  held.delete(form);
  form.removeAttribute("aria-busy");
}

function releaseAll() {
  for (const form of [...held.keys()]) release(form);
}

// On the window, after whatever else listens: a form that a script sends by itself is the script's to guard.
addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (event.defaultPrevented || form.method !== "post" || opensElsewhere(event)) return;
  if (held.has(form)) event.preventDefault();
  else hold(form);
});
addEventListener("pageshow", releaseAll); // back in the history: the page may be as it was when it was left
addEventListener("keydown", ({ key }) => {
  if (key === "Escape") releaseAll(); // which stops a page that loads
});
