// A row of bars that shows how loud the microphone is, newest last.

const LOUD = 0.35; // the level at which a bar is full; speech rarely peaks higher
const STILL_MS = 500; // between two looks of the meter for who asked for no motion

/** @param {HTMLElement} meter gets the bars @param {number} count of them */
export function createLevel(meter, count) {
  const bars = Array.from({ length: count }, () => document.createElement("i"));
  meter.replaceChildren(...bars);
  const isStill = matchMedia("(prefers-reduced-motion: reduce)");
  /** @type {number[]} */
  let levels = [];
  let steadyUntil = 0;

  return {
    clear() {
      levels = [];
      steadyUntil = 0;
    },
    /** @param {number} loudness 0 to 1 @param {number} atMs */
    draw(loudness, atMs) {
      const height = Math.sqrt(Math.min(1, loudness / LOUD)); // ears are not linear
      if (isStill.matches) {
        if (atMs < steadyUntil) return;
        steadyUntil = atMs + STILL_MS;
        levels = bars.map((_, i) => (i / bars.length < height ? 0.6 : 0));
      } else levels = [...levels.slice(1 - bars.length), height];
      for (const [i, one] of bars.entries()) {
        const own = levels[levels.length - bars.length + i] ?? 0;
        one.style.transform = `scaleY(${Math.max(0.12, own)})`;
      }
    },
  };
}
