// The microphone: opened inside the tap, warm for a moment after use, and then let go, so that the browser's sign goes off.

const WARM_MS = 4000; // who says one more sentence at once finds it open, and loses no first word
const WANTED = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true };

/** @type {Promise<MediaStream> | null} */
let opening = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let cooling;

/**
 * Rejects with what getUserMedia says, or with a NotSupportedError where there is nothing to ask.
 * @returns {Promise<MediaStream>}
 */
export function openMicrophone() {
  clearTimeout(cooling);
  opening ??= ask();
  return opening;
}

async function ask() {
  try {
    if (!navigator.mediaDevices?.getUserMedia || !("MediaRecorder" in window)) throw new DOMException("", "NotSupportedError");
    const stream = await navigator.mediaDevices.getUserMedia({ audio: WANTED });
    for (const track of stream.getTracks()) track.addEventListener("ended", () => (opening = null));
    return stream;
  } catch (error) {
    opening = null;
    throw error;
  }
}

/** Lets the microphone go in a moment, unless it is opened again. */
export function coolMicrophone() {
  clearTimeout(cooling);
  cooling = setTimeout(closeMicrophone, WARM_MS);
}

export function closeMicrophone() {
  clearTimeout(cooling);
  const last = opening;
  opening = null;
  last?.then((stream) => stream.getTracks().forEach((track) => track.stop())).catch(() => {});
}

/**
 * Which sentence of the page says what is wrong, and what to do.
 * @param {unknown} error
 */
export function faultOf(error) {
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "micDenied";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "micMissing";
  if (name === "NotReadableError" || name === "AbortError") return "micBusy";
  return window.isSecureContext ? "micUnsupported" : "micInsecure";
}

addEventListener("pagehide", closeMicrophone);
