// Where an utterance begins and ends, from how likely speech is in each frame.

import assert from "node:assert/strict";
import { test } from "node:test";

import { FRAME_MS } from "../../static/js/voice/live/capture.js";
import { createEndpointing } from "../../static/js/voice/live/endpointing.js";
import { each } from "./examples.mjs";

const SETTINGS = { positive: 0.5, negative: 0.35, min_speech_ms: 250, pre_roll_ms: 500, soft_end_ms: 200, commit_ms: 500, max_commit_ms: 2500 };

const frames = (ms) => Math.round(ms / FRAME_MS);
const speech = (ms) => new Array(frames(ms)).fill(0.9);
const silence = (ms) => new Array(frames(ms)).fill(0.05);
const words = (told) => told.filter((one) => typeof one === "string");

/** Events as they came; a number is a frame of the utterance, by its place in what came in. */
function events(probabilities, { hypothesis = "", finishes = false } = {}) {
  const told = [];
  const endpointing = createEndpointing({
    settings: () => SETTINGS,
    onEvent: (event) => told.push(event),
    onFrame: (frame) => told.push(frame[0]),
  });
  for (const [i, probability] of probabilities.entries()) {
    endpointing.take(probability, Float32Array.of(i));
    if (hypothesis) endpointing.suppose(hypothesis);
  }
  if (finishes) endpointing.finish();
  return told;
}

test("an utterance comes with what was before it", () => {
  const told = events([...silence(2000), ...speech(1000), ...silence(600)]);

  const sound = told.filter((one) => typeof one === "number");
  assert.deepEqual(words(told), ["start", "soft_end", "end"]);
  assert.equal(frames(2000) - sound[0], frames(500) - 1);
  assert.deepEqual(sound, sound.map((_, i) => sound[0] + i)); // nothing is missing, nothing comes twice
  assert.ok(told.indexOf("soft_end") < told.indexOf("end"));
});

test("an end by hand takes what was said and no click", () => {
  assert.deepEqual(words(events(speech(600), { finishes: true })), ["start", "end"]);
  assert.deepEqual(words(events(speech(130), { finishes: true })), ["start", "cancel"]);
  assert.deepEqual(events(speech(64), { finishes: true }), []);
});

test("a pause in a sentence does not end it", () => {
  const told = events([...speech(600), ...silence(300), ...speech(600), ...silence(600)]);

  assert.deepEqual(words(told), ["start", "soft_end", "resume", "soft_end", "end"]);
});

test("a short sound is no utterance", () => {
  assert.deepEqual(words(events([...silence(500), ...speech(130), ...silence(700)])), ["start", "cancel"]);
});

test("a click is nothing", () => {
  assert.deepEqual(events([...silence(500), ...speech(64), ...silence(700)]), []);
});

const UNFINISHED = [
  "I would like two lamps and", "My number is 0 4 1", "Well,", "Ich möchte und", "Das wäre ähm", "It stands in",
  "I need it when", "This is for my", "Call 555-", "oh four one", "Hmm…", "Ich brauche das für", "C'est pour les",
  "Necesito una lámpara con", "My number is", "my e mail address is...", "Meine Nummer ist", "Mon numéro est",
  "We are open until", "Can you tell me whether", "It is 40 euros per", "Wir brauchen sie bis", "Meine Nummer ist null drei",
  "Ich wollte wissen, ob", "Wir suchen etwas zum", "C'est zéro six", "Je cherche une lampe sans", "Mi número es nueve uno",
  "Busco una lámpara sin", "Es para nuestro",
];
for (const hypothesis of UNFINISHED) {
  test(`words that promise more are waited for: ${hypothesis}`, () => {
    const spoken = [...speech(1000), ...silence(900)];

    assert.deepEqual(words(events(spoken)), ["start", "soft_end", "end"]);
    assert.deepEqual(words(events(spoken, { hypothesis })), ["start", "soft_end"]);
    assert.deepEqual(words(events([...spoken, ...silence(500)], { hypothesis })), ["start", "soft_end", "end"]);
  });
}

const FINISHED = [
  "I would like two lamps.", "Do you deliver?", "Thank you", "The lamp is broken", "Das ist alles", "That is how it is.",
  "Wie ist Ihr Name?", "C'est tout", "Nada más", "Ja, im Juni", "I asked her", "Yes, I am",
];
for (const hypothesis of FINISHED) {
  test(`finished words are not waited for: ${hypothesis}`, () => {
    assert.deepEqual(words(events([...speech(1000), ...silence(900)], { hypothesis })), ["start", "soft_end", "end"]);
  });
}

test("whatever is heard, an utterance is opened and closed in turn", () => {
  const after = {
    nothing: ["start"],
    start: ["soft_end", "cancel", "end"],
    soft_end: ["resume", "end"],
    resume: ["soft_end", "cancel", "end"],
    end: ["start"],
    cancel: ["start"],
  };
  const met = new Set();
  // Runs of frames that are alike, as speech is; where each frame is drawn alone, hardly anything is long enough to count.
  const make = (any) =>
    any.list(20, () => new Array(any.integer(1, 20)).fill(any.number(0, 1, [SETTINGS.positive, SETTINGS.negative]))).flat();

  each(500, make, (probabilities) => {
    const told = words(events([...probabilities, ...silence(3000)]));

    let before = "nothing";
    for (const now of told) {
      assert.ok(after[before].includes(now), `${now} after ${before}`);
      met.add(now);
      before = now;
    }
    assert.ok(!told.length || ["end", "cancel"].includes(before));
  });
  assert.deepEqual([...met].sort(), ["cancel", "end", "resume", "soft_end", "start"]); // the examples are worth something
});
