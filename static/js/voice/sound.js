// The page's one way to make sound. Browsers open it inside a tap only, and the answer comes seconds later: so it is opened early.

export const RATE = 24_000; // Hz of the speech we get: a context of the same rate needs no resampling at the seams of chunks
const PATIENCE_MS = 1500; // a context that may run does so at once; one that waits for a tap never does

/** @type {AudioContext | null} */
let context = null;
/** @type {GainNode | null} */
let output = null;
/** @type {HTMLAudioElement | null} */
let element = null;

/** To be called first thing in a tap or key press: iOS lets sound through only then. */
export function unlock() {
  if (!("AudioContext" in window)) return;
  if (!context) open();
  if (context?.state !== "running") context?.resume().catch(() => {});
  if (element?.paused) element.play().catch(playDirectly);
}

function open() {
  try {
    context = new AudioContext({ sampleRate: RATE });
  } catch {
    context = new AudioContext(); // a browser that does not let one choose the rate
  }
  output = context.createGain();
  // Through a media element, since that is what echo cancellation takes out of what the microphone hears:
  // https://github.com/w3c/mediacapture-extensions/pull/31
  const stream = context.createMediaStreamDestination();
  output.connect(stream);
  element = new Audio();
  element.srcObject = stream.stream;
}

/** @param {unknown} error */
function playDirectly(error) {
  const isRefused = error instanceof DOMException && error.name !== "AbortError"; // which only says that it was overtaken
  if (!isRefused || !context || !output || !element) return;
  element.srcObject = null;
  element = null;
  output.disconnect();
  output.connect(context.destination);
}

/** Where to play to; null when the browser holds sound back. @returns {Promise<{context: AudioContext, output: AudioNode} | null>} */
export async function ready() {
  unlock();
  if (!context || !output) return null;
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  await Promise.race([context.resume().catch(() => {}), late]);
  return context.state === "running" ? { context, output } : null;
}
