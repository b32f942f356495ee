// What a visitor says on its way to the server: kept until it is understood, said again on a new socket, paced.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createUtterances } from "../../static/js/voice/live/utterances.js";

const HEAD_BYTES = 8;

/** Runs the steps, and gives what was sent: a number for each frame of sound, the others as they are. */
function sentBy(steps) {
  const sent = [];
  const own = createUtterances({
    send: (frame) => sent.push(frame),
    sendSound: (sound) => sent.push(new DataView(sound).getInt16(HEAD_BYTES, true)),
    onDropped: () => sent.push("dropped"),
  });
  for (const [what, value] of steps) {
    if (what === "hear") own.hear(Float32Array.of(value / 32_767));
    else if (what === "mark") sent.push(value);
    else own[what](value);
  }
  own.clear(); // nothing is to be sent later
  return sent;
}

const short = (sent) => sent.map((one) => (typeof one === "object" ? [one.type, one.utt] : one));

test("what nobody answered for is said again on a new socket", () => {
  const sent = short(
    sentBy([
      ["opened"],
      ["begin"], ["hear", 1], ["hear", 2], ["end"],
      ["settle", 1],
      ["begin"], ["hear", 3],
      ["lost"],
      ["hear", 4], ["end"],
      ["mark", "new"],
      ["opened"],
    ]),
  );

  const at = sent.indexOf("new");
  assert.deepEqual(sent.slice(0, at), [["speech.start", 1], 1, 2, ["speech.end", 1], ["speech.start", 2], 3]);
  assert.deepEqual(sent.slice(at + 1), [["speech.start", 1], 3, 4, ["speech.end", 1]]);
});

test("an utterance keeps its name", () => {
  const sent = sentBy([["opened"], ["begin"], ["end"], ["lost"], ["begin"], ["end"], ["opened"]]);

  const names = sent.map((frame) => frame.client_id).filter(Boolean);
  assert.equal(names.length, 3);
  assert.equal(names[0], names[1]);
  assert.notEqual(names[1], names[2]);
});

test("what does not fit is not dropped in silence", () => {
  const sixTimes = Array.from({ length: 6 }, () => [["begin"], ["end"]]).flat();

  assert.deepEqual(sentBy(sixTimes), ["dropped"]);
});

test("sound is sent no faster than the server takes it", () => {
  const heard = new Array(600).fill(["hear", 1]); // 19 s, all at once

  const sent = sentBy([["begin"], ...heard, ["opened"]]);

  const frames = sent.length - 1;
  assert.ok(270 <= frames && frames <= 300, `${frames} frames`); // nine seconds are 281
});
