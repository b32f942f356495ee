// A spoken answer: fetched as it is made, played as it comes, with the clause one hears marked in a line above the composer.

import { word } from "../../lib/words.js";
import { leaveFloor, takeFloor } from "../playing.js";
import { ready } from "../sound.js";
import { createCaptions } from "./captions.js";
import { CLAUSE, END, PCM, createFrameReader, createSampleReader, jsonOf } from "./frames.js";
import { createPlayback } from "./playback.js";

const TYPE = "application/vnd.salesagent.speech";
const SILENT_MS = 45_000; // nothing comes: longer than any model may take for its first word
const MAX_DURATION_S = 1200; // of one answer, in seconds of sound: the most a page takes in
const CAPTION_MS = 50;

/**
 * @param {object} options
 * @param {ReturnType<import("../../chat/session.js").createSession>} options.session
 * @param {ReturnType<import("../../chat/status.js").createStatus>} options.status
 */
export function createSpeech({ session, status }) {
  const { panel } = session;
  const captions = createCaptions(panel);
  let current = ""; // id of the answer that is being spoken
  let end = () => {};

  /** @param {string} id of the answer; whatever is spoken stops */
  async function speak(id) {
    end();
    captions.clear();
    const leaving = new AbortController();
    /** @type {ReturnType<typeof createPlayback> | null} */
    let playback = null;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    let following;

    /** @param {string} [notice] */
    function over(notice = "") {
      if (leaving.signal.aborted) return;
      leaving.abort();
      clearInterval(following);
      playback?.stop();
      leaveFloor(stop);
      current = "";
      end = () => {};
      mark();
      captions.hide(notice);
      if (notice) status.whisper(notice);
    }
    const stop = () => over();
    end = stop;
    current = id;
    takeFloor(stop);
    mark();
    captions.prepare();

    const sound = await ready();
    if (leaving.signal.aborted) return;
    if (!sound) return over(word("soundHeldBack"));
    playback = createPlayback(sound.context, sound.output);
    following = setInterval(() => playback?.hasBegun && captions.follow(playback.heardMs), CAPTION_MS);
    const isWhole = await receive(id, playback, leaving.signal);
    if (leaving.signal.aborted) return;
    playback.complete();
    await playback.over;
    over(isWhole ? "" : word("noSound"));
  }

  /**
   * Takes in the stream to its end. False when it broke off, or the server has no sound.
   * @param {string} id
   * @param {ReturnType<typeof createPlayback>} playback
   * @param {AbortSignal} leaving
   */
  async function receive(id, playback, leaving) {
    const quiet = new AbortController();
    let patience = setTimeout(() => quiet.abort(), SILENT_MS);
    try {
      const signal = AbortSignal.any([leaving, quiet.signal]);
      const response = await fetch(session.speechUrl(id), { headers: { ...session.headers, Accept: TYPE }, signal });
      if (!response.ok || !response.body || !response.headers.get("Content-Type")?.startsWith(TYPE)) return false;
      const frames = createFrameReader();
      const samplesOf = createSampleReader();
      const body = response.body.getReader();
      for (let takenBytes = 0; takenBytes < MAX_DURATION_S * 48_000; ) {
        const { done, value } = await body.read();
        if (done) return false; // without the frame that ends it
        clearTimeout(patience);
        patience = setTimeout(() => quiet.abort(), SILENT_MS);
        takenBytes += value.length;
        for (const frame of frames.push(value)) {
          if (leaving.aborted) return true;
          if (frame.type === PCM) playback.push(samplesOf(frame.payload));
          else if (frame.type === CLAUSE) captions.add(jsonOf(frame));
          else if (frame.type === END) return jsonOf(frame)?.reason !== "unavailable";
        }
      }
      return false;
    } catch {
      return false; // the network, or a stream out of step: what came is played to its end
    } finally {
      clearTimeout(patience);
    }
  }

  /** The Listen button under the answer that is spoken is the one that stops it. */
  function mark() {
    for (const button of panel.querySelectorAll('[data-action="listen"]')) {
      const isOn = button.closest(".message")?.id === `m-${current}`;
      button.toggleAttribute("data-on", isOn);
      button.setAttribute("aria-label", word(isOn ? "stopSpeaking" : "listen"));
      button.setAttribute("title", word(isOn ? "stopSpeaking" : "listen"));
      const icon = button.querySelector("use");
      icon?.setAttribute("href", (icon.getAttribute("href") ?? "").replace(/#.*/, isOn ? "#stop" : "#speaker"));
    }
  }

  panel.addEventListener("chat:finished", mark); // its own bubble has come
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || !current) return;
      event.preventDefault(); // and not the floating panel
      event.stopPropagation();
      end();
    },
    { capture: true },
  );

  return {
    speak,
    /** Id of the answer that is being spoken, or "". */
    get current() {
      return current;
    },
    /** @param {string} id */
    toggle(id) {
      if (current === id) end();
      else speak(id);
    },
  };
}
