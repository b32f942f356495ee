// Who answers: what the page does when a person takes the conversation, and when either side is writing.

import { word } from "../lib/words.js";

const TELL_MS = 3000; // between two signs that the visitor is writing
const WRITES_MS = 6000; // after the last sign that the person is

/**
 * @param {object} parts
 * @param {HTMLElement} parts.panel
 * @param {{write: (text: string) => void}} parts.connection
 * @param {() => void} parts.onPerson a person answers from now on
 * @param {(name: string) => void} parts.showName of the person who answers, "" for nobody
 * @param {(message: string) => void} parts.tell to screen readers
 */
export function createSpeaker({ panel, connection, onPerson, showName, tell }) {
  const field = /** @type {HTMLTextAreaElement} */ (panel.querySelector("#message"));
  const { placeholder } = field;
  let toldAt = 0;
  let number = numberOf();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let fading;

  function bar() {
    return /** @type {HTMLElement | null} */ (panel.querySelector("#speaker"));
  }

  function numberOf() {
    return Number(bar()?.dataset.number ?? 0);
  }

  const isPerson = () => bar()?.dataset.speaker === "staff";

  function showPerson() {
    const name = isPerson() ? (bar()?.dataset.name ?? "") : "";
    field.placeholder = name ? word("writeTo", { name }) : placeholder;
    showName(name);
  }

  showPerson();
  field.addEventListener("input", () => {
    if (!isPerson() || Date.now() - toldAt < TELL_MS) return;
    toldAt = Date.now();
    connection.write('{"type":"typing"}');
  });

  return {
    /** Number of the last change that this page shows. */
    get number() {
      return numberOf();
    },
    /** To be called after each frame. @param {string} html */
    look(html) {
      if (html.includes("message--staff")) panel.querySelector("#speaker-writes")?.replaceChildren();
      const writes = panel.querySelector("#speaker-writes[data-writes]");
      if (writes) {
        writes.removeAttribute("data-writes");
        clearTimeout(fading);
        fading = setTimeout(() => writes.replaceChildren(), WRITES_MS);
      }
      if (numberOf() === number) return;
      number = numberOf();
      tell(bar()?.querySelector(".speaker__text")?.textContent?.trim().replace(/\s+/g, " ") ?? "");
      showPerson();
      if (isPerson()) onPerson();
    },
  };
}
