// The line above the composer while an answer is spoken: what one hears, marked in step with the sound. The log has it all.

import { word } from "../../lib/words.js";

const NOTICE_MS = 6000;

/** @typedef {{element: HTMLElement, startMs: number}} Clause */

/** Clauses in one line of text, the one that is heard marked. @param {HTMLElement} line */
export function createCaptionLine(line) {
  /** @type {Clause[]} */
  let clauses = [];
  /** @type {Clause | undefined} */
  let heard;

  return {
    clear() {
      clauses = [];
      heard = undefined;
      line.replaceChildren();
    },
    /** @param {{text?: string, start_ms?: number} | null} clause */
    add(clause) {
      const text = clause?.text?.trim();
      if (!text) return;
      const element = document.createElement("span");
      element.textContent = text;
      if (clauses.length) line.append(" ");
      line.append(element);
      clauses.push({ element, startMs: Number(clause?.start_ms) || 0 });
    },
    /** @param {number} ms of the speech that have been heard */
    follow(ms) {
      const now = clauses.findLast(({ startMs }) => startMs <= ms);
      if (!now || now === heard) return;
      heard?.element.removeAttribute("data-heard");
      now.element.setAttribute("data-heard", "");
      heard = now;
      line.scrollTop = now.element.offsetTop;
    },
  };
}

/** @param {HTMLElement} panel */
export function createCaptions(panel) {
  const box = /** @type {HTMLElement} */ (panel.querySelector("#speaking"));
  const state = /** @type {HTMLElement} */ (panel.querySelector("#speaking-state"));
  const stop = /** @type {HTMLElement} */ (box.querySelector("button"));
  const line = createCaptionLine(/** @type {HTMLElement} */ (panel.querySelector("#speaking-caption")));
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let hiding;

  function clear() {
    clearTimeout(hiding);
    line.clear();
  }

  /** @param {"preparing" | "speaking" | "notice"} name @param {string} text */
  function show(name, text) {
    box.dataset.state = name;
    state.textContent = text;
    stop.hidden = name === "notice";
    box.hidden = false;
  }

  return {
    clear,
    prepare: () => show("preparing", word("speechComing")),
    add: line.add,
    /** @param {number} ms of the speech that have been heard */
    follow(ms) {
      if (box.dataset.state === "preparing") show("speaking", word("speaking"));
      line.follow(ms);
    },
    /** @param {string} notice shown for a while in its place; "" for none */
    hide(notice) {
      const hadFocus = box.contains(document.activeElement);
      clear();
      if (notice) {
        show("notice", notice);
        hiding = setTimeout(() => (box.hidden = true), NOTICE_MS);
      } else box.hidden = true;
      // Not to the field where there is a choice: a phone would open its keyboard.
      if (hadFocus) /** @type {HTMLElement | null} */ (panel.querySelector("#mic") ?? panel.querySelector("#message"))?.focus({ preventScroll: true });
    },
  };
}
