// One recording: from an open microphone to a file, with its level and its limit. Shows nothing.

const BITS_PER_S = 32_000; // clear speech in Opus; two minutes are less than half a megabyte
const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"]; // Chrome and Firefox, older Firefox, Safari
const LEVEL_MS = 60;
const SILENT_MS = 3000;
const MUTE_MS = 1000; // a microphone that the system has muted delivers nothing, and then the recorder never tells that it has started
const SILENT_LEVEL = 0.0001; // a live microphone hisses above this; a muted one gives zeros
const MARGIN_S = 0.25; // what is encoded may be a little longer than what was timed, and the server counts that

/**
 * @typedef {object} Recording
 * @property {Blob} blob
 * @property {number} durationMs
 * @property {boolean} isLost the microphone went away
 */

/**
 * @param {MediaStream} stream
 * @param {object} options
 * @param {number} options.maxS it ends by itself then
 * @param {() => void} options.onStart sound is being kept from now on
 * @param {(level: number, elapsedMs: number) => void} options.onLevel several times a second; 0 to 1
 * @param {(isSilent: boolean) => void} options.onSilent nothing at all has come in for a while, or something has again
 * @param {(recording: Recording | null) => void} options.onEnd null: it failed; not called after cancel()
 */
export function record(stream, { maxS, onStart, onLevel, onSilent, onEnd }) {
  const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type)) ?? "";
  const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: BITS_PER_S });
  const meter = createMeter(stream);
  /** @type {Blob[]} */
  const chunks = [];
  let startedAt = 0;
  let endedAt = 0;
  let isCancelled = false;
  let isFinishing = false;
  let isFailed = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let limit;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let listening;

  recorder.addEventListener("dataavailable", ({ data }) => data.size && chunks.push(data));
  recorder.addEventListener("error", () => (isFailed = true));
  recorder.addEventListener("start", begun);
  const patience = setTimeout(begun, MUTE_MS);

  function begun() {
    if (startedAt) return;
    clearTimeout(patience);
    startedAt = performance.now();
    limit = setTimeout(finish, (maxS - MARGIN_S) * 1000);
    listening = setInterval(listen, LEVEL_MS);
    onStart();
  }

  recorder.addEventListener("stop", () => {
    clearTimeout(patience);
    clearTimeout(limit);
    clearInterval(listening);
    meter.close();
    if (isCancelled) return;
    const blob = new Blob(chunks, { type: recorder.mimeType || mimeType });
    const isLost = !isFinishing;
    onEnd(isFailed || !blob.size ? null : { blob, durationMs: (endedAt || performance.now()) - startedAt, isLost });
  });
  recorder.start(); // all in one piece, at the end: of several pieces only the first could be played by itself

  let heardAt = 0;
  let isSilent = false;

  function listen() {
    const level = meter.level();
    const elapsedMs = performance.now() - startedAt;
    if (level === null || level > SILENT_LEVEL) heardAt = elapsedMs;
    const isSilentNow = elapsedMs - heardAt >= SILENT_MS;
    if (isSilentNow !== isSilent) onSilent((isSilent = isSilentNow));
    onLevel(level ?? 0, elapsedMs);
  }

  function finish() {
    isFinishing = true;
    endedAt ||= performance.now();
    if (recorder.state !== "inactive") recorder.stop();
  }

  return {
    finish,
    cancel() {
      isCancelled = true;
      finish();
    },
  };
}

/** @param {string} type of a recording; what its file is called tells the server nothing it trusts, and a person much */
export function fileName(type) {
  const kind = /^audio\/(webm|ogg|mp4)/.exec(type)?.[1] ?? "webm";
  return `recording.${kind}`;
}

/** @param {MediaStream} stream */
function createMeter(stream) {
  const context = new AudioContext(); // at the microphone's own rate: Firefox does not join two
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  const samples = new Float32Array(analyser.fftSize);
  context.createMediaStreamSource(stream).connect(analyser);
  context.resume().catch(() => {});

  return {
    /** The loudest of the last samples, 0 to 1; null while the browser does not let it listen. */
    level() {
      if (context.state !== "running") return null;
      analyser.getFloatTimeDomainData(samples);
      return samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    },
    close: () => context.close().catch(() => {}),
  };
}
