/** Shows proposed cases as they are made. Without scripts the form is answered by a page that has them all. */

import { fragment, jsonLines, posted, refusal } from "../lib/json_lines.js";

const form = /** @type {HTMLFormElement} */ (document.querySelector("form[data-proposes]"));
const ask = /** @type {HTMLButtonElement} */ (form.querySelector("[data-ask]"));
const told = /** @type {HTMLElement} */ (form.querySelector("[data-told]"));
const kept = /** @type {HTMLFormElement} */ (document.querySelector("form[data-keeps]"));
const list = /** @type {HTMLElement} */ (kept.querySelector("[data-proposals]"));

ask.disabled = false; // Firefox keeps it over a reload, and nothing runs in a page that has just come
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (ask.disabled) return;
  ask.disabled = true;
  say(form.dataset.busy);
  list.replaceChildren();
  kept.hidden = true;
  try {
    await propose();
  } catch {
    say(form.dataset.failed, true);
  }
  ask.disabled = false;
});

async function propose() {
  const response = await posted(form);
  if (!response?.ok || !response.body) {
    say((await refusal(response)) || form.dataset.failed, true);
    return;
  }
  for await (const line of jsonLines(response.body)) {
    if (line.html) {
      list.append(fragment(line.html));
      kept.hidden = false;
    }
    if (line.told !== undefined) say(line.told);
  }
}

/** @param {string | undefined} text @param {boolean} [isFault] */
function say(text, isFault = false) {
  told.textContent = text ?? "";
  told.classList.toggle("fault", isFault && !!text);
}
