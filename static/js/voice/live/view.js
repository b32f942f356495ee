// What the visitor sees of a live conversation: how it stands in words, who is heard, and the buttons to mute and to end it.

import { word } from "../../lib/words.js";
import { createLevel } from "../level.js";
import { createCaptionLine } from "../speech/captions.js";

const BARS = 16; // of the level; what does not fit is cut off at the side of the past

/** @typedef {"opening" | "connecting" | "reconnecting" | "listening" | "thinking" | "speaking" | "muted"} State */

/** @type {Record<State, string>} the words of each state */
const WORDS = { opening: "opening", connecting: "connecting", reconnecting: "reconnectingNow", listening: "liveListening", thinking: "liveThinking", speaking: "speaking", muted: "liveMuted" };

/** @param {HTMLElement} panel */
export function createLiveView(panel) {
  const find = (/** @type {string} */ name) => /** @type {HTMLElement} */ (panel.querySelector(`#${name}`));
  const box = find("live");
  const label = find("live-state");
  const own = find("live-own");
  const answer = find("live-caption");
  const note = find("live-note");
  const mute = find("live-mute");
  const stop = find("live-stop");
  const meter = createLevel(find("live-level"), BARS);
  const start = find("live-start");

  return {
    mute,
    stop,
    end: find("live-end"),
    captions: createCaptionLine(answer),
    open() {
      meter.clear();
      own.textContent = note.textContent = "";
      answer.replaceChildren();
      box.hidden = false;
      find("composer").toggleAttribute("data-live", true);
      mute.focus({ preventScroll: true });
    },
    close() {
      const hadFocus = box.contains(document.activeElement) || document.activeElement === document.body;
      box.hidden = true;
      find("composer").toggleAttribute("data-live", false);
      if (hadFocus) start.focus({ preventScroll: true });
    },
    get isClosed() {
      return box.hidden;
    },
    /** @param {State} state */
    show(state) {
      if (box.dataset.state === state) return;
      box.dataset.state = state;
      label.textContent = word(WORDS[state]);
      if (stop.hidden !== (state !== "speaking")) {
        if (document.activeElement === stop) mute.focus({ preventScroll: true });
        stop.hidden = state !== "speaking";
      }
    },
    /** @param {boolean} isMuted */
    muted(isMuted) {
      mute.setAttribute("aria-pressed", String(isMuted));
      const text = word(isMuted ? "liveUnmute" : "liveMute");
      mute.title = text;
      const name = mute.querySelector(".visually-hidden");
      if (name) name.textContent = text;
      const icon = mute.querySelector("use");
      icon?.setAttribute("href", (icon.getAttribute("href") ?? "").replace(/#.*/, isMuted ? "#mic-off" : "#mic"));
    },
    /** What is understood so far; no live region, since a guess changes with every word. @param {string} text */
    hear(text) {
      own.textContent = text;
      if (text) answer.replaceChildren();
    },
    /** @param {string} text what is amiss, or "" */
    note(text) {
      if (note.textContent !== text) note.textContent = text;
    },
    /** @param {number} loudness 0 to 1 */
    level: (loudness) => meter.draw(loudness, performance.now()),
  };
}
