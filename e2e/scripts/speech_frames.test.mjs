// The frames of a spoken answer, out of bytes that were cut anywhere.

import assert from "node:assert/strict";
import { test } from "node:test";

import { PCM, createFrameReader, createSampleReader } from "../../static/js/voice/speech/frames.js";
import { each } from "./examples.mjs";

/** The bytes of one frame. */
function frame(type, payload) {
  const bytes = new Uint8Array(5 + payload.length);
  bytes[0] = type;
  new DataView(bytes.buffer).setUint32(1, payload.length);
  bytes.set(payload, 5);
  return [...bytes];
}

/** What a page makes of the pieces of a stream. */
function read(chunks) {
  const [reader, samplesOf] = [createFrameReader(), createSampleReader()];
  const found = chunks.flatMap((chunk) => reader.push(chunk));
  const samples = found.filter(({ type }) => type === PCM).flatMap(({ payload }) => [...samplesOf(payload)]);
  return { found: found.map(({ type, payload }) => [type, [...payload]]), samples, isWhole: reader.isWhole };
}

test("frames come out whole wherever the stream was cut", () => {
  const make = (any) => ({
    frames: any.list(8, () => [any.integer(1, 3), [...any.bytes(40)]]),
    cuts: any.list(20, () => any.integer(0, 400)),
  });

  each(300, make, ({ frames, cuts }) => {
    const stream = Uint8Array.from(frames.flatMap(([type, payload]) => frame(type, payload)));
    const edges = [0, ...cuts.filter((cut) => cut < stream.length).sort((one, other) => one - other), stream.length];

    const { found, samples, isWhole } = read(edges.slice(1).map((edge, i) => stream.slice(edges[i], edge)));

    const sound = Uint8Array.from(frames.filter(([type]) => type === PCM).flatMap(([, payload]) => payload));
    const view = new DataView(sound.buffer);
    assert.deepEqual(found, frames);
    assert.deepEqual(samples, Array.from({ length: sound.length >> 1 }, (_, i) => view.getInt16(2 * i, true) / 32_768));
    assert.ok(isWhole);
  });
});

test("a stream that ends within a frame is not whole", () => {
  const cut = Uint8Array.from(frame(PCM, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).slice(0, 10);

  const { found, isWhole } = read([cut]);

  assert.deepEqual(found, []);
  assert.equal(isWhole, false);
});
