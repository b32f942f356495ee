// What the visitor sees of a recording: the bar in the place of the field, the line below it, and the tray of what was not sent.

import { word } from "../../lib/words.js";
import { createLevel } from "../level.js";

const BARS = 24; // of the level; what does not fit is cut off at the side of the past
const WARN_S = 20; // before the end: the clock counts down

/** @param {HTMLElement} panel */
export function createRecordingView(panel) {
  const find = (/** @type {string} */ name) => /** @type {HTMLElement} */ (panel.querySelector(`#${name}`));
  const form = find("composer");
  const field = find("message");
  const mic = find("mic");
  const bar = find("recording");
  const label = find("recording-state");
  const clock = find("recording-clock");
  const progress = /** @type {HTMLProgressElement} */ (find("recording-progress"));
  const cancel = find("recording-cancel");
  const hint = find("voice-hint");
  const tray = find("voice-kept");
  const trayText = find("voice-kept-text");
  const again = find("voice-again");
  const meter = createLevel(find("recording-level"), BARS);

  /** @param {number} ms */
  function time(ms) {
    const s = Math.floor(ms / 1000);
    return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
  }

  return {
    again,
    discard: find("voice-discard"),
    cancel,
    /** @param {"idle" | "opening" | "listening" | "sending" | "transcribing"} state */
    show(state) {
      const isOn = state !== "idle";
      const focused = document.activeElement;
      const mustMove = isOn ? focused === field : bar.contains(focused); // what has it is about to be hidden
      bar.hidden = !isOn;
      form.toggleAttribute("data-voice", isOn);
      bar.dataset.state = state;
      label.textContent = isOn ? word(state) : "";
      cancel.hidden = state === "transcribing"; // the server has it: it cannot be taken back here
      progress.hidden = state !== "sending" && state !== "transcribing";
      if (state === "sending") progress.value = 0;
      else progress.removeAttribute("value");
      if (state === "opening") {
        meter.clear();
        clock.textContent = "";
        clock.removeAttribute("data-ending");
      }
      if (state !== "listening") hint.textContent = "";
      if (mustMove || (cancel.hidden && focused === cancel)) mic.focus({ preventScroll: true });
    },
    /** @param {number} level @param {number} elapsedMs @param {number} maxS */
    tick(level, elapsedMs, maxS) {
      meter.draw(level, elapsedMs);
      const leftS = Math.ceil(maxS - elapsedMs / 1000);
      const isEnding = leftS <= WARN_S;
      const text = isEnding ? word("secondsLeft", { n: Math.max(0, leftS) }) : time(elapsedMs);
      if (clock.textContent !== text) clock.textContent = text;
      clock.toggleAttribute("data-ending", isEnding);
      return isEnding ? leftS : null;
    },
    /** @param {number} ratio */
    progress(ratio) {
      progress.value = ratio;
      label.textContent = word("sendingPart", { n: Math.round(ratio * 100) });
    },
    /** @param {string} text @param {"" | "waiting" | "bad"} [tone] */
    hint(text, tone = "") {
      if (hint.textContent !== text) hint.textContent = text;
      hint.dataset.tone = tone;
    },
    /** What was recorded and not sent, with what can be done. @param {string} text @param {string} verb */
    keep(text, verb) {
      trayText.textContent = text;
      again.textContent = verb;
      tray.hidden = false;
    },
    letGo() {
      const hadFocus = tray.contains(document.activeElement);
      tray.hidden = true;
      if (hadFocus) mic.focus({ preventScroll: true });
    },
  };
}
