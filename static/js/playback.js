// Plays samples that arrive in pieces without a seam, knows how much has been heard, and stops at once.

import { RATE } from "./sound.js";

const START_S = 0.08; // kept before the first sound: what a network's pieces vary by
const MOST_START_S = 1.2; // for a voice that is made hardly faster than it is heard
const LEAD_S = 0.02; // between scheduling and sounding: a shorter one comes too late on a busy page
const PIECE_S = 0.04; // shorter pieces are joined
const FADE_SAMPLES = 32; // a cut without a click

/**
 * @param {BaseAudioContext} context
 * @param {AudioNode} output
 */
export function createPlayback(context, output) {
  const volume = context.createGain();
  volume.connect(output);
  /** @type {Float32Array<ArrayBuffer>[]} */
  let waiting = [];
  let waitingCount = 0; // samples in `waiting`
  /** @type {{from: number, count: number, at: number}[]} what was scheduled: first sample, how many, when */
  const scheduled = [];
  /** @type {Set<AudioBufferSourceNode>} */
  const sources = new Set();
  let scheduledCount = 0;
  let nextAt = 0; // when the sample after the last scheduled one is due, in the context's time
  let startS = START_S;
  let isRunning = false; // sound is scheduled without a gap so far
  let isComplete = false;
  let isOver = false;
  let underruns = 0;
  /** @type {(isHeard: boolean) => void} */
  let tellOver = () => {};
  /** @type {Promise<boolean>} true: heard to the end; false: stopped */
  const over = new Promise((resolve) => (tellOver = resolve));

  function advance() {
    if (isOver) return;
    if (isRunning && nextAt < context.currentTime) underrun();
    const enough = isComplete || waitingCount >= (isRunning ? PIECE_S : startS) * RATE;
    if (waitingCount && enough) schedule();
    if (isComplete && !waitingCount && !sources.size) finish(true);
  }

  /** The sound ran out while more was to come: keep more before it goes on. */
  function underrun() {
    isRunning = false;
    if (isComplete) return;
    underruns += 1;
    startS = Math.min(2 * startS, MOST_START_S);
  }

  function schedule() {
    const buffer = context.createBuffer(1, waitingCount, RATE);
    let at = 0;
    for (const piece of waiting) {
      buffer.copyToChannel(piece, 0, at);
      at += piece.length;
    }
    if (!isRunning) nextAt = context.currentTime + LEAD_S;
    isRunning = true;
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(volume);
    source.onended = () => {
      sources.delete(source);
      source.disconnect();
      advance();
    };
    source.start(nextAt);
    sources.add(source);
    scheduled.push({ from: scheduledCount, count: waitingCount, at: nextAt });
    scheduledCount += waitingCount;
    nextAt += waitingCount / RATE;
    waiting = [];
    waitingCount = 0;
  }

  /** @param {boolean} isHeard */
  function finish(isHeard) {
    isOver = true;
    volume.disconnect();
    tellOver(isHeard);
  }

  return {
    over,
    /** @param {Float32Array<ArrayBuffer>} samples at RATE */
    push(samples) {
      if (isOver || !samples.length) return;
      waiting.push(samples);
      waitingCount += samples.length;
      advance();
    },
    /** Nothing more comes. */
    complete() {
      isComplete = true;
      advance();
    },
    stop() {
      if (isOver) return;
      const silentAt = context.currentTime + FADE_SAMPLES / RATE;
      volume.gain.setValueAtTime(1, context.currentTime);
      volume.gain.linearRampToValueAtTime(0, silentAt);
      for (const source of sources) {
        source.onended = null;
        source.stop(silentAt);
      }
      isOver = true;
      setTimeout(() => volume.disconnect(), 100); // after the fade, however late the page comes to it
      tellOver(false);
    },
    /** How much of the speech has left the speaker, gaps not counted. */
    get heardMs() {
      const latencyS = /** @type {any} */ (context).outputLatency || 0; // Safari does not tell
      const now = context.currentTime - latencyS;
      const current = scheduled.findLast(({ at }) => at <= now);
      if (!current) return 0;
      return ((current.from + Math.min((now - current.at) * RATE, current.count)) / RATE) * 1000;
    },
    get hasBegun() {
      return scheduledCount > 0;
    },
    get underruns() {
      return underruns;
    },
  };
}
