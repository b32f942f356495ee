// The agent's voice in a live conversation: plays what comes, tells how far it was heard, and drops what is of an older answer.

import { createPlayback } from "../speech/playback.js";

const TELL_MS = 250; // as voice.v1 wants it; the server sends no further ahead than it knows
const CAPTION_MS = 50;
const MAX_RESERVE_S = 0.3; // after hiccups: half of what the server sends ahead, for speakers that sound late

/**
 * @param {object} options
 * @param {AudioContext} options.context
 * @param {AudioNode} options.output
 * @param {ReturnType<import("../speech/captions.js").createCaptionLine>} options.captions
 * @param {(frame: import("./frames.js").ClientFrame) => void} options.send
 * @param {(isSpeaking: boolean) => void} options.onSpeaking sound has begun, or there will be no more
 * @param {(ms: number) => void} options.onHeard it was heard for that much longer
 */
export function createLiveSpeech({ context, output, captions, send, onSpeaking, onHeard }) {
  /** @typedef {ReturnType<typeof createPlayback>} Playback */
  /** @type {Playback | null} */
  let playback = null;
  let gen = 0; // of the answer that is played; what comes of another one is dropped
  let messageId = "";
  let isSounding = false;
  let heardMs = 0;
  let toldAt = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let telling;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let following;

  function tell() {
    if (!playback) return;
    toldAt = performance.now();
    const { queuedMs, underruns } = playback;
    send({ type: "playback", gen, played_ms: Math.round(playback.heardMs), queued_ms: Math.round(queuedMs), underruns });
  }

  /** The server sends no more until it is told, and the timers of a hidden page are slow: so sound tells as it plays. @param {boolean} isDry */
  function played(isDry) {
    if (isDry || performance.now() - toldAt >= TELL_MS) tell();
  }

  function follow() {
    if (!playback?.hasBegun) return;
    const now = playback.heardMs;
    captions.follow(now);
    onHeard(Math.max(0, now - heardMs));
    heardMs = now;
  }

  /** Nothing more is heard of this answer. */
  function end() {
    clearInterval(telling);
    clearInterval(following);
    playback?.stop();
    playback = null;
    gen = 0;
    if (isSounding) {
      isSounding = false;
      onSpeaking(false);
    }
  }

  /** @param {import("./frames.js").TurnStart} frame */
  function begin(frame) {
    end();
    captions.clear();
    gen = frame.gen;
    messageId = frame.message_id ?? "";
    heardMs = 0;
    const own = createPlayback(context, output, { mostStartS: MAX_RESERVE_S, onPlayed: played });
    playback = own;
    telling = setInterval(tell, TELL_MS);
    following = setInterval(follow, CAPTION_MS);
    own.over.then((isHeard) => {
      if (own !== playback) return;
      follow();
      if (isHeard) tell(); // that it was heard to its end
      end();
    });
  }

  return {
    begin,
    end,
    /** @param {import("./frames.js").Clause} clause */
    caption(clause) {
      if (clause.gen === gen) captions.add(clause);
    },
    /** @param {import("./frames.js").Sound} sound */
    play(sound) {
      if (sound.gen !== gen || !playback) return;
      if (sound.samples.length && !isSounding) {
        isSounding = true;
        onSpeaking(true);
      }
      playback.push(sound.samples);
      if (sound.isLast) playback.complete();
    },
    /** The server has no more of it. @param {number} number @param {boolean} isCut what was not heard yet will not be */
    ended(number, isCut) {
      if (number !== gen) return;
      if (isCut) end();
      else playback?.complete();
    },
    /** @param {"speech" | "button" | "key"} reason */
    interrupt(reason) {
      if (!playback) return;
      const playedMs = Math.round(playback.heardMs);
      const cut = gen;
      end(); // silence first
      send({ type: "interrupt", gen: cut, played_ms: playedMs, reason });
    },
    hold() {
      if (!playback || playback.isHeld) return;
      playback.hold();
      tell();
    },
    release: () => playback?.release(),
    /** @param {number} loudness */
    duck: (loudness) => playback?.duck(loudness),
    /** An answer is being spoken, or is about to be. */
    get isOn() {
      return playback !== null;
    },
    /** One hears it. */
    get isSounding() {
      return isSounding && playback?.isHeld === false;
    },
    get gen() {
      return gen;
    },
    /** Of the answer that is spoken, or was last. */
    get messageId() {
      return messageId;
    },
  };
}
