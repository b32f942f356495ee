/** Keeps a part of a page up to date while staff read it: looks for news while the page is seen, and takes the part anew. */

import { heldFocus } from "../lib/held_focus.js";

const LOOK_MS = 3000; // a conversation that is read along feels live, and one request in three seconds costs little
const list = /** @type {HTMLElement} */ (document.querySelector("[data-look]"));
const news = /** @type {HTMLElement} */ (document.querySelector("[data-look-news]"));
const words = document.querySelector("script[data-new]")?.getAttribute("data-new") ?? "";

const mark = () => list.querySelector("[data-mark]")?.getAttribute("data-mark") ?? "";
/** Drawn open, so nobody opened them. @type {WeakSet<Element>} */
let drawnOpen = new WeakSet(list.querySelectorAll("details[open]"));

const isReading = () =>
  [...list.querySelectorAll("details[open]")].some((one) => !drawnOpen.has(one)) || !document.getSelection()?.isCollapsed;

async function look() {
  if (document.hidden || isReading()) return; // what is opened or selected stays until it is let go
  const query = new URLSearchParams({ p: list.dataset.page ?? "1", seen: mark() });
  const response = await fetch(`${list.dataset.look}?${query}`, { redirect: "error" });
  if (response.status !== 200) return;
  const isAtEnd = innerHeight + scrollY >= document.body.scrollHeight - 80;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  const refocus = heldFocus(list);
  list.replaceChildren(...fresh.body.children);
  refocus(list);
  drawnOpen = new WeakSet(list.querySelectorAll("details[open]"));
  news.textContent = words;
  if (isAtEnd) scrollTo(0, document.body.scrollHeight);
}

setInterval(() => look().catch(() => undefined), LOOK_MS); // offline or signed out: the next look may reach it again
