// The visitor speaks while the agent does: quieter first, then silent, then over; and on again when it was no interruption.

const DUCK_MS = 150; // of speech: it may be a cough, and may be a word
const HOLD_MS = 400; // it is somebody who wants to speak
const SURE_MS = 1000; // no cough or "mm-hm" is that long: the rest of the answer is not wanted
const SURE_WORDS = 3; // understood so far: likewise
const DUCKED = 0.3;
const VERDICT_MS = 2000; // without a word from the server after the end of speech, the agent goes on
const WARM_UP_MS = 3000; // of the first answer: echo cancellation learns the room, and lets the agent's own voice through

/**
 * @param {object} voice the agent's, as speech.js makes it
 * @param {(loudness: number) => void} voice.duck
 * @param {() => void} voice.hold
 * @param {() => void} voice.release
 * @param {(reason: "speech") => void} voice.interrupt
 * @param {() => void} onChange the agent has fallen silent, or goes on
 */
export function createBargeIn({ duck, hold, release, interrupt }, onChange) {
  let heardMs = 0; // of all answers, as far as the echo cancellation has learnt
  let isOn = false; // it is quieter, or silent
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let verdict;

  /** It was nothing: the agent goes on. */
  function dismiss() {
    clearTimeout(verdict);
    if (!isOn) return;
    isOn = false;
    duck(1);
    release();
    onChange();
  }

  function yieldFloor() {
    clearTimeout(verdict);
    isOn = false;
    interrupt("speech");
    onChange();
  }

  return {
    dismiss,
    /** The agent was heard for a while longer. @param {number} ms */
    learn(ms) {
      heardMs += ms;
    },
    /** The visitor speaks into an answer. @param {number} speechMs of this utterance */
    speech(speechMs) {
      const isVoice = heardMs >= WARM_UP_MS; // before that, only words count
      if (speechMs >= SURE_MS && isVoice) return yieldFloor();
      if (speechMs >= DUCK_MS) {
        duck(DUCKED);
        isOn = true;
      }
      if (speechMs >= HOLD_MS && isVoice) {
        hold();
        onChange();
      }
    },
    /** What was understood of it so far. @param {string} text */
    words(text) {
      if (text.trim().split(/\s+/).length >= SURE_WORDS) yieldFloor();
    },
    /** The server says that somebody speaks. */
    suspect() {
      duck(DUCKED);
      isOn = true;
    },
    /** The visitor is silent again: what it was, the server tells. */
    ended() {
      clearTimeout(verdict);
      if (isOn) verdict = setTimeout(dismiss, VERDICT_MS);
    },
    /** There is no answer any more to interrupt. */
    over() {
      clearTimeout(verdict);
      isOn = false;
    },
  };
}
