// What the browser knows better than the server: local times, days, and tools for code, wide tables and sounds.

import { language, word } from "../lib/words.js";

const clock = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" });
const full = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "short" });
const long = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" });
const longWithYear = new Intl.DateTimeFormat(language, { dateStyle: "long" });
const short = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });
const DAY_MS = 86_400_000;

/** Days from `date` to today, by the calendar of this place. @param {Date} date */
export function daysAgo(date) {
  const noon = (/** @type {Date} */ day) => new Date(day.getFullYear(), day.getMonth(), day.getDate(), 12).getTime();
  return Math.max(0, Math.round((noon(new Date()) - noon(date)) / DAY_MS)); // of a server's clock that is ahead: today
}

/** @param {Date} date */
function dayName(date) {
  const ago = daysAgo(date);
  if (ago === 0) return word("today");
  if (ago === 1) return word("yesterday");
  return date.getFullYear() === new Date().getFullYear() ? long.format(date) : longWithYear.format(date);
}

/** The local day as YYYY-MM-DD. @param {Date} date */
export const dayKey = (date) =>
  [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0")).join("-");

/**
 * Times as on the reader's clock; the whole date on hover, and for screen readers.
 * @param {ParentNode} within
 */
export function localTimes(within) {
  for (const time of within.querySelectorAll(".message__time:not([title])")) {
    const date = new Date(time.getAttribute("datetime") ?? "");
    if (Number.isNaN(date.getTime())) continue;
    time.setAttribute("title", full.format(date));
    const seen = document.createElement("span");
    const heard = document.createElement("span");
    seen.ariaHidden = "true";
    seen.textContent = clock.format(date);
    heard.className = "visually-hidden";
    heard.textContent = full.format(date);
    time.replaceChildren(seen, heard);
    /** @type {HTMLElement} */ (time.closest(".message") ?? time).dataset.day = dayKey(date);
  }
}

/**
 * Today as a time, earlier as a date.
 * @param {ParentNode} within
 */
export function relativeTimes(within) {
  for (const time of within.querySelectorAll(".session__time")) {
    const date = new Date(time.getAttribute("datetime") ?? "");
    if (Number.isNaN(date.getTime())) continue;
    const ago = daysAgo(date);
    time.textContent = ago <= 1 ? clock.format(date) : short.format(date); // the group says which of the two days
    time.setAttribute("title", full.format(date));
  }
}

/**
 * One quiet line above the first message of each day; the server's were by its own clock.
 * @param {HTMLElement} log
 */
export function daySeparators(log) {
  let day = "";
  for (const child of [...log.children]) {
    if (child.matches(".day")) child.remove();
    else if (child.matches(".message") && /** @type {HTMLElement} */ (child).dataset.day) {
      const own = /** @type {HTMLElement} */ (child).dataset.day ?? "";
      if (own !== day) child.before(separator(own));
      day = own;
    }
  }
}

/** @param {string} key */
function separator(key) {
  const [year = 0, month = 1, day = 1] = key.split("-").map(Number);
  const date = new Date(year, month - 1, day);
  const line = document.createElement("p");
  line.className = "day";
  const time = document.createElement("time");
  time.dateTime = key;
  time.textContent = dayName(date);
  line.append(time);
  return line;
}

/**
 * Code gets its copy button, tables a box of their own to scroll in. The open end of a running answer is left alone.
 * @param {HTMLElement} panel
 * @param {ParentNode} within
 */
export function codeAndTables(panel, within) {
  const tools = /** @type {HTMLTemplateElement | null} */ (panel.querySelector("#code-tools"));
  for (const pre of within.querySelectorAll(".prose pre")) {
    if (!tools) reachable(pre, word("code")); // a page without a copy button, that of staff
    if (!tools || pre.closest('.code, [id$="-tail"]')) continue;
    const box = /** @type {HTMLElement} */ (tools.content.firstElementChild?.cloneNode(true));
    const name = /language-([\w+#-]+)/.exec(pre.querySelector("code")?.className ?? "")?.[1];
    /** @type {HTMLElement} */ (box.querySelector(".code__language")).textContent = name ?? word("code");
    pre.replaceWith(box);
    box.append(pre);
    reachable(pre, word("code"));
  }
  for (const table of within.querySelectorAll(".prose table")) {
    if (table.closest('.table, [id$="-tail"]')) continue;
    const box = document.createElement("div");
    box.className = "table";
    table.replaceWith(box);
    box.append(table);
    reachable(box, word("table"));
  }
}

/**
 * Sounds get our player in the place of the browser's.
 * @param {HTMLElement} panel
 * @param {ParentNode} within
 */
export function sounds(panel, within) {
  if (!within.querySelector("audio[controls]")) return;
  import("../voice/player.js").then(({ upgrade }) => upgrade(panel, within)).catch(() => {}); // the browser's own controls stay
}

/** What scrolls must be reachable by keyboard, and what can be focused needs a name. @param {Element} box @param {string} name */
function reachable(box, name) {
  box.setAttribute("tabindex", "0");
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", name);
}
