/** A form that came back with errors has the focus on the first wrong field, wherever it hides. */

const WRONG = "[aria-invalid=true]:not([type=hidden], :disabled)";
const TOLD = ".errornote, .errorlist"; // of the form as a whole: no field is wrong
let isUsed = false; // somebody has begun before everything was here, and is not moved away

for (const name of ["keydown", "pointerdown"]) addEventListener(name, () => (isUsed = true), { once: true, capture: true });

function show() {
  const main = document.getElementById("content-start") ?? document.body;
  const field = /** @type {HTMLElement | null} */ (main.querySelector(WRONG) ?? main.querySelector(TOLD));
  if (!field || isUsed) return;
  for (let above = field.parentElement; above; above = above.parentElement) {
    if (above instanceof HTMLDetailsElement) above.open = true;
  }
  if (!field.matches(WRONG)) field.tabIndex = -1;
  field.focus();
  field.scrollIntoView({ block: "center" });
}

// Django's own script, which comes when it comes, gives the focus to the first field of a new row.
if (document.readyState === "complete") show();
else addEventListener("load", show);
