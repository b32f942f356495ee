// A spoken message, from the tap to the server's answer: opening, listening, sending, transcribing; and what is kept when that fails.

import { answerIn } from "../../chat/frames.js";
import { newClientId } from "../../chat/outbox.js";
import { uploadWith } from "../../chat/upload.js";
import { word } from "../../lib/words.js";
import { coolMicrophone, faultOf } from "../microphone.js";
import { takeFloor } from "../playing.js";
import { forgetRecording, keepRecording, keptRecording, moveRecording } from "./kept_recordings.js";
import { fileName, record } from "./recorder.js";
import { createRecordingView } from "./recording_view.js";

const SHORTEST_MS = 400; // a slip of the finger: no word is that short
const SAID_AT_S = new Set([20, 10]); // seconds before the end that a screen reader says
const USUAL_MAX_S = 120;

/**
 * @typedef {object} Parts
 * @property {ReturnType<import("../../chat/session.js").createSession>} session
 * @property {ReturnType<import("../../chat/composer.js").createComposer>} composer
 * @property {ReturnType<import("../../chat/log.js").createLog>} log
 * @property {ReturnType<import("../../chat/outbox.js").createOutbox>} outbox
 * @property {ReturnType<import("../../chat/frames.js").createFrames>} frames
 * @property {ReturnType<import("../../chat/status.js").createStatus>} status
 * @property {() => void} onGone
 */

/** @typedef {"idle" | "opening" | "listening" | "sending" | "transcribing"} State */

/**
 * @param {Parts & {onState: (state: State) => void, onSpoken: (answerId: string) => void}} parts
 */
export function createVoiceMessage({ session, composer, log, outbox, frames, status, onGone, onState, onSpoken }) {
  const { panel } = session;
  const view = createRecordingView(panel);
  /** @type {State} */
  let state = "idle";
  /** @type {ReturnType<typeof record> | null} */
  let recording = null;
  /** @type {import("./kept_recordings.js").Message | null} what is to be sent */
  let kept = null;
  let keptScope = ""; // under which it lies in this browser
  /** @type {Promise<unknown>} one after the other: what is forgotten must have been kept */
  let storing = Promise.resolve();
  /** @type {AbortController | null} */
  let sending = null;
  let turn = 0; // of begin and cancel: a microphone that opens too late is not used
  let isHeld = false;
  let isSilent = false;

  const maxS = () => Number(panel.dataset.voiceMaxS) || USUAL_MAX_S;
  const maxBytes = () => Number(panel.dataset.voiceMaxBytes) || Number.POSITIVE_INFINITY;

  /** @param {State} next */
  function show(next) {
    if (next === state) return;
    state = next;
    view.show(next);
    composer.setRecording(next === "listening");
    if (next !== "idle" && next !== "opening") status.whisper(word(next));
    onState(next);
  }

  /** @param {string} sentence */
  function refuse(sentence) {
    hold(null);
    show("idle");
    onState("idle"); // also when it never was anything else
    composer.complain(sentence);
  }

  // --- listening -----------------------------------------------------------------------------------------------

  /** @param {Promise<MediaStream>} opening */
  async function begin(opening) {
    const own = ++turn;
    composer.complain("");
    show("opening");
    session.getReady();
    takeFloor(() => {}); // whatever plays in another tab would be heard here
    try {
      const stream = await opening;
      if (own !== turn) return coolMicrophone();
      listen(stream);
    } catch (error) {
      if (own === turn) refuse(word(faultOf(error)));
    }
  }

  /** @param {MediaStream} stream */
  function listen(stream) {
    const limitS = maxS();
    isSilent = false;
    recording = record(stream, {
      maxS: limitS,
      onStart: () => {
        show("listening");
        showHint();
      },
      onLevel: (level, elapsedMs) => countdown(view.tick(level, elapsedMs, limitS)),
      onSilent: (isSilentNow) => {
        isSilent = isSilentNow;
        if (isSilent) status.whisper(word("micSilent"));
        showHint();
      },
      onEnd: recorded,
    });
  }

  let saidS = 0;

  /** @param {number | null} leftS */
  function countdown(leftS) {
    if (leftS === saidS || leftS === null) return;
    saidS = leftS;
    if (SAID_AT_S.has(leftS)) status.whisper(word("secondsLeft", { n: leftS }));
  }

  function showHint() {
    if (state !== "listening") return;
    if (isSilent) view.hint(word("micSilent"), "waiting");
    else view.hint(word(isHeld ? "holdHint" : matchMedia("(pointer: coarse)").matches ? "tapHint" : "pressHint"));
  }

  /** @param {import("./recorder.js").Recording | null} made */
  function recorded(made) {
    recording = null;
    coolMicrophone();
    if (!made) return refuse(word("micUnsupported"));
    if (made.durationMs < SHORTEST_MS) return refuse(word("tooShort"));
    if (made.blob.size > maxBytes()) return refuse(word("tooLarge"));
    const audio = new File([made.blob], fileName(made.blob.type), { type: made.blob.type });
    hold({ audio, client_id: newClientId() });
    if (made.isLost) keep(word("micLost"), word("voiceSend"));
    else send();
  }

  /** What is to be sent from now on, also after a reload. @param {import("./kept_recordings.js").Message | null} message */
  function hold(message) {
    const [last, lastScope] = [kept, keptScope];
    [kept, keptScope] = [message, session.scope];
    storing = storing
      .then(() => last && forgetRecording(lastScope, last.client_id))
      .then(() => message && keepRecording(session.scope, message))
      .catch(() => {}); // a browser that keeps nothing still sends it
  }

  function cancel() {
    if (state !== "idle") hold(null);
    leave();
  }

  /** Without forgetting what is to be sent. */
  function leave() {
    turn += 1;
    recording?.cancel();
    if (recording) coolMicrophone();
    recording = null;
    sending?.abort();
    sending = null;
    if (state === "opening" || state === "listening") status.whisper(word("recordCancelled"));
    show("idle");
  }

  // --- sending -------------------------------------------------------------------------------------------------

  async function send() {
    if (!kept || sending) return;
    const message = kept;
    const stop = new AbortController();
    sending = stop;
    composer.complain("");
    view.letGo();
    show("sending");
    log.toEnd();
    panel.dispatchEvent(new CustomEvent("chat:said", { bubbles: true }));
    const transport = uploadWith({
      signal: stop.signal,
      onProgress: (ratio) => {
        if (ratio < 1) view.progress(ratio);
        else show("transcribing");
      },
    });
    await outbox.between(async () => {
      const scope = session.scope;
      const answer = await session.sayAloud(message, transport);
      if (sending === stop) sending = null;
      if (answer.outcome === "done" && answer.session) outbox.begin(scope, answer.session, message.client_id);
      if (kept === message) settle(answer);
    });
    outbox.flush(); // what was written meanwhile
  }

  /** @param {import("../../chat/session.js").Answer} answer */
  function settle(answer) {
    if (answer.outcome === "done") {
      hold(null);
      show("idle");
      frames.apply(answer.html ?? "", { restart: false });
      status.calm();
      onSpoken(answerIn(answer.html ?? ""));
    } else if (answer.outcome === "refused") refuse(answer.detail ?? word("voiceRefused"));
    else if (answer.outcome === "gone") {
      refuse("");
      onGone();
    } else keep(answer.detail ?? word("voiceKept"), word("voiceAgain"));
  }

  /** @param {string} sentence @param {string} verb */
  function keep(sentence, verb) {
    show("idle");
    view.keep(sentence, verb);
    status.whisper(sentence);
  }

  function discard() {
    hold(null);
    view.letGo();
  }

  view.again.addEventListener("click", send);
  view.discard.addEventListener("click", discard);
  view.cancel.addEventListener("click", cancel);
  // Before the composer's own listener, and before the floating panel's: while it listens, Send and Esc mean the recording.
  panel.addEventListener(
    "submit",
    (event) => {
      if (state === "idle" || /** @type {Element} */ (event.target).id !== "composer") return;
      event.preventDefault();
      event.stopPropagation();
      recording?.finish();
    },
    { capture: true },
  );
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || state === "idle") return;
      event.preventDefault();
      event.stopPropagation();
      if (state !== "transcribing") cancel();
    },
    { capture: true },
  );
  addEventListener("pagehide", leave);
  panel.addEventListener("chat:begun", () => {
    if (kept) storing = storing.then(() => kept && moveRecording(keptScope, (keptScope = session.scope), kept.client_id));
  });

  return {
    begin,
    cancel,
    finish: () => (recording ? recording.finish() : cancel()),
    /** @param {boolean} now */
    held(now) {
      isHeld = now;
      showHint();
    },
    /** @param {boolean} now */
    away(now) {
      if (now && state === "listening") view.hint(word("releaseToCancel"), "waiting");
      else showHint();
    },
    get isKept() {
      return kept !== null && sending === null && state === "idle";
    },
    /** What an earlier visit could not send. */
    async restore() {
      const left = await keptRecording(session.scope).catch(() => null);
      if (!left || kept || state !== "idle") return;
      [kept, keptScope] = [left, session.scope];
      if (log.element.querySelector(`[data-client-id="${CSS.escape(left.client_id)}"]`)) return hold(null); // it has arrived
      keep(word("voiceKept"), word("voiceAgain"));
    },
    /** Another recording is wanted, and the last one still lies here. */
    remind() {
      setTimeout(() => view.again.focus()); // after the press itself has taken the focus
      status.whisper(word("voiceKept"));
    },
    /** It has arrived after all: its answer was lost on the way. @param {string} clientId */
    confirm(clientId) {
      if (kept?.client_id === clientId && !sending) discard();
    },
  };
}
