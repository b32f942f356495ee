// How likely somebody speaks in a frame of sound: by loudness at once, and by a model from when that is loaded.

const NOBODY_DB = 6; // above the background: so much is still nobody
const SURELY_DB = 16; // and so much surely somebody
const ECHO_DB = 10; // more is asked for while the agent speaks: what is left of its own voice is no visitor
const QUIETEST_DB = -55; // below is hiss, however quiet the background
const RISE_DB = 0.06; // a frame: the background becomes 2 dB louder a second while it is loud
const FALL = 0.2; // and is quiet again at once
const MAX_WAITING = 16; // frames, half a second: a model that is slower than speech is of no use
const OPENING = -50; // dB, a quiet room, until it is known

/**
 * @param {string} library address of vad-web's bundle; its other files lie beside it
 */
export function createDetector(library) {
  const byLoudness = createLoudness();
  /** @type {import("./silero.js").Model | null} */
  let model = null;
  let waiting = 0;
  let isClosed = false;
  /** @type {Promise<unknown>} frames are judged one after the other: the model remembers */
  let last = Promise.resolve();

  import("./silero.js")
    .then(({ loadSilero }) => loadSilero(library))
    .then((loaded) => {
      if (isClosed) loaded.release();
      else model = loaded;
    })
    .catch(() => {}); // by loudness then: an old browser, or files that did not come

  /** @param {Float32Array<ArrayBuffer>} frame @param {number} loud its own guess */
  async function judge(frame, loud) {
    if (!model) return loud;
    try {
      return await model.probability(frame);
    } catch {
      model = null;
      return loud;
    }
  }

  return {
    /**
     * Answers come in the order of the frames.
     * @param {Float32Array<ArrayBuffer>} frame 32 ms at 16 kHz
     * @param {boolean} isEchoing the agent speaks
     * @returns {Promise<number>} 0 to 1
     */
    probability(frame, isEchoing) {
      const loud = byLoudness(frame, isEchoing);
      waiting += 1;
      if (waiting > MAX_WAITING) {
        model?.release();
        model = null;
      }
      const judged = last.then(() => judge(frame, loud));
      last = judged.then(() => (waiting -= 1));
      return judged;
    },
    close() {
      isClosed = true;
      model?.release();
      model = null;
    },
  };
}

/** A probability by how far a frame stands out of the background. */
function createLoudness() {
  let background = OPENING;

  /** @param {Float32Array} frame @param {boolean} isEchoing */
  return function byLoudness(frame, isEchoing) {
    const power = frame.reduce((sum, sample) => sum + sample * sample, 0) / frame.length;
    const loudness = 10 * Math.log10(power + 1e-10);
    background += loudness < background ? FALL * (loudness - background) : RISE_DB;
    const least = Math.max(background, QUIETEST_DB) + NOBODY_DB + (isEchoing ? ECHO_DB : 0);
    return Math.min(1, Math.max(0, (loudness - least) / (SURELY_DB - NOBODY_DB)));
  };
}
