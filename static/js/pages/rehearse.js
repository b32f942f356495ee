/** Asks what a form says and shows the answers while they are made. Without scripts the form is answered by a page. */

import { fragment, jsonLines, posted, refusal } from "../lib/json_lines.js";

/**
 * @typedef {object} Line of the server: about one side, or, as the last one, about all
 * @property {string} [side]
 * @property {boolean} [anew] what was said was no answer
 * @property {boolean} [thinking]
 * @property {string} [done] HTML that is finished
 * @property {string} [tail] HTML of the block that is still open
 * @property {string} [html] the whole answer
 * @property {string} [foot] what stands under it
 * @property {string} [result] HTML of what is to be said of all sides
 * @property {string} [turns] the conversation so far, for the next question
 */

const form = /** @type {HTMLFormElement} */ (document.querySelector("form[data-rehearses]"));
const words = form.dataset;
const ask = /** @type {HTMLButtonElement} */ (form.querySelector("[data-ask]"));
const stop = /** @type {HTMLButtonElement} */ (form.querySelector("[data-stop]"));
const anew = /** @type {HTMLElement | null} */ (form.querySelector("[data-anew]"));
const told = /** @type {HTMLElement} */ (form.querySelector("[data-told]"));
const question = /** @type {HTMLInputElement | null} */ (form.querySelector("[name=question]"));
const turns = /** @type {HTMLInputElement | null} */ (form.querySelector("[name=turns]"));
const list = /** @type {HTMLElement} */ (document.querySelector("[data-rehearsed]"));
const exchange = /** @type {HTMLTemplateElement | null} */ (document.querySelector("template[data-exchange]"));
const result = /** @type {HTMLElement | null} */ (document.querySelector("[data-result]"));
/** @type {AbortController | null} */
let asking = null;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!asking) rehearse().finally(() => begun(null));
});
stop.addEventListener("click", () => asking?.abort());

async function rehearse() {
  begun(new AbortController());
  say("");
  const response = await posted(form, asking?.signal);
  if (!response?.ok || !response.body) {
    if (!asking?.signal.aborted) say((await refusal(response)) || words.failed, true);
    return;
  }
  const place = opened();
  try {
    for await (const line of jsonLines(response.body)) show(place, line);
    say(words.done);
  } catch {
    broken(place, (asking?.signal.aborted ? words.stopped : words.failed) ?? "");
  }
}

/** The part of the page in which the answers are shown: one of its own for each question, or the only one. */
function opened() {
  let place = list;
  if (exchange) {
    place = /** @type {HTMLElement} */ (/** @type {Element} */ (exchange.content.firstElementChild).cloneNode(true));
    const heading = /** @type {HTMLElement} */ (place.querySelector("[data-question]"));
    heading.textContent = question?.value ?? "";
    list.append(place);
    place.scrollIntoView({ block: "nearest" });
  }
  result?.replaceChildren();
  for (const side of place.querySelectorAll("[data-side]")) {
    part(side, "answer").replaceChildren(document.createElement("div"));
    part(side, "foot").replaceChildren();
    side.setAttribute("aria-busy", "true");
  }
  list.hidden = false;
  return place;
}

/** @param {HTMLElement} place @param {Line} line */
function show(place, line) {
  const side = line.side && place.querySelector(`[data-side="${line.side}"]`);
  if (!side) {
    last(line);
    return;
  }
  const answer = part(side, "answer");
  if (line.thinking && !answer.textContent) part(side, "foot").textContent = words.thinking ?? "";
  if (line.anew) answer.replaceChildren(document.createElement("div"));
  if (line.tail !== undefined) {
    part(side, "foot").replaceChildren();
    const open = /** @type {Element} */ (answer.lastElementChild);
    open.before(fragment(line.done ?? ""));
    open.replaceChildren(fragment(line.tail));
  }
  if (line.html !== undefined) {
    answer.replaceChildren(fragment(line.html));
    part(side, "foot").replaceChildren(fragment(line.foot ?? ""));
    side.removeAttribute("aria-busy");
  }
}

/** What comes once all sides have ended. @param {Line} line */
function last(line) {
  result?.replaceChildren(fragment(line.result ?? ""));
  if (!turns || line.turns === undefined) return;
  turns.value = line.turns;
  if (anew) anew.hidden = false;
  if (question) {
    question.value = "";
    question.focus({ preventScroll: true });
  }
}

/** Says under each answer that is not whole why; it is not gone on from. @param {HTMLElement} place @param {string} why */
function broken(place, why) {
  for (const side of place.querySelectorAll("[data-side][aria-busy]")) {
    side.removeAttribute("aria-busy");
    part(side, "foot").textContent = why;
  }
  say(why);
}

/** @param {AbortController | null} controller */
function begun(controller) {
  asking = controller;
  ask.hidden = !!controller;
  stop.hidden = !controller;
  if (controller) stop.focus({ preventScroll: true });
  else if (document.activeElement === document.body) ask.focus({ preventScroll: true });
}

/** @param {string | undefined} text @param {boolean} [isFault] */
function say(text, isFault = false) {
  told.textContent = text ?? "";
  told.classList.toggle("fault", isFault && !!text);
}

/** @param {Element} side @param {"answer" | "foot"} name */
const part = (side, name) => /** @type {HTMLElement} */ (side.querySelector(`[data-${name}]`));
