// Whether an answer helped, and what was wrong with it. Kept in this browser until the server has it, and sent once.

import { recall, recallAll, remember } from "../lib/storage.js";
import { word } from "../lib/words.js";

const TRY_AGAIN_S = 5;

/** @typedef {"" | "up" | "down"} Value "" takes it back */
/** @typedef {{id: string, address: string, value: Value, before: Value, at: number, words?: string}} Entry What was said of an answer. */

/**
 * @param {object} parts
 * @param {ReturnType<import("./session.js").createSession>} parts.session
 * @param {ReturnType<import("./frames.js").createFrames>} parts.frames
 * @param {ReturnType<import("./outbox.js").createOutbox>} parts.outbox
 * @param {ReturnType<import("./status.js").createStatus>} parts.status
 */
export function createFeedback({ session, frames, outbox, status }) {
  const { panel } = session;
  let isBusy = false;
  let asked = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;

  const folder = () => `feedback:${session.id}:`;
  const entries = () => /** @type {Entry[]} */ (recallAll(folder())).sort((one, other) => one.at - other.at);
  const placeOf = (/** @type {string} */ id) => document.getElementById(`feedback-${id}`);

  /** Shows what may not be on the server yet; marked, so that nothing older takes its place. @param {string} id @param {Value} value */
  function show(id, value) {
    const place = placeOf(id);
    place?.setAttribute("data-on", "");
    for (const button of place?.querySelectorAll("[data-action=rate]") ?? []) {
      button.setAttribute("aria-pressed", String(/** @type {HTMLElement} */ (button).dataset.value === value));
    }
  }

  /** @param {Element} within a part of what stands under an answer @param {Value} value @param {string} [words] */
  function give(within, value, words) {
    const place = within.closest(".feedback");
    if (!place) return;
    const id = place.id.slice("feedback-".length);
    const address = place.querySelector("form")?.getAttribute("action") ?? "";
    const pressed = place.querySelector("[aria-pressed=true]");
    const known = /** @type {Entry | null} */ (recall(folder() + id));
    const before = known?.before ?? /** @type {Value} */ (pressed?.getAttribute("data-value") ?? "");
    remember(folder() + id, { id, address, value, before, at: Date.now(), ...(words !== undefined && { words }) });
    show(id, value);
    if (navigator.onLine === false) status.whisper(word("offlineNote"));
    flush();
  }

  async function flush() {
    clearTimeout(waiting);
    asked = true;
    if (isBusy) return;
    isBusy = true;
    try {
      while (asked) {
        asked = false;
        if (session.id && entries().length) await outbox.between(drain);
      }
    } finally {
      isBusy = false;
    }
  }

  async function drain() {
    for (const entry of entries()) {
      const { id, address, value, words } = entry;
      const answer = await session.post(address, { message_id: id, value, ...(words !== undefined && { words }) });
      if (!["done", "refused", "gone"].includes(answer.outcome)) {
        waiting = setTimeout(flush, (answer.waitS ?? TRY_AGAIN_S) * 1000);
        return;
      }
      if (JSON.stringify(recall(folder() + id)) !== JSON.stringify(entry)) {
        asked = true; // changed while this was on its way
        continue;
      }
      remember(folder() + id, null);
      if (answer.outcome !== "done") {
        show(id, entry.before);
        status.fail(answer.detail || word("actionFailed"));
      }
      placeOf(id)?.removeAttribute("data-on");
      if (answer.outcome !== "done") continue;
      frames.apply(answer.html ?? "");
      status.whisper(placeOf(id)?.dataset.told ?? "");
    }
  }

  panel.addEventListener("submit", (event) => {
    const line = /** @type {HTMLFormElement} */ (event.target);
    if (!line.matches(".feedback__line")) return;
    event.preventDefault();
    give(line, "down", /** @type {HTMLInputElement} */ (line.elements.namedItem("words")).value);
  });
  addEventListener("online", () => flush());
  for (const { id, value } of entries()) show(id, value); // of an earlier visit
  flush();

  return {
    /** A thumb; pressed again, it is taken back. @param {HTMLButtonElement} button */
    press(button) {
      give(button, button.ariaPressed === "true" ? "" : /** @type {Value} */ (button.dataset.value ?? ""));
    },
  };
}
