// The voice activity model of vad-web (Silero), with its files from this site: 14 MB, 4 MB on the way, loaded on first use.

const MODEL = "v6";

/**
 * @typedef {object} Model
 * @property {(frame: Float32Array<ArrayBuffer>) => Promise<number>} probability of speech in the next 512 samples at 16 kHz
 * @property {() => void} release
 */

/**
 * Rejects where WebAssembly is not to be had, or a file does not come.
 * @param {string} library address of its bundle
 * @returns {Promise<Model>}
 */
export async function loadSilero(library) {
  await import(library); // a plain script, which leaves its name on the window
  const { MicVAD } = window.vad;
  const folder = new URL(".", library).href;
  let latest = 0;
  const unused = () => {}; // where an utterance begins and ends, endpointing.js says; its own defaults log to the console
  const vad = await MicVAD.new({
    model: MODEL,
    baseAssetPath: folder,
    onnxWASMBasePath: folder,
    startOnLoad: false, // frames come from our own capture, which works without it, too
    onFrameProcessed: ({ isSpeech }) => (latest = isSpeech),
    onSpeechStart: unused,
    onSpeechRealStart: unused,
    onSpeechEnd: unused,
    onVADMisfire: unused,
    ortConfig: (ort) => {
      ort.env.logLevel = "error";
      ort.env.wasm.numThreads = 1; // more need a page that is isolated from other origins
    },
  });
  vad.frameProcessor.resume(); // what start() does before it would open a microphone of its own

  return {
    async probability(frame) {
      await vad.processFrame(frame);
      return latest;
    },
    release: () => vad.model.release().catch(() => {}),
  };
}
