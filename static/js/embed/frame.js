// The chat in a frame on another site: the panel of our own pages, with the visitor's token instead of a cookie.

import { startChat } from "../chat/chat.js";
import { atFirstNeed } from "../lib/first_need.js";
import { recall, remember } from "../lib/storage.js";
import { counted, inLanguage } from "../lib/words.js";
import { followViewport } from "../pages/viewport.js";
import { createHost } from "./host.js";

const KEPT = "frame-visitor"; // the token, where the browser blocks the frame's cookie
const PATIENCE_MS = 10_000;

followViewport();
await restore();
const panel = /** @type {HTMLElement} */ (document.getElementById("panel"));
if (panel.dataset.offline !== undefined) (await import("../offline/shell.js")).enterShell(panel, recall(latest()));
else if (panel.dataset.session) remember(latest(), panel.dataset.session);
const log = /** @type {HTMLElement} */ (panel.querySelector("#log"));
const { composer, say } = startChat(panel);
const hours = /** @type {HTMLElement | null} */ (panel.querySelector("#hours"));
if (hours) import("./hours.js").then(({ followHours }) => followHours(hours));
let isShown = true;
let unread = 0;
/** @type {Record<string, string>} */
let told = {};

const host = createHost((message) => {
  if (message.type === "page") {
    panel.dataset.page = String(message.page).slice(0, 2000);
    panel.dataset.referrer = String(message.referrer).slice(0, 2000);
    tellAs({ page_title: String(message.title).slice(0, 200) });
  } else if (message.type === "identify" && typeof message.told === "object") tellAs(message.told);
  else if (message.type === "send" && String(message.told).trim()) say(String(message.told).trim());
  else if (message.type === "shown") shown(message.shown);
});

/** Where the conversation is noted, for who writes without a connection, when nobody can be asked. */
function latest() {
  return `frame-session:${panel.dataset.agent}`;
}

/** What the site says of its visitor goes with the first message, whatever form that has. @param {object} more */
function tellAs(more) {
  told = { ...told, ...more };
  panel.dataset.told = JSON.stringify(told);
}

/** @param {boolean} now */
function shown(now) {
  isShown = now;
  if (!now) return;
  count(0);
  if (!matchMedia("(pointer: coarse)").matches) composer.focus();
}

/** @param {number} number of answers that came while the frame was away */
function count(number) {
  if (number === unread) return;
  unread = number;
  host.tell("unread", { detail: number, words: number ? counted("unread", number) : "" });
}

/** Where the browser blocks the cookie, the server made the page for nobody: it is asked for again by the kept token. */
async function restore() {
  const panel = /** @type {HTMLElement} */ (document.getElementById("panel"));
  const kept = recall(KEPT);
  const { isKnown, offline } = panel.dataset;
  if (isKnown !== undefined || offline !== undefined || typeof kept !== "string") return;
  panel.dataset.visitor = kept;
  const options = { headers: { ...inLanguage, "X-Visitor": kept }, signal: AbortSignal.timeout(PATIENCE_MS) };
  const response = await fetch(location.href, options).catch(() => null);
  const page = response?.ok && new DOMParser().parseFromString(await response.text(), "text/html");
  const own = page && page.getElementById("panel");
  if (own) panel.replaceWith(document.adoptNode(own));
}

panel.addEventListener("click", (event) => {
  if (/** @type {Element} */ (event.target).closest('[data-action="minimise"]')) host.signal("close");
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && !event.isComposing && !document.querySelector("dialog[open]")) {
    host.signal("close");
  }
});
panel.addEventListener("chat:begun", () => {
  remember(KEPT, panel.dataset.visitor ?? null);
  remember(latest(), panel.dataset.session ?? null);
});
panel.addEventListener("chat:stored", () => host.tell("message", { detail: { role: "user", text: textOf(".message--user") } }));
panel.addEventListener("chat:finished", () => {
  host.tell("message", { detail: { role: "assistant", text: textOf(".message--assistant, .message--staff") } });
  if (!isShown) count(unread + 1);
});
panel.addEventListener("chat:contact", () => host.tell("lead", { detail: {} }));
let speaker = speakerOf();
new MutationObserver(() => {
  const now = speakerOf();
  if (now === speaker) return;
  speaker = now;
  host.tell("handover", { detail: { speaker: now } });
}).observe(panel, { subtree: true, attributes: true, childList: true, attributeFilter: ["data-speaker"] });

function speakerOf() {
  return /** @type {HTMLElement | null} */ (panel.querySelector("#speaker"))?.dataset.speaker ?? "agent";
}

/** Of the newest one. @param {string} selector */
function textOf(selector) {
  return [...log.querySelectorAll(selector)].at(-1)?.querySelector(".prose")?.textContent?.trim() ?? "";
}

const who = () => ({ "X-Visitor": panel.dataset.visitor ?? "" });
async function bringDeleting() {
  const { createDeleting } = await import("../chat/deleting.js");
  createDeleting({
    dialog: /** @type {HTMLDialogElement} */ (document.getElementById("delete-dialog")),
    headers: who,
    onSubmit: async (event, form) => {
      event.preventDefault();
      const response = await fetch(form.action, { method: "POST", headers: { ...inLanguage, ...who(), "HX-Request": "true" } }).catch(() => null);
      if (response?.ok) location.assign(panel.querySelector("[data-new]")?.getAttribute("href") ?? location.href);
    },
  });
}
atFirstNeed(panel, "a[data-delete]", bringDeleting, (link) => location.assign(/** @type {HTMLAnchorElement} */ (link).href));
host.signal("ready");
