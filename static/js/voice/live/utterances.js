// What the visitor says, on its way: sent as it is said, and kept until the server has understood it, so that a break loses no word.

import { newClientId } from "../../chat/outbox.js";
import { FRAME_MS } from "./capture.js";
import { packed } from "./frames.js";

const AT_ONCE_MS = 9000; // the server takes ten seconds at once, and then a fifth more than real time
const RATE = 1.15; // below that fifth
const PACE_MS = 100;
const MAX_KEPT = 5; // utterances that nobody answers: the server takes one and has four in line

/**
 * @typedef {object} Utterance
 * @property {number} utt its number on this socket
 * @property {string} clientId its name for good: said twice it is one message
 * @property {ArrayBuffer[]} frames
 * @property {boolean} isEnded
 */

/**
 * @param {object} way
 * @param {(frame: import("./frames.js").ClientFrame) => void} way.send
 * @param {(sound: ArrayBuffer) => void} way.sendSound
 * @param {() => void} way.onDropped too many wait: the oldest will not be said
 */
export function createUtterances({ send, sendSound, onDropped }) {
  /** @type {Utterance[]} oldest first; the last one may be open */
  let kept = [];
  /** @type {(import("./frames.js").ClientFrame | ArrayBuffer)[]} */
  let line = [];
  let utt = 0;
  let openedAt = performance.now();
  let allowanceMs = AT_ONCE_MS;
  let allowedAt = openedAt;
  let isOpen = false; // somebody is there to be sent to
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pacing;

  const current = () => (kept.at(-1)?.isEnded === false ? kept.at(-1) : undefined);
  const sinceMs = () => Math.round(performance.now() - openedAt);

  /** @param {import("./frames.js").ClientFrame | ArrayBuffer} item */
  function put(item) {
    if (!isOpen) return;
    line.push(item);
    drain();
  }

  function drain() {
    clearTimeout(pacing);
    const now = performance.now();
    allowanceMs = Math.min(AT_ONCE_MS, allowanceMs + (now - allowedAt) * RATE);
    allowedAt = now;
    for (let next = line[0]; next; next = line[0]) {
      if (next instanceof ArrayBuffer) {
        if (allowanceMs < FRAME_MS) {
          pacing = setTimeout(drain, PACE_MS);
          return;
        }
        allowanceMs -= FRAME_MS;
        sendSound(next);
      } else send(next);
      line.shift();
    }
  }

  /** @param {Utterance} said */
  function open(said) {
    said.utt = ++utt;
    put({ type: "speech.start", utt, t: sinceMs(), client_id: said.clientId });
  }

  /** @param {Utterance} said */
  function close(said) {
    said.isEnded = true;
    put({ type: "speech.end", utt: said.utt, t: sinceMs(), ms: said.frames.length * FRAME_MS });
  }

  return {
    begin() {
      if (kept.length >= MAX_KEPT) {
        kept.shift();
        onDropped();
      }
      /** @type {Utterance} */
      const said = { utt: 0, clientId: newClientId(), frames: [], isEnded: false };
      kept.push(said);
      open(said);
    },
    /** @param {Float32Array} frame */
    hear(frame) {
      const sound = packed(frame, sinceMs());
      current()?.frames.push(sound);
      put(sound);
    },
    /** @param {"soft_end" | "resume"} what */
    tell(what) {
      const said = current();
      if (said) put({ type: `speech.${what}`, utt: said.utt, t: sinceMs() });
    },
    end() {
      const said = current();
      if (said) close(said);
    },
    cancel() {
      const said = current();
      if (!said) return;
      kept.pop();
      put({ type: "speech.cancel", utt: said.utt });
    },
    /** The server has stored it, or wants nothing of it. @param {number} number */
    settle(number) {
      kept = kept.filter((said) => said.utt !== number);
    },
    /** Number of the utterance that was begun last. */
    get latest() {
      return utt;
    },
    /** Whether something was said that nobody has answered for yet. */
    get isOwed() {
      return kept.some(({ isEnded }) => isEnded);
    },
    lost() {
      isOpen = false;
      line = [];
      clearTimeout(pacing);
    },
    /** A new socket: it gets what the last one did not answer for. */
    opened() {
      isOpen = true;
      utt = 0;
      openedAt = allowedAt = performance.now();
      allowanceMs = AT_ONCE_MS;
      for (const said of kept) {
        open(said);
        for (const sound of said.frames) put(sound);
        if (said.isEnded) close(said);
      }
    },
    clear() {
      kept = [];
      line = [];
      clearTimeout(pacing);
    },
  };
}
