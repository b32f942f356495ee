/** Asks before a page is left on which something was written and not saved. */

import { opensElsewhere } from "../lib/other_tab.js";

/** @type {Set<HTMLFormElement>} */
const changed = new Set();
// What chooses rows of a list is no work, and what keeps its own draft loses none.
const UNASKED = ".action-select, #action-toggle, [name=action], [type=search], [data-keeps-draft] *";

/** @param {Event} event */
function note({ target, isTrusted }) {
  const field = /** @type {HTMLInputElement} */ (target);
  if (isTrusted && field.form?.method === "post" && !field.matches(UNASKED)) changed.add(field.form);
}

// What came back with an error is not saved either.
for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form:has(.errorlist)"))) {
  if (form.method === "post") changed.add(form);
}
addEventListener("input", note);
addEventListener("change", note);
addEventListener("submit", (event) => {
  if (!opensElsewhere(event)) changed.delete(/** @type {HTMLFormElement} */ (event.target));
});
addEventListener("reset", ({ target }) => changed.delete(/** @type {HTMLFormElement} */ (target)));
addEventListener("beforeunload", (event) => {
  if ([...changed].some((form) => form.isConnected)) event.preventDefault();
});
