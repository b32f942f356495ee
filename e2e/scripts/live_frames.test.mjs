// The binary frames of voice.v1: what the microphone hears, and what the agent says.

import assert from "node:assert/strict";
import { test } from "node:test";

import { packed, unpacked } from "../../static/js/voice/live/frames.js";
import { each } from "./examples.mjs";

const HEAD_BYTES = 8;

test("the microphone's frames are those of the protocol", () => {
  const make = (any) => ({ samples: any.list(20, () => Math.fround(any.number(-2, 2, [-1, 0, 1]))), ms: any.number(0, 2 ** 32 - 1) >>> 0 });

  each(300, make, ({ samples, ms }) => {
    const view = new DataView(packed(Float32Array.from(samples), ms));

    assert.deepEqual([view.getUint8(0), view.getUint8(1), view.getUint16(2), view.getUint32(4)], [1, 0, 0, ms]);
    assert.equal(view.byteLength, HEAD_BYTES + 2 * samples.length);
    for (const [i, sample] of samples.entries()) {
      const expected = Math.max(-1, Math.min(1, sample)) * 32_767;
      assert.ok(Math.abs(view.getInt16(HEAD_BYTES + 2 * i, true) - expected) <= 1);
    }
  });
});

test("any bytes are sound of the agent or nothing", () => {
  const kinds = new Set();
  const make = (any) => {
    const data = any.bytes(40);
    if (data.length && any.random() < 0.7) data[0] = any.integer(1, 3);
    return [...data];
  };

  each(500, make, (data) => {
    const bytes = Uint8Array.from(data);
    const sound = unpacked(bytes.buffer);

    const isSound = data.length >= HEAD_BYTES && data[0] === 2;
    kinds.add(isSound);
    assert.equal(sound !== null, isSound);
    if (!sound) return;
    const view = new DataView(bytes.buffer);
    assert.deepEqual([sound.gen, sound.ms, sound.isLast], [view.getUint16(2), view.getUint32(4), Boolean(view.getUint8(1) & 2)]);
    const count = (data.length - HEAD_BYTES) >> 1;
    assert.deepEqual([...sound.samples], Array.from({ length: count }, (_, i) => view.getInt16(HEAD_BYTES + 2 * i, true) / 32_768));
  });
  assert.equal(kinds.size, 2); // the examples have both
});
