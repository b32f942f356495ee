// What an open microphone hears, in frames of 512 samples at 16 kHz: 32 ms each.

export const MIC_RATE = 16_000; // Hz
export const FRAME_MS = 32;

/**
 * Rejects where the browser has no audio worklet. To be called while the tap is young: iOS starts a context only then.
 * @param {MediaStream} stream
 * @param {string} worklet address of capture_worklet.js
 * @param {(frame: Float32Array<ArrayBuffer>) => void} onFrame samples from -1 to 1
 * @returns {Promise<{resume: () => void, close: () => void}>}
 */
export async function capture(stream, worklet, onFrame) {
  const [context, source] = join(stream);
  try {
    context.resume().catch(() => {});
    await context.audioWorklet.addModule(worklet);
    const node = new AudioWorkletNode(context, "capture", { numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" });
    node.port.onmessage = ({ data }) => onFrame(data);
    source.connect(node);
    return {
      resume: () => context.resume().catch(() => {}),
      close() {
        node.port.onmessage = null;
        source.disconnect();
        context.close().catch(() => {});
      },
    };
  } catch (error) {
    context.close().catch(() => {});
    throw error;
  }
}

/**
 * The browser resamples better than we would; Firefox joins a microphone to a context of the same rate only.
 * @param {MediaStream} stream
 * @returns {[AudioContext, MediaStreamAudioSourceNode]}
 */
function join(stream) {
  const context = new AudioContext({ sampleRate: MIC_RATE });
  try {
    return [context, context.createMediaStreamSource(stream)];
  } catch {
    context.close().catch(() => {});
    const own = new AudioContext();
    return [own, own.createMediaStreamSource(stream)];
  }
}
