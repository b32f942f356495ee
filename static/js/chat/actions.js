// The buttons in and under messages: copy, stop, retry, correct, send again, whether it helped, load earlier.

import { atFirstNeed } from "../lib/first_need.js";
import { word } from "../lib/words.js";
import { createFeedback } from "./feedback.js";

const COPIED_MS = 1600;

/**
 * @param {object} parts
 * @param {ReturnType<import("./session.js").createSession>} parts.session
 * @param {ReturnType<import("./log.js").createLog>} parts.log
 * @param {ReturnType<import("./frames.js").createFrames>} parts.frames
 * @param {ReturnType<import("./outbox.js").createOutbox>} parts.outbox
 * @param {ReturnType<import("./status.js").createStatus>} parts.status
 * @param {ReturnType<import("./composer.js").createComposer>} parts.composer
 */
export function createActions({ session, log, frames, outbox, status, composer }) {
  const { panel } = session;
  const feedback = createFeedback({ session, frames, outbox, status });

  /** @type {Record<string, (button: HTMLButtonElement) => unknown>} */
  const actions = {
    copy: (button) => copy(button, button.dataset.text ?? proseOf(button)),
    "copy-code": (button) => copy(button, button.closest(".code")?.querySelector("pre")?.textContent ?? ""),
    resend: () => outbox.flush(),
    stop: (button) => {
      const growing = log.growing;
      if (growing) return post(button, session.stop(growing.id.slice(2)));
    },
    withdraw: (button) => {
      const waiting = button.closest(".message");
      if (waiting) return post(button, session.stop(waiting.id.slice(2)));
    },
    correct: (button) => {
      const answer = button.closest(".message")?.nextElementSibling;
      if (answer?.matches(".message--assistant[data-status=running]")) post(button, session.stop(answer.id.slice(2)));
      composer.edit(button.dataset.text ?? "");
    },
    "ask-person": (button) => {
      if (session.id) return post(button, session.askForPerson());
      outbox.add(word("wantPerson")); // nothing was said yet: with this the conversation begins
    },
    rate: (button) => feedback.press(button),
    "go-on": (button) => post(button, session.goOn()),
    remember: async (button) => {
      await post(button, session.post(button.form?.getAttribute("action") ?? "", { choice: button.value }));
      if (!button.isConnected) /** @type {HTMLElement | null} */ (panel.querySelector("#memory :is(a, button)"))?.focus();
    },
    retry: (button) => {
      const message = button.closest(".message");
      if (message) return post(button, session.retry(message.id.slice(2)));
    },
  };

  panel.addEventListener("click", (event) => {
    const button = /** @type {Element} */ (event.target).closest("button[data-action]");
    const act = button instanceof HTMLButtonElement && actions[button.dataset.action ?? ""];
    if (!act) return;
    event.preventDefault(); // Retry is a form, for a page without script, as some others are
    if (button.ariaDisabled === "true") return;
    // A double click would stop the next answer too, or take back what it said of this one.
    if (event.detail > 1 && ["stop", "rate"].includes(button.dataset.action ?? "")) return;
    act(button);
  });

  /** @param {HTMLButtonElement} button @param {Promise<import("./session.js").Answer>} posted */
  async function post(button, posted) {
    button.ariaDisabled = "true"; // not `disabled`, which would throw the focus out of the panel
    const answer = await posted;
    button.ariaDisabled = null;
    // The socket tells when the answer begins anew; by the time this one is here it may have ended again.
    if (answer.outcome === "done") frames.apply(answer.html ?? "", { restart: false });
    else status.fail(answer.detail || word("actionFailed"));
  }

  /** @param {HTMLButtonElement} button @param {string} text */
  async function copy(button, text) {
    if (!(await toClipboard(text))) {
      status.fail(word("copyFailed"));
      return;
    }
    const icon = button.querySelector("use");
    const plain = icon?.getAttribute("href") ?? "";
    if (plain.endsWith("#copy")) {
      icon?.setAttribute("href", plain.replace(/#copy$/, "#check"));
      setTimeout(() => icon?.setAttribute("href", plain), COPIED_MS);
    }
    status.whisper(word("copied"));
  }

  atFirstNeed(log.element, "[hx-get]", () => bringHtmx(panel.dataset.htmx ?? ""), () => status.fail(word("actionFailed")));

  // htmx swaps "Load earlier messages" for them; what is being read stays where it is.
  let restorePlace = () => {};
  log.element.addEventListener("htmx:beforeSwap", (event) => {
    const { detail } = event;
    if (detail.target.id !== "earlier" || !detail.shouldSwap) return;
    if (!/^\s*<(div|p|article) class="(earlier|day|message)/.test(detail.serverResponse)) {
      detail.shouldSwap = false; // a login or a notice that stood in between
      status.fail(word("actionFailed"));
    } else restorePlace = log.holdPlace();
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const { target, successful } = event.detail;
    if (target?.id !== "earlier") return;
    if (successful) {
      restorePlace();
      if (document.activeElement === document.body) log.element.focus({ preventScroll: true });
    }
    else status.fail(word("actionFailed"));
  });
}

/** It looks through the page as soon as it is there, if the page is complete. @param {string} source */
async function bringHtmx(source) {
  if (document.readyState !== "complete") await new Promise((done) => addEventListener("load", done, { once: true }));
  await new Promise((done, fail) => {
    const script = document.createElement("script");
    script.onload = done;
    script.onerror = fail;
    script.src = source;
    document.head.append(script);
  });
}

/** @param {Element} button */
function proseOf(button) {
  return /** @type {HTMLElement | null} */ (button.closest(".message")?.querySelector(".prose"))?.innerText ?? "";
}

/** @param {string} text */
async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Plain HTTP has no clipboard API.
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "visually-hidden";
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}
