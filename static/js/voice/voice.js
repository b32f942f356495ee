// Voice, as much of it as every page needs: the buttons, and the tap that opens microphone and sound. The rest comes on first use.

import { answerIn } from "../chat/frames.js";
import { recall, remember } from "../lib/storage.js";
import { word } from "../lib/words.js";
import { forgetOld, forgetRecordings, keptIn } from "./message/kept_recordings.js";
import { coolMicrophone, openMicrophone } from "./microphone.js";
import { hush } from "./playing.js";
import { watchPress } from "./press.js";
import { unlock } from "./sound.js";

/** @param {import("./message/voice_message.js").Parts} parts */
export function createVoice(parts) {
  const { session, composer, outbox, status } = parts;
  const { panel } = session;
  const mic = /** @type {HTMLButtonElement | null} */ (panel.querySelector("#mic"));
  const replies = /** @type {HTMLButtonElement | null} */ (panel.querySelector("#voice-replies"));
  const dictate = /** @type {HTMLButtonElement | null} */ (panel.querySelector("#dictate"));
  const talk = /** @type {HTMLButtonElement | null} */ (panel.querySelector("#live-start"));
  let spokenId = ""; // the last answer that is read by itself
  let isSpoken = false; // how the visitor wrote last: aloud, or by hand
  /** @type {ReturnType<import("./message/voice_message.js").createVoiceMessage> | null} */
  let message = null;
  /** @type {ReturnType<import("./speech/speech.js").createSpeech> | null} */
  let speech = null;
  /** @type {ReturnType<import("./live/live.js").createLive> | null} */
  let live = null;

  const loadMessage = once(async () => {
    const { createVoiceMessage } = await import("./message/voice_message.js");
    message = createVoiceMessage({ ...parts, onState: showMic, onSpoken: (id) => answered(id, true) });
    return message;
  });
  const loadSpeech = once(async () => (speech = (await import("./speech/speech.js")).createSpeech({ session, status })));
  const loadLive = once(async () => {
    const { createLive } = await import("./live/live.js");
    live = createLive({ session, composer, status, begun, onGone: parts.onGone, onEnd: showReplies });
    return live;
  });
  const loadDictation = once(async () => (await import("./dictation.js")).createDictation({ panel, composer, status }));

  // --- recording -----------------------------------------------------------------------------------------------

  let state = "idle";

  /** @param {string} next */
  function showMic(next) {
    state = next;
    if (!mic) return;
    mic.dataset.state = next;
    mic.ariaDisabled = next === "sending" || next === "transcribing" ? "true" : null;
    const label = mic.querySelector(".visually-hidden");
    if (label) label.textContent = word(next === "listening" || next === "opening" ? "recordEnd" : "record");
    if (next === "sending") isSpoken = true;
    showReplies();
  }

  /** The microphone is asked for in the tap itself; the rest of the code may come while the visitor is asked. */
  function begin() {
    hush();
    unlock();
    if (message?.isKept) return message.remind(); // first what becomes of the last one
    showMic("opening");
    const opening = openMicrophone();
    opening.catch(() => {}); // said by whoever waits for it
    then(loadMessage(), (loaded) => loaded.begin(opening));
  }

  if (mic) {
    watchPress(mic, {
      isOn: () => state === "opening" || state === "listening",
      isOpen: () => state === "listening",
      begin,
      held: (isHeld) => then(loadMessage(), (loaded) => loaded.held(isHeld)),
      away: (isAway) => then(loadMessage(), (loaded) => loaded.away(isAway)),
      finish: () => {
        unlock(); // on a phone only the end of a touch counts as one
        then(loadMessage(), (loaded) => loaded.finish());
      },
      cancel: () => then(loadMessage(), (loaded) => loaded.cancel()),
    });
  }

  const away = /** @type {HTMLElement | null} */ (panel.querySelector("#mic-away")); // nobody can listen just now
  away?.addEventListener("click", () => composer.complain(away.title));

  // --- a live conversation -------------------------------------------------------------------------------------

  /** The conversation there is, begun if need be: its visitor is known by a cookie, which a socket cannot set. */
  async function begun() {
    let why = "";
    await outbox.between(async () => {
      if (session.id) return; // meanwhile, by what was typed
      const { scope } = session;
      const answer = await session.begin();
      if (answer.outcome === "done" && answer.session) outbox.begin(scope, answer.session, "");
      else why = answer.detail ?? word("voiceNotLoaded");
    });
    outbox.flush(); // what was written meanwhile
    return why;
  }

  talk?.addEventListener("click", () => {
    hush();
    unlock();
    const opening = openMicrophone();
    opening.catch(() => {}); // said by whoever waits for it
    then(loadLive(), (loaded) => loaded.start(opening));
  });

  // --- answers aloud -------------------------------------------------------------------------------------------

  /** By default an answer is spoken to who spoke; the switch, once used, holds for all. */
  function isAloud() {
    const chosen = recall("voiceReplies");
    return replies !== null && (typeof chosen === "boolean" ? chosen : isSpoken || state === "listening");
  }

  function showReplies() {
    replies?.setAttribute("aria-checked", String(isAloud()));
  }

  /** @param {string} id of an answer that has been asked for here @param {boolean} spoken */
  function answered(id, spoken) {
    isSpoken = spoken;
    showReplies();
    spokenId = isAloud() ? id : "";
    if (spokenId) then(loadSpeech(), (loaded) => loaded.speak(id));
  }

  replies?.addEventListener("click", () => {
    unlock();
    const next = !isAloud();
    remember("voiceReplies", next);
    if (!next) hush();
    showReplies();
  });

  panel.addEventListener("click", (event) => {
    const button = /** @type {Element} */ (event.target).closest("button[data-action]");
    const action = button?.getAttribute("data-action");
    if (action === "listen" && button) {
      unlock();
      const stored = /** @type {HTMLElement | null} */ (button.closest(".message")?.querySelector(".player__play"));
      if (stored) return stored.click();
      const id = button.closest(".message")?.id.slice("m-".length) ?? "";
      then(loadSpeech(), (loaded) => loaded.toggle(id));
    } else if (action === "stop" || action === "retry" || action === "resend" || action === "stop-speaking") hush();
  });
  panel.addEventListener("chat:said", () => {
    hush();
    if (isAloud()) unlock();
  });

  // --- dictation -----------------------------------------------------------------------------------------------

  if (dictate && ("SpeechRecognition" in window || "webkitSpeechRecognition" in window)) {
    dictate.hidden = false;
    dictate.addEventListener("click", () => {
      hush();
      then(loadDictation(), (loaded) => loaded.toggle());
    });
  }

  /**
   * @template T
   * @param {Promise<T>} loading
   * @param {(loaded: T) => unknown} act
   */
  function then(loading, act) {
    loading.then(act, () => {
      coolMicrophone();
      showMic("idle");
      status.fail(word("voiceNotLoaded"));
    });
  }

  showReplies();
  forgetOld();
  if (mic && keptIn(session.scope).length) then(loadMessage(), (loaded) => loaded.restore());

  return {
    /** The server has a message of this id, as it said over the socket. @param {string} clientId */
    confirm: (clientId) => message?.confirm(clientId),
    /** What was typed is stored, and this is its answer. @param {import("../chat/outbox.js").Entry} entry @param {string} html */
    typed(entry, html) {
      if (live?.isOn) return live.say(entry.content, entry.client_id);
      const id = answerIn(html);
      if (id) answered(id, false);
    },
    /** Whether this answer is heard, or will be in a moment. @param {string} id */
    speaks: (id) => live?.speaks(id) || id === spokenId || id === speech?.current || (isAloud() && (state === "sending" || state === "transcribing")),
    /** The conversation cannot go on. */
    end() {
      hush();
      message?.cancel();
      if (session.id) forgetRecordings(session.scope); // without one it is the agent that is away, and may come back
      if (live?.isOn) live.end();
    },
  };
}

/**
 * Loads at the first call; after a failure, at the next one again.
 * @template T
 * @param {() => Promise<T>} load
 */
function once(load) {
  /** @type {Promise<T> | undefined} */
  let loading;
  return () => {
    loading ??= load().catch((error) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
}
