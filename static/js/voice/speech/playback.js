// Plays samples that arrive in pieces without a seam, knows how much has been heard, and stops or waits at once.

import { RATE } from "../sound.js";

const START_S = 0.08; // kept before the first sound: what a network's pieces vary by
const MAX_START_S = 1.2; // for a voice that is made hardly faster than it is heard
const PATIENCE = 2; // after so many times the sound it waits for it plays what it has: the sender may be waiting to hear of that
const LEAD_S = 0.02; // between scheduling and sounding: a shorter one comes too late on a busy page
const PIECE_S = 0.04; // shorter pieces are joined
const FADE_SAMPLES = 32; // a cut without a click
const DUCK_S = 0.03; // to become quieter, or as loud as before

/**
 * @param {BaseAudioContext} context
 * @param {AudioNode} output
 * @param {object} [options]
 * @param {number} [options.mostStartS] the most it gathers before it begins to play; less than what the sender sends before it waits to hear what was played
 * @param {(isDry: boolean) => void} [options.onPlayed] a piece has sounded, and nothing is there to follow it
 */
export function createPlayback(context, output, { mostStartS = MAX_START_S, onPlayed = () => {} } = {}) {
  const volume = context.createGain();
  volume.connect(output);
  /** @type {Float32Array<ArrayBuffer>[]} */
  let waiting = [];
  let waitingCount = 0; // samples in `waiting`
  /** @typedef {{from: number, count: number, at: number, samples: Float32Array<ArrayBuffer> | null}} Scheduled */
  /** @type {Scheduled[]} first sample, how many, when; and the samples, until they have sounded */
  let scheduled = [];
  /** @type {Set<AudioBufferSourceNode>} */
  const sources = new Set();
  let scheduledCount = 0;
  let nextAt = 0; // when the sample after the last scheduled one is due, in the context's time
  let startS = START_S;
  let isRunning = false; // sound is scheduled without a gap so far
  let isComplete = false;
  let isHeld = false;
  let isOver = false;
  let isAllHeard = false;
  /** @type {AudioBufferSourceNode | null} silence that ends when the waiting does */
  let alarm = null;
  let loudness = 1;
  let underruns = 0;
  /** @type {(isHeard: boolean) => void} */
  let tellOver = () => {};
  /** @type {Promise<boolean>} true: heard to the end; false: stopped */
  const over = new Promise((resolve) => (tellOver = resolve));

  /** @param {boolean} [isDue] whatever there is has waited long enough */
  function advance(isDue = false) {
    if (isOver || isHeld) return;
    if (isRunning && nextAt < context.currentTime) underrun();
    const enough = isDue || isComplete || waitingCount >= (isRunning ? PIECE_S : startS) * RATE;
    if (waitingCount && enough) schedule();
    else if (waitingCount && !isRunning) setAlarm();
    if (isComplete && !waitingCount && !sources.size) finish(true);
  }

  /** The sound ran out while more was to come: keep more before it goes on. */
  function underrun() {
    isRunning = false;
    if (isComplete) return;
    underruns += 1;
    startS = Math.min(2 * startS, mostStartS);
  }

  /** No sound waits for ever for more. Measured in sound: the timers of a hidden page are slow, and its sound is not. */
  function setAlarm() {
    if (alarm) return;
    alarm = context.createBufferSource();
    alarm.buffer = context.createBuffer(1, Math.ceil(PATIENCE * startS * RATE), RATE);
    alarm.connect(volume);
    alarm.onended = () => {
      clearAlarm();
      advance(true);
    };
    alarm.start();
  }

  function clearAlarm() {
    if (!alarm) return;
    alarm.onended = null;
    alarm.disconnect();
    alarm = null;
  }

  function schedule() {
    clearAlarm();
    const samples = new Float32Array(waitingCount);
    let at = 0;
    for (const piece of waiting) {
      samples.set(piece, at);
      at += piece.length;
    }
    const buffer = context.createBuffer(1, waitingCount, RATE);
    buffer.copyToChannel(samples, 0);
    if (!isRunning) nextAt = context.currentTime + LEAD_S;
    isRunning = true;
    /** @type {Scheduled} */
    const entry = { from: scheduledCount, count: waitingCount, at: nextAt, samples };
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(volume);
    source.onended = () => {
      sources.delete(source);
      source.disconnect();
      entry.samples = null;
      advance();
      if (!isOver) onPlayed(!sources.size);
    };
    source.start(nextAt);
    sources.add(source);
    scheduled.push(entry);
    scheduledCount += waitingCount;
    nextAt += waitingCount / RATE;
    waiting = [];
    waitingCount = 0;
  }

  /** Ends all that is scheduled, without a click. */
  function cut() {
    clearAlarm();
    const silentAt = context.currentTime + FADE_SAMPLES / RATE;
    volume.gain.cancelScheduledValues(context.currentTime);
    volume.gain.setValueAtTime(volume.gain.value, context.currentTime);
    volume.gain.linearRampToValueAtTime(0, silentAt);
    for (const source of sources) {
      source.onended = null;
      source.stop(silentAt);
    }
    sources.clear();
  }

  /** How many samples have left the speaker, gaps not counted. */
  function heardCount() {
    if (isAllHeard) return scheduledCount;
    return countAt(context.currentTime - (("outputLatency" in context && Number(context.outputLatency)) || 0)); // Safari does not tell
  }

  /** How many samples were due by then. @param {number} now in the context's time */
  function countAt(now) {
    const current = scheduled.findLast(({ at }) => at <= now);
    return current ? current.from + Math.min((now - current.at) * RATE, current.count) : 0;
  }

  /** @param {boolean} isHeard */
  function finish(isHeard) {
    isOver = true;
    isAllHeard = isHeard;
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
      cut();
      isOver = true;
      setTimeout(() => volume.disconnect(), 100); // after the fade, however late the page comes to it
      tellOver(false);
    },
    /** Falls silent, and keeps what was not heard yet. */
    hold() {
      if (isOver || isHeld) return;
      const gone = Math.floor(countAt(context.currentTime)); // what is on its way to the speaker cannot be taken back
      cut();
      const rest = scheduled.filter(({ from, count, samples }) => samples && from + count > gone);
      waiting = [...rest.map(({ from, samples }) => samples?.slice(Math.max(0, gone - from)) ?? new Float32Array(0)), ...waiting];
      waitingCount = waiting.reduce((sum, piece) => sum + piece.length, 0);
      scheduled = scheduled.filter(({ from }) => from < gone).map((entry) => ({ ...entry, count: Math.min(entry.count, gone - entry.from) }));
      scheduledCount = gone;
      isHeld = true;
      isRunning = false;
    },
    /** Goes on where hold() cut it off. */
    release() {
      if (isOver || !isHeld) return;
      isHeld = false;
      const from = context.currentTime + FADE_SAMPLES / RATE; // what was cut has faded out by then
      volume.gain.cancelScheduledValues(from);
      volume.gain.setValueAtTime(loudness, from);
      advance();
    },
    /** @param {number} to 0 to 1 */
    duck(to) {
      if (loudness === to) return;
      loudness = to;
      if (!isHeld && !isOver) volume.gain.setTargetAtTime(to, context.currentTime, DUCK_S);
    },
    /** How much of the speech has left the speaker, gaps not counted. */
    get heardMs() {
      return (heardCount() / RATE) * 1000;
    },
    /** How much has come and is not heard yet. */
    get queuedMs() {
      return ((scheduledCount + waitingCount - heardCount()) / RATE) * 1000;
    },
    get isHeld() {
      return isHeld;
    },
    get hasBegun() {
      return scheduledCount > 0;
    },
    get underruns() {
      return underruns;
    },
  };
}
