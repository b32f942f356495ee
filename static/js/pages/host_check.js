/** Tests beside the list of web sites whether a page may show the agent, with what stands in the form and is not saved. */

const PATIENCE_MS = 10_000;

const box = /** @type {HTMLElement} */ (document.getElementById("host-check"));
const form = /** @type {HTMLFormElement} */ (box.closest("form"));
const page = /** @type {HTMLInputElement} */ (box.querySelector("input"));
const button = /** @type {HTMLButtonElement} */ (box.querySelector("button"));
const told = /** @type {HTMLElement} */ (box.querySelector("[role=status]"));
let asked = 0;

async function test() {
  if (!page.value.trim()) return page.focus();
  const number = ++asked;
  told.textContent = ""; // the same words again are said only when they are new
  const answer = await ask().catch(() => null);
  if (number !== asked) return;
  told.dataset.may = String(answer?.may ?? "");
  told.textContent = answer?.words ?? box.dataset.failed ?? "";
}

/** @returns {Promise<{may: boolean, words: string} | null>} */
async function ask() {
  const body = new FormData();
  const written = new FormData(form);
  for (const name of ["hosts", "is_active", "csrfmiddlewaretoken"]) {
    const value = written.get(name);
    if (value !== null) body.set(name, value);
  }
  body.set("page", page.value);
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const response = await fetch(box.dataset.url ?? "", { method: "POST", body, redirect: "error", signal });
  return response.ok ? response.json() : null;
}

button.addEventListener("click", test);
page.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault(); // it would save the form
  test();
});
box.hidden = false;

export {}; // so that its names are its own
