// Dictation by the browser's own speech recognition: its words go into the field, to be read and corrected before they are sent.

import { language, word } from "../lib/words.js";
import { faultOf } from "./microphone.js";

/** @type {Record<string, string>} what SpeechRecognition calls a fault, and which sentence of ours says it */
const FAULTS = { "not-allowed": "micDenied", "service-not-allowed": "dictationOff", "audio-capture": "micMissing", network: "dictationOff", "language-not-supported": "dictationOff" };

/**
 * @param {object} options
 * @param {HTMLElement} options.panel
 * @param {ReturnType<import("../chat/composer.js").createComposer>} options.composer
 * @param {ReturnType<import("../chat/status.js").createStatus>} options.status
 */
export function createDictation({ panel, composer, status }) {
  const button = /** @type {HTMLElement} */ (panel.querySelector("#dictate"));
  const hint = /** @type {HTMLElement} */ (panel.querySelector("#voice-hint"));
  const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
  /** @type {Recognition | null} */
  let recognition = null;

  function begin() {
    if (!Recognition) return; // then there is no button either
    const own = new Recognition();
    recognition = own;
    own.lang = language ?? "";
    own.continuous = true;
    own.interimResults = true;
    own.onresult = (event) => own === recognition && heard(event);
    own.onerror = ({ error }) => error in FAULTS && composer.complain(word(FAULTS[error] ?? ""));
    own.onend = () => own === recognition && ended();
    try {
      own.start();
    } catch (error) {
      ended();
      composer.complain(word(faultOf(error)));
      return;
    }
    button.setAttribute("aria-pressed", "true");
    composer.complain("");
    hint.dataset.tone = "";
    hint.textContent = word("dictating");
    status.whisper(word("dictating"));
  }

  /** @param {SpeechRecognitionEvent} event */
  function heard(event) {
    let guess = "";
    for (const result of [...event.results].slice(event.resultIndex)) {
      const said = result[0]?.transcript ?? "";
      if (result.isFinal) composer.insert(said.trim());
      else guess += said;
    }
    hint.textContent = guess.trim() || word("dictating"); // no live region: a guess changes with every word
  }

  function ended() {
    if (recognition) status.whisper(word("dictationEnded"));
    recognition = null;
    button.setAttribute("aria-pressed", "false");
    hint.textContent = "";
  }

  function stop() {
    recognition?.stop(); // what was said so far still comes
  }

  panel.addEventListener("chat:said", () => {
    recognition?.abort();
  });
  addEventListener("pagehide", () => recognition?.abort());
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || !recognition) return;
      event.preventDefault();
      event.stopPropagation();
      stop();
    },
    { capture: true },
  );

  return {
    toggle() {
      if (recognition) stop();
      else begin();
    },
  };
}
