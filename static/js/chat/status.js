// How the connection stands, in words: the line under the agent's name, and a strip above the composer when it matters.

import { word } from "../lib/words.js";

const PATIENCE_MS = 2000; // an interruption shorter than this needs no strip
const GOOD_NEWS_MS = 3000;

/**
 * @param {HTMLElement} panel
 * @param {() => void} onTryNow
 */
export function createStatus(panel, onTryNow) {
  const line = /** @type {HTMLElement} */ (panel.querySelector("#status"));
  const text = /** @type {HTMLElement} */ (line.querySelector(".status__text"));
  const strip = /** @type {HTMLElement} */ (panel.querySelector("#strip"));
  const stripText = /** @type {HTMLElement} */ (panel.querySelector("#strip-text"));
  const action = /** @type {HTMLElement} */ (panel.querySelector("#strip-action"));
  const notices = /** @type {HTMLElement} */ (panel.querySelector("#notices"));
  const untouched = text.textContent ?? "";
  let person = ""; // who answers instead of the agent
  /** @type {import("./connection.js").State} */
  let state = { name: "idle" };
  let hasQueue = false;
  let wasOpen = false;
  let isTrouble = false; // the strip tells of an interruption
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let later;

  /** @param {string} message @param {"waiting" | "good" | "bad"} tone @param {boolean} [mayTry] */
  function tell(message, tone, mayTry = false) {
    if (stripText.textContent !== message) notices.textContent = message;
    stripText.textContent = message;
    strip.dataset.tone = tone;
    action.hidden = !mayTry;
    strip.hidden = false;
  }

  function hide() {
    clearTimeout(later);
    strip.hidden = true;
    isTrouble = false;
  }

  function trouble() {
    const isOffline = navigator.onLine === false;
    isTrouble = true;
    if (isOffline) tell(word(hasQueue ? "offlineQueued" : "offlineNote"), "waiting");
    else tell(word("waitingNote"), "waiting", true);
  }

  function words() {
    if (panel.querySelector("#session-state")?.getAttribute("data-state") === "inactive") return word("inactive");
    if (state.name === "offline") return word("offline");
    if (state.name === "waiting") return state.inS ? word("reconnecting", { n: state.inS }) : word("reconnectingNow");
    if (state.name === "connecting" && wasOpen) return word("reconnectingNow");
    if (person) return word("withPerson", { name: person });
    return untouched; // all is well, and nobody need know of a connection
  }

  /** @param {import("./connection.js").State} next */
  function show(next) {
    const before = state.name;
    state = next;
    text.textContent = words();
    line.dataset.state = next.name === "connecting" && wasOpen ? "waiting" : next.name;
    if (next.name === "open" || (next.name === "idle" && navigator.onLine !== false)) {
      clearTimeout(later);
      wasOpen ||= next.name === "open";
      if (!isTrouble) return;
      isTrouble = false;
      tell(word("backNote"), "good");
      later = setTimeout(hide, GOOD_NEWS_MS);
    } else if (next.name === "offline") {
      clearTimeout(later);
      trouble();
    } else if (next.name === "waiting" && before !== "waiting" && !isTrouble) {
      clearTimeout(later);
      later = setTimeout(trouble, wasOpen ? PATIENCE_MS : 0);
    } else if (isTrouble) trouble();
  }

  // Before the first message there is no socket to notice that the network is gone.
  addEventListener("offline", () => state.name === "idle" && show({ name: "offline" }));
  addEventListener("online", () => state.name === "offline" && !panel.dataset.socketPath && show({ name: "idle" }));
  if (navigator.onLine === false) queueMicrotask(() => show({ name: "offline" }));
  action.addEventListener("click", onTryNow);

  return {
    /** @param {import("./connection.js").State} next @param {boolean} isQueued */
    show(next, isQueued) {
      hasQueue = isQueued;
      show(next);
    },
    /** @param {boolean} isQueued */
    queued(isQueued) {
      hasQueue = isQueued;
      if (isTrouble) trouble();
    },
    /** The server asked to wait. @param {string} message */
    wait(message) {
      if (message) tell(message, "waiting");
    },
    /** @param {string} message */
    fail(message) {
      clearTimeout(later);
      tell(message, "bad");
      later = setTimeout(hide, 2 * GOOD_NEWS_MS);
    },
    /** A message got through: nothing to wait for any more. */
    calm() {
      if (!isTrouble && strip.dataset.tone !== "good") hide();
    },
    /** Who answers instead of the agent, "" for nobody. @param {string} name */
    person(name) {
      person = name;
      text.textContent = words();
    },
    /** The agent takes no messages now, or does again. @param {boolean} isAway */
    switched(isAway) {
      if (isAway) hide();
      text.textContent = words();
      notices.textContent = word(isAway ? "inactive" : "agentBack");
    },
    /** @param {"deleted" | "inactive"} why */
    ended(why) {
      hide();
      text.textContent = word(why);
      line.dataset.state = "ended";
      notices.textContent = word(why);
    },
    /** For screen readers only. @param {string} message */
    whisper(message) {
      notices.textContent = "";
      requestAnimationFrame(() => (notices.textContent = message));
    },
  };
}
