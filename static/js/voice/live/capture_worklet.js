// Runs on the audio thread: what the microphone hears, as frames of 512 samples at 16 kHz. It imports nothing.

const RATE = 16_000; // Hz
const FRAME = 512; // samples: 32 ms, what voice activity detection works on

class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.frame = new Float32Array(FRAME);
    this.filled = 0;
    this.ratio = sampleRate / RATE; // input samples for one of ours; 1 where the browser resamples for us
    this.sum = 0;
    this.count = 0;
    this.due = this.ratio;
    this.at = 0;
  }

  /** @param {Float32Array[][]} inputs */
  process([channels]) {
    const input = channels?.[0];
    if (!input) return true; // no microphone is connected yet, or not any more
    for (const sample of input) {
      this.sum += sample;
      this.count += 1;
      this.at += 1;
      if (this.at < this.due) continue;
      // The mean of what one of our samples covers: it keeps most of what lies above 8 kHz from folding into speech.
      this.put(this.sum / this.count);
      this.sum = 0;
      this.count = 0;
      this.due += this.ratio;
    }
    if (this.at > 1e9) {
      this.due -= this.at;
      this.at = 0;
    }
    return true;
  }

  /** @param {number} sample */
  put(sample) {
    this.frame[this.filled] = sample;
    this.filled += 1;
    if (this.filled < FRAME) return;
    this.port.postMessage(this.frame, [this.frame.buffer]);
    this.frame = new Float32Array(FRAME);
    this.filled = 0;
  }
}

registerProcessor("capture", Capture);
