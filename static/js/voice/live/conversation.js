// A live conversation: the microphone stays open, the agent listens, answers aloud, and lets itself be interrupted.

import { language, word } from "../../lib/words.js";
import { leaveFloor, takeFloor } from "../playing.js";
import { createBargeIn } from "./barge_in.js";
import { FRAME_MS, capture } from "./capture.js";
import { USUAL, createEndpointing } from "./endpointing.js";
import { createLiveSocket } from "./socket.js";
import { createLiveSpeech } from "./speech.js";
import { createDetector } from "./speech_detector.js";
import { createUtterances } from "./utterances.js";

const SILENT_LEVEL = 0.0001; // a live microphone hisses above this; a muted one gives zeros
const SILENT_MS = 3000;
const TURN_S = 60; // until the server has said what it takes
/** Errors after which the socket closes: what was not stored is said again on the next one, or the close code tells why not. */
const CLOSING = new Set(["restarting", "idle", "too_long", "too_much_audio"]);

/**
 * @param {object} options
 * @param {ReturnType<import("../../chat/session.js").createSession>} options.session
 * @param {ReturnType<import("./view.js").createLiveView>} options.view
 * @param {ReturnType<import("../../chat/status.js").createStatus>} options.status
 * @param {MediaStream} options.stream the open microphone
 * @param {{context: AudioContext, output: AudioNode}} options.sound where to play to
 * @param {() => void} options.onGone the session is not there any more
 * @param {(sentence: string) => void} options.onEnd it is over, and why
 */
export function createConversation({ session, view, status, stream, sound, onGone, onEnd }) {
  const { panel } = session;
  const detector = createDetector(new URL(panel.dataset.vadUrl ?? "", location.href).href);
  let settings = USUAL;
  let turnMs = TURN_S * 1000;
  let uttMs = 0; // of the open utterance
  let isMuted = false;
  let isThinking = false;
  let silentMs = 0;
  let wasIn = false;
  let isOver = false;
  /** @type {Awaited<ReturnType<typeof capture>> | null} */
  let mic = null;

  const speech = createLiveSpeech({
    ...sound,
    captions: view.captions,
    send: (frame) => socket.send(frame),
    onSpeaking: (isSpeaking) => {
      if (isSpeaking) takeFloor(hushed);
      else {
        leaveFloor(hushed);
        bargeIn.over();
        view.captions.clear(); // the log has it all
      }
      isThinking = utterances.isOwed;
      show();
    },
    onHeard: (ms) => bargeIn.learn(ms),
  });
  const bargeIn = createBargeIn(speech, show);
  const utterances = createUtterances({
    send: (frame) => socket.send(frame),
    sendSound: (frame) => socket.sendSound(frame),
    onDropped: () => tell(word("liveDropped")),
  });
  const endpointing = createEndpointing({ settings: () => settings, onEvent: said, onFrame: heard });
  const socket = createLiveSocket({
    path: `${panel.dataset.livePath}?lang=${language ?? ""}`,
    hello: () => ({ session_id: session.id, greet: !wasIn, ...(session.visitor && { visitor: session.visitor }) }),
    onReady: opened,
    onFrame: take,
    onSound: speech.play,
    onLost: () => {
      utterances.lost();
      speech.end();
      status.whisper(word("reconnectingNow"));
      show();
    },
    onEnd: (why) => {
      if (why === "deleted") onGone();
      else onEnd(word(why));
    },
  });

  const hushed = () => speech.interrupt("button"); // something else in the page, or another tab, takes the floor

  function show() {
    if (!socket.isIn) view.show(wasIn ? "reconnecting" : "connecting");
    else if (speech.isSounding) view.show("speaking");
    else if (isMuted) view.show("muted");
    else view.show(isThinking && !endpointing.isOpen ? "thinking" : "listening");
  }

  /** A sentence for eyes and ears. @param {string} sentence */
  function tell(sentence) {
    view.note(sentence);
    status.whisper(sentence);
  }

  // --- the microphone ------------------------------------------------------------------------------------------

  async function listen() {
    const captured = await capture(stream, panel.dataset.captureUrl ?? "", hear);
    if (isOver) return captured.close();
    mic = captured;
    sound.context.addEventListener("statechange", wake);
    document.addEventListener("visibilitychange", wake);
    panel.addEventListener("pointerdown", wake);
    for (const track of stream.getTracks()) track.addEventListener("ended", () => isOver || onEnd(word("liveMicLost")));
    socket.open();
    show();
  }

  const isSounding = () => sound.context.state === "running";

  /** A phone takes sound away for a call, and may give it back after a touch only. */
  async function wake() {
    if (isOver || document.visibilityState !== "visible") return;
    mic?.resume();
    if (isSounding()) return;
    view.note(word("livePaused"));
    await sound.context.resume().catch(() => {});
    if (isSounding()) view.note("");
  }

  /** @param {Float32Array<ArrayBuffer>} frame */
  async function hear(frame) {
    if (isMuted) return view.level(0);
    const loudness = frame.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    view.level(loudness);
    checkSilence(loudness);
    const probability = await detector.probability(frame, speech.isSounding);
    if (isMuted || isOver) return;
    endpointing.take(probability, frame);
    if (uttMs >= turnMs) endpointing.finish();
    else if (endpointing.isOpen && speech.isOn) bargeIn.speech(endpointing.speechMs);
  }

  /** A microphone that is muted by its own switch gives nothing at all. @param {number} loudness */
  function checkSilence(loudness) {
    const wasSilent = silentMs >= SILENT_MS;
    silentMs = loudness > SILENT_LEVEL ? 0 : silentMs + FRAME_MS;
    const isSilent = silentMs >= SILENT_MS;
    if (isSilent && !wasSilent) tell(word("micSilent"));
    else if (!isSilent && wasSilent) view.note("");
  }

  /** A frame of the utterance. @param {Float32Array<ArrayBuffer>} frame */
  function heard(frame) {
    uttMs += FRAME_MS;
    utterances.hear(frame);
  }

  /** @param {import("./endpointing.js").Event} event */
  function said(event) {
    if (event === "start") {
      uttMs = 0;
      utterances.begin();
      view.hear("");
    } else if (event === "end") {
      uttMs = 0;
      utterances.end();
      bargeIn.ended();
      isThinking = true;
    } else if (event === "cancel") {
      uttMs = 0;
      utterances.cancel();
      bargeIn.dismiss();
    } else utterances.tell(event);
    show();
  }

  // --- the server ----------------------------------------------------------------------------------------------

  /** @param {import("./frames.js").Ready} frame */
  function opened(frame) {
    settings = { ...USUAL, ...frame.vad };
    turnMs = (Number(frame.limits?.turn_s) || TURN_S) * 1000;
    wasIn = true;
    utterances.opened();
    isThinking = utterances.isOwed;
    if (isMuted) socket.send({ type: "mute" });
    show();
  }

  /** @param {import("./frames.js").ServerFrame} frame */
  function take(frame) {
    const { type } = frame;
    if (type === "turn.start") begins(frame);
    else if (type === "clause") speech.caption(frame);
    else if (type === "cleared") speech.ended(frame.gen, true);
    else if (type === "turn.end") ends(frame);
    else if (type === "duck") frame.gen === speech.gen && bargeIn.suspect();
    else if (type === "unduck") frame.gen === speech.gen && bargeIn.dismiss();
    else if (type === "transcript.partial") supposed(frame);
    else if (type === "transcript.final") understood(frame);
    else if (type === "transcript.rejected") rejected(frame);
    else if (type === "audio.unavailable") tell(word("noSound"));
    else if (type === "error") failed(frame);
    show();
  }

  /** @param {import("./frames.js").TurnStart} frame */
  function begins(frame) {
    if (frame.utt) utterances.settle(frame.utt); // it is stored
    isThinking = true;
    view.hear("");
    view.note("");
    speech.begin(frame);
    panel.dispatchEvent(new CustomEvent("chat:spoken", { bubbles: true }));
  }

  /** @param {import("./frames.js").TurnEnd} frame */
  function ends({ gen, reason }) {
    speech.ended(gen, reason === "interrupted");
    isThinking = utterances.isOwed;
  }

  /** @param {import("./frames.js").Transcript} frame */
  function supposed({ utt, text }) {
    if (utt !== utterances.latest) return;
    view.hear(text);
    endpointing.suppose(text);
    if (speech.isOn) bargeIn.words(text);
  }

  /** @param {import("./frames.js").Transcript} frame */
  function understood({ text }) {
    view.hear(text);
    isThinking = true;
    if (speech.isOn) speech.interrupt("speech");
  }

  /** @param {import("./frames.js").Rejected} frame */
  function rejected({ utt, message }) {
    settled(utt);
    if (message) tell(message);
  }

  /** Nothing comes of it. @param {number} utt */
  function settled(utt) {
    utterances.settle(utt);
    view.hear("");
    isThinking = utterances.isOwed;
    bargeIn.dismiss();
  }

  /** @param {import("./frames.js").Failure} frame */
  function failed({ code, message, utt }) {
    if (CLOSING.has(code)) return;
    if (code === "unavailable" && utt) return socket.again(); // nothing is stored: it is said again
    if (utt) settled(utt);
    isThinking = utterances.isOwed;
    tell(message);
  }

  return {
    listen,
    interrupt: speech.interrupt,
    toggleMute() {
      endpointing.finish(); // what was said until now counts
      isMuted = !isMuted;
      socket.send({ type: isMuted ? "mute" : "unmute" });
      view.muted(isMuted);
      view.note("");
      status.whisper(word(isMuted ? "liveMuted" : "liveListening"));
      show();
    },
    /** @param {string} text @param {string} clientId under which it is stored */
    say(text, clientId) {
      isThinking = true;
      socket.send({ type: "text", text, client_id: clientId });
      show();
    },
    /** @param {string} id */
    speaks: (id) => id === speech.messageId || isThinking,
    get isSpeaking() {
      return speech.isSounding;
    },
    close() {
      endpointing.finish(); // as above: the server makes a turn of what was said whole
      isOver = true;
      mic?.close();
      sound.context.removeEventListener("statechange", wake);
      document.removeEventListener("visibilitychange", wake);
      panel.removeEventListener("pointerdown", wake);
      leaveFloor(hushed);
      speech.end();
      socket.close();
      utterances.clear();
      detector.close();
    },
  };
}
