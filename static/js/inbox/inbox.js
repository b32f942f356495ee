// The inbox of staff: wires the list, the open conversation and the keyboard.

import { createConnection } from "../chat/connection.js";
import { createFrames } from "../chat/frames.js";
import { createLog } from "../chat/log.js";
import { heldFocus } from "../lib/held_focus.js";
import { createCanned } from "./canned.js";
import { watchList } from "./list.js";
import { detailOf, post, tellFailures } from "./posting.js";
import { createReply } from "./reply.js";

const FORBIDDEN = 4403;
const WRITES_MS = 6000; // after the last sign that the visitor is writing
const inbox = /** @type {HTMLElement} */ (document.getElementById("inbox"));
const news = /** @type {HTMLElement} */ (document.getElementById("inbox-news"));
const panel = /** @type {HTMLElement | null} */ (document.getElementById("panel"));

watchList({ inbox, tell: (message) => (news.textContent = message) });
if (panel) startConversation(panel);
document.addEventListener("keydown", press);

/** @param {HTMLElement} panel */
function startConversation(panel) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let fading;
  let seenSeq = 0;
  const field = /** @type {HTMLElement} */ (document.getElementById("inbox-text"));
  const standing = () => document.getElementById("standing");
  const log = createLog(panel, () => {});
  const frames = createFrames({ log, onConfirmed: () => {}, onGap: () => connection.resync() });
  const connection = createConnection({
    address: () =>
      `${panel.dataset.socketPath}?after=${log.lastSeq}&open=${log.unsettled.join(",")}&speaker=${standing()?.dataset.number ?? 0}`,
    onFrame: (html) => {
      const refocus = heldFocus(standing());
      frames.apply(html);
      if (document.activeElement === document.body) answering(refocus);
      if (html.includes("message--user")) document.getElementById("visitor-writes")?.replaceChildren();
      fade();
      seen();
    },
    onState: (state) => panel.toggleAttribute("data-offline", state.name === "waiting" || state.name === "offline"),
    onGone: (code) => {
      if (code === FORBIDDEN) location.reload(); // signed out, or without the right: the page says which
      else location.assign(gone());
    },
  });
  const canned = createCanned();
  tellFailures();
  createReply({ panel, frames, canned, onWriting: () => connection.write('{"type":"typing"}') });

  /** Who has taken over goes on to the answer. @param {(fresh: HTMLElement | null) => void} refocus */
  function answering(refocus) {
    refocus(standing());
    if (standing()?.contains(document.activeElement) && standing()?.hasAttribute("data-mine")) field.focus();
  }

  /** The list as it was left, without this conversation in it. */
  function back() {
    return /** @type {HTMLAnchorElement} */ (document.querySelector(".inbox__back")).href.replace(/#.*/, "");
  }

  function gone() {
    const address = new URL(back());
    address.searchParams.set("gone", "1");
    return address.href;
  }

  /** Once for each new message: the server closes a socket that says something with every frame. */
  function seen() {
    if (document.visibilityState !== "visible" || log.lastSeq === seenSeq) return;
    seenSeq = log.lastSeq;
    connection.write(JSON.stringify({ type: "seen", seq: seenSeq }));
  }

  function fade() {
    const writes = document.querySelector("#visitor-writes[data-writes]");
    if (!writes) return;
    writes.removeAttribute("data-writes");
    clearTimeout(fading);
    fading = setTimeout(() => writes.replaceChildren(), WRITES_MS);
  }

  // Take over, give back and close: what comes of it arrives over the socket, which redraws these buttons.
  panel.addEventListener("submit", async (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.closest("#standing")) return;
    event.preventDefault();
    const response = await post(form.action, new FormData(form));
    const error = /** @type {HTMLElement} */ (document.getElementById("inbox-error"));
    const to = response?.headers.get("HX-Redirect");
    if (to) location.assign(back());
    else if (response?.ok) error.textContent = "";
    else error.textContent = await detailOf(response);
  });
  document.addEventListener("visibilitychange", seen);
  connection.open();
}

/** The button has the focus, too: it is what goes on to the answer. */
function take() {
  const button = /** @type {HTMLElement | null} */ (document.querySelector("[data-do=take]"));
  button?.focus();
  button?.click();
}

/** j and k go through the list, t takes over, r goes to the answer, / to the search. @param {KeyboardEvent} event */
function press(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey || event.metaKey || event.altKey || target.matches("input, textarea, select")) return;
  if (event.key === "j" || event.key === "k") {
    const rows = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".inbox__row")]);
    const from = rows.findIndex((row) => row === document.activeElement || (row.ariaCurrent && !rows.includes(/** @type {HTMLElement} */ (document.activeElement))));
    rows[Math.min(Math.max(from + (event.key === "j" ? 1 : -1), 0), rows.length - 1)]?.focus();
  } else if (event.key === "/") document.getElementById("inbox-sought")?.focus();
  else if (event.key === "r") document.getElementById("inbox-text")?.focus();
  else if (event.key === "t") take();
  else return;
  event.preventDefault();
}
