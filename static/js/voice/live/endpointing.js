// From how likely speech is in each frame to utterances: where one begins, may have ended, goes on, has ended, or was none.

import { FRAME_MS } from "./capture.js";

const ONSET_MS = 96; // speech in a row, before which it is a click; the frames before it are sent all the same
const UNFINISHED_MS = 1200; // of silence after words that promise more
// Words that join or begin something, and sounds one makes while thinking.
const PROMISING = [
  "and or but because so if when that which than while although the a an my your our this these some any each every their whose",
  "to of for with in on at from by about into without between",
  "until during per whether except towards",
  "zero one two three four five six seven eight nine oh",
  "und oder aber weil wenn dass der die das den dem ein eine einen mein meine mit für von zu in auf aus bei nach",
  "ob als bis um im zum zur vom beim ohne gegen zwischen unser unsere unseren seit",
  "null eins zwei drei vier fünf sechs sieben acht neun zéro deux trois quatre cinq sept huit neuf",
  "cero uno dos tres cuatro seis siete ocho nueve",
  "et ou mais parce que si le la les un une des de du à avec pour sur dans mon ma que chez sans entre au aux notre nos votre vos jusque",
  "y o pero porque si el los las una unos con para por sobre en mi que de del al sin entre hasta desde su nuestro nuestra",
  "u[hm]+ er+m? h+m+ ähm? euh eh",
].join(" ");
const ANNOUNCING = "(my|meine?|mon|ma|mi)(\\s+\\p{L}+){1,3}\\s+(is|are|ist|sind|est|sont|es|son)"; // "my number is"
// A comma, a number (there may be more digits, or a hyphen between them), or one of these words.
const UNFINISHED = new RegExp(`(,|\\d[-)/]?|(?<!\\p{L})(${PROMISING.split(" ").join("|")}|${ANNOUNCING}))[\\s.…]*$`, "iu");

/**
 * @typedef {object} Settings As in `ready.vad`; probabilities and milliseconds.
 * @property {number} positive @property {number} negative @property {number} min_speech_ms @property {number} pre_roll_ms
 * @property {number} soft_end_ms @property {number} commit_ms @property {number} max_commit_ms
 */

/** @type {Settings} what voice.v1 documents */
export const USUAL = { positive: 0.5, negative: 0.35, min_speech_ms: 250, pre_roll_ms: 500, soft_end_ms: 200, commit_ms: 500, max_commit_ms: 2500 };

/**
 * @typedef {"start" | "soft_end" | "resume" | "end" | "cancel"} Event
 */

/**
 * @param {object} options
 * @param {() => Settings} options.settings those that hold now
 * @param {(event: Event) => void} options.onEvent
 * @param {(frame: Float32Array<ArrayBuffer>) => void} options.onFrame a frame of the utterance; those before its beginning first
 */
export function createEndpointing({ settings, onEvent, onFrame }) {
  /** @type {Float32Array<ArrayBuffer>[]} what came before speech */
  let before = [];
  let onsetMs = 0;
  let speechMs = 0;
  let silenceMs = 0;
  let isOpen = false;
  let isSoftEnded = false;
  let hypothesis = "";

  function reset() {
    before = [];
    onsetMs = speechMs = silenceMs = 0;
    isOpen = isSoftEnded = false;
    hypothesis = "";
  }

  /** @param {boolean} isSpeech @param {Float32Array<ArrayBuffer>} frame */
  function wait(isSpeech, frame) {
    before.push(frame);
    onsetMs = isSpeech ? onsetMs + FRAME_MS : 0;
    while ((before.length - onsetMs / FRAME_MS) * FRAME_MS > settings().pre_roll_ms) before.shift();
    if (onsetMs < ONSET_MS) return;
    isOpen = true;
    speechMs = onsetMs;
    silenceMs = 0;
    const frames = before;
    before = [];
    onEvent("start");
    frames.forEach(onFrame);
  }

  /** @param {number} probability @param {Float32Array<ArrayBuffer>} frame */
  function listen(probability, frame) {
    onFrame(frame);
    const { positive, negative, soft_end_ms, min_speech_ms } = settings();
    const isSpeech = probability >= positive;
    if (isSpeech) speechMs += FRAME_MS;
    // Between the two thresholds nothing changes: neither is it speech nor silence for sure.
    if (isSpeech) silenceMs = 0;
    else if (probability < negative || silenceMs) silenceMs += FRAME_MS;
    if (isSoftEnded && isSpeech) {
      isSoftEnded = false;
      onEvent("resume");
    }
    if (!isSoftEnded && silenceMs >= soft_end_ms && speechMs >= min_speech_ms) {
      isSoftEnded = true;
      onEvent("soft_end");
    }
    if (silenceMs < patienceMs()) return;
    close();
  }

  /** Speech enough is an utterance, whoever ends it. */
  function close() {
    const isSpoken = speechMs >= settings().min_speech_ms;
    reset();
    onEvent(isSpoken ? "end" : "cancel");
  }

  /** How much silence ends it: more after words that promise more. */
  function patienceMs() {
    const { commit_ms, max_commit_ms } = settings();
    return Math.min(Math.max(UNFINISHED.test(hypothesis) ? UNFINISHED_MS : 0, commit_ms), max_commit_ms);
  }

  return {
    /** @param {number} probability of speech @param {Float32Array<ArrayBuffer>} frame */
    take(probability, frame) {
      if (isOpen) listen(probability, frame);
      else wait(probability >= settings().positive, frame);
    },
    /** Words of the open utterance, as far as they are understood. @param {string} text */
    suppose(text) {
      if (isOpen) hypothesis = text;
    },
    get isOpen() {
      return isOpen;
    },
    /** How much speech the open utterance has had. */
    get speechMs() {
      return isOpen ? speechMs : 0;
    },
    /** Nothing more is heard: what is open ends here. */
    finish() {
      if (isOpen) close();
      else reset();
    },
  };
}
