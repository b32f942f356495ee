// Examples for properties: random, and the same each time.

/** @param {number} seed @returns {() => number} from 0 to 1, 1 not included (mulberry32) */
export function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Calls back for each of `count` examples; what fails says which one it was.
 * @template T
 * @param {number} count
 * @param {(any: Any) => T} make
 * @param {(example: T) => void} check
 */
export function each(count, make, check) {
  for (let seed = 1; seed <= count; seed++) {
    const example = make(new Any(randomFrom(seed)));
    try {
      check(example);
    } catch (error) {
      throw new Error(`example ${seed}: ${JSON.stringify(example)}`, { cause: error });
    }
  }
}

/** Draws what an example is made of. */
class Any {
  /** @param {() => number} random */
  constructor(random) {
    this.random = random;
  }

  /** @param {number} least @param {number} most both included */
  integer(least, most) {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  /** Between the two, and now and then one of them or of `edges`. @param {number} least @param {number} most @param {number[]} edges */
  number(least, most, edges = []) {
    const sharp = [least, most, ...edges];
    return this.random() < 0.2 ? sharp[this.integer(0, sharp.length - 1)] : least + this.random() * (most - least);
  }

  /** @template T @param {number} most how many @param {() => T} make */
  list(most, make) {
    return Array.from({ length: this.integer(0, most) }, make);
  }

  /** @param {number} most how many */
  bytes(most) {
    return Uint8Array.from(this.list(most, () => this.integer(0, 255)));
  }
}
