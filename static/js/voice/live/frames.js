// The frames of voice.v1. Those in JSON are types only; docs/voice-socket.md says what each one means. The binary ones have a
// header of 8 bytes, big-endian (u8 type, u8 flags, u16 gen, u32 ms), and samples s16le, mono.

const MIC = 1;
const AGENT = 2;
const LAST_OF_TURN = 2;
const HEAD_BYTES = 8;

/** @typedef {{type: "ready", vad?: Partial<import("./endpointing.js").Settings>, limits?: {turn_s?: number}}} Ready */
/** @typedef {{type: "turn.start", gen: number, utt: number | null, message_id: string | null}} TurnStart the greeting has no id */
/** @typedef {{type: "clause", gen: number, text: string, start_ms: number}} Clause */
/** @typedef {{type: "turn.end", gen: number, reason: string}} TurnEnd */
/** @typedef {{type: "cleared" | "duck" | "unduck" | "audio.unavailable", gen: number}} OfAnswer */
/** @typedef {{type: "transcript.partial" | "transcript.final", utt: number, text: string}} Transcript */
/** @typedef {{type: "transcript.rejected", utt: number, message?: string}} Rejected with a message where the visitor can do something about it */
/** @typedef {{type: "error", code: string, message: string, utt?: number}} Failure */
/** @typedef {TurnStart | Clause | TurnEnd | OfAnswer | Transcript | Rejected | Failure} ServerFrame after `ready`, as far as a page uses them */

/**
 * What a page says, in JSON. Times are in ms since the socket was opened, `played_ms` and `queued_ms` are of the answer.
 * @typedef {{type: "hello", v: 1, session_id: string, greet: boolean, visitor?: string}
 *   | {type: "ping" | "mute" | "unmute"}
 *   | {type: "text", text: string, client_id: string}
 *   | {type: "speech.start", utt: number, t: number, client_id: string}
 *   | {type: "speech.soft_end" | "speech.resume", utt: number, t: number}
 *   | {type: "speech.end", utt: number, t: number, ms: number}
 *   | {type: "speech.cancel", utt: number}
 *   | {type: "playback", gen: number, played_ms: number, queued_ms: number, underruns: number}
 *   | {type: "interrupt", gen: number, played_ms: number, reason: "speech" | "button" | "key"}} ClientFrame
 */

/** @typedef {{gen: number, ms: number, isLast: boolean, samples: Float32Array<ArrayBuffer>}} Sound */

/**
 * @param {Float32Array} samples of the microphone, from -1 to 1
 * @param {number} ms since it was opened
 */
export function packed(samples, ms) {
  const view = new DataView(new ArrayBuffer(HEAD_BYTES + 2 * samples.length));
  view.setUint8(0, MIC);
  view.setUint32(4, ms);
  for (const [i, sample] of samples.entries()) {
    view.setInt16(HEAD_BYTES + 2 * i, Math.round(Math.max(-1, Math.min(1, sample)) * 32_767), true);
  }
  return view.buffer;
}

/** @param {ArrayBuffer} data @returns {Sound | null} null for what is no sound of the agent */
export function unpacked(data) {
  if (data.byteLength < HEAD_BYTES) return null;
  const view = new DataView(data);
  if (view.getUint8(0) !== AGENT) return null;
  const samples = new Float32Array((data.byteLength - HEAD_BYTES) >> 1);
  for (const i of samples.keys()) samples[i] = view.getInt16(HEAD_BYTES + 2 * i, true) / 32_768;
  return { gen: view.getUint16(2), ms: view.getUint32(4), isLast: (view.getUint8(1) & LAST_OF_TURN) !== 0, samples };
}
