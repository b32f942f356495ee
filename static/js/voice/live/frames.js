// The binary frames of voice.v1: a header of 8 bytes, big-endian (u8 type, u8 flags, u16 gen, u32 ms), and samples s16le, mono.

const MIC = 1;
const AGENT = 2;
const LAST_OF_TURN = 2;
const HEAD_BYTES = 8;

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
