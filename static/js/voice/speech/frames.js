// The frames of a spoken answer, out of bytes that were cut anywhere: u8 type, u32 length (big endian), payload.

export const CLAUSE = 1; // UTF-8 JSON {"i", "text", "start_ms"}
export const PCM = 2; // s16le, mono, 24 kHz
export const END = 3; // UTF-8 JSON {"reason"}

const HEAD_BYTES = 5;
const MAX_BYTES = 1 << 20; // of one payload, 20 s of sound: more is no frame, but a stream that got out of step

/** @typedef {{type: number, payload: Uint8Array}} Frame */
/** @typedef {{text: string, start_ms: number}} Clause */
/** @typedef {{reason: string}} End */

/** Reads a stream; each call takes the next bytes and gives the frames they complete. */
export function createFrameReader() {
  let rest = new Uint8Array(0);

  return {
    /**
     * @param {Uint8Array} bytes
     * @returns {Frame[]}
     * @throws {RangeError} on a length that cannot be
     */
    push(bytes) {
      const all = joined(rest, bytes);
      const view = new DataView(all.buffer, all.byteOffset, all.byteLength);
      /** @type {Frame[]} */
      const frames = [];
      let at = 0;
      while (all.length - at >= HEAD_BYTES) {
        const size = view.getUint32(at + 1);
        if (size > MAX_BYTES) throw new RangeError(`a frame of ${size} bytes`);
        const end = at + HEAD_BYTES + size;
        if (end > all.length) break;
        frames.push({ type: view.getUint8(at), payload: all.slice(at + HEAD_BYTES, end) });
        at = end;
      }
      rest = all.slice(at);
      return frames;
    },
    /** Whether the stream ended between two frames. */
    get isWhole() {
      return rest.length === 0;
    },
  };
}

/** @param {Frame} frame a clause or an end @returns {Partial<Clause & End> | null} null when it is no JSON */
export function jsonOf({ payload }) {
  try {
    return JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return null;
  }
}

/** Sound out of payloads; a sample whose two bytes came in two of them is kept whole. */
export function createSampleReader() {
  let odd = new Uint8Array(0);

  /** @param {Uint8Array} payload @returns {Float32Array<ArrayBuffer>} from -1 to 1 */
  return function samplesOf(payload) {
    const all = joined(odd, payload);
    const count = all.length >> 1;
    const view = new DataView(all.buffer, all.byteOffset, all.byteLength);
    const samples = new Float32Array(count);
    for (let i = 0; i < count; i++) samples[i] = view.getInt16(2 * i, true) / 32_768;
    odd = all.slice(2 * count);
    return samples;
  };
}

/** @param {Uint8Array} one @param {Uint8Array} other */
function joined(one, other) {
  if (!one.length) return other;
  const all = new Uint8Array(one.length + other.length);
  all.set(one);
  all.set(other, one.length);
  return all;
}
