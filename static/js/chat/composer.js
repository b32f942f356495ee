// The field one writes in: Enter, growth, draft, length, and Stop in the place of Send.

import { recall, remember } from "../lib/storage.js";
import { word } from "../lib/words.js";

const COUNT_FROM = 0.9; // of the limit: the counter shows near the end only
const DRAFT_MS = 250;
const AUTO_DIRECTION_CHARS = 20_000; // beyond, dir="auto" reads all of it again at each key: 5 s for a megabyte
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** Whether somebody has spoken here, listened, or chosen whether answers are read. */
export const hasUsedVoice = () => recall("voiceUsed") === true || recall("voiceReplies") !== null;
/** @typedef {import("./files/kept_files.js").SentFile} SentFile */
/** @typedef {{readonly count: number, readonly obstacle: string, take: () => SentFile[], giveBack: (files: SentFile[]) => void}} Tray */

/**
 * @param {object} options
 * @param {ReturnType<import("./session.js").createSession>} options.session
 * @param {(text: string, files: SentFile[]) => void} options.onSend
 */
export function createComposer({ session, onSend }) {
  const { panel } = session;
  const form = /** @type {HTMLFormElement} */ (panel.querySelector("#composer"));
  const field = /** @type {HTMLTextAreaElement} */ (panel.querySelector("#message"));
  const stop = /** @type {HTMLButtonElement} */ (form.querySelector(".composer__stop"));
  const send = /** @type {HTMLButtonElement} */ (form.querySelector(".composer__send"));
  const error = /** @type {HTMLElement} */ (panel.querySelector("#composer-error"));
  const hint = /** @type {HTMLElement} */ (panel.querySelector("#composer-hint"));
  const count = /** @type {HTMLElement} */ (panel.querySelector("#composer-count"));
  const most = Number(panel.dataset.maxChars) || 10_000;
  const growsItself = CSS.supports("field-sizing", "content");
  let isRunning = false;
  let isRecording = false; // Send sends the recording
  /** @type {Tray | null} */
  let files = null; // where the agent takes some
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let saving;

  /** Characters as the server counts them: an emoji is one, not two; roughly, where it is far too many. */
  function length() {
    const { value } = field;
    return value.length > most * COUNT_FROM && value.length < 4 * most ? [...value.trim()].length : value.length;
  }

  /** As `dir="auto"` does, without reading all of a very long text. */
  function direct() {
    const { value } = field;
    const isLong = value.length > AUTO_DIRECTION_CHARS;
    const letter = isLong ? (/\p{L}/u.exec(value.slice(0, AUTO_DIRECTION_CHARS))?.[0] ?? "") : "";
    const direction = !isLong ? "auto" : RIGHT_TO_LEFT.test(letter) ? "rtl" : "ltr";
    if (field.dir !== direction) field.dir = direction;
  }

  function refresh() {
    direct();
    const used = length();
    const over = used - most;
    const isEmpty = !/\S/.test(field.value) && !files?.count;
    count.hidden = used < most * COUNT_FROM;
    if (!count.hidden) {
      const number = (/** @type {number} */ n) => n.toLocaleString(document.documentElement.lang);
      count.textContent =
        over > 0 ? word("tooLong", { n: number(over) }) : word("characters", { n: number(used), max: number(most) });
      count.toggleAttribute("data-over", over > 0);
    }
    field.toggleAttribute("aria-invalid", false);
    if (over > 0) field.setAttribute("aria-invalid", "true");
    send.setAttribute("aria-disabled", String(!isRecording && (isEmpty || over > 0 || Boolean(files?.obstacle))));
    stop.hidden = !isRunning || isRecording;
    send.hidden = isRunning && isEmpty && !isRecording;
    if (!growsItself) {
      field.style.blockSize = "auto";
      field.style.blockSize = `${field.scrollHeight}px`;
    }
  }

  function save() {
    clearTimeout(saving);
    remember(`draft:${session.scope}`, field.value);
  }

  function submit() {
    const text = field.value.trim();
    if ((!text && !files?.count) || length() > most) {
      field.focus();
      return;
    }
    if (files?.obstacle) {
      error.textContent = files.obstacle;
      return;
    }
    error.textContent = "";
    field.value = "";
    save();
    refresh();
    hint.hidden = true;
    remember("taught", true);
    onSend(text, files?.take() ?? []);
    if (matchMedia("(pointer: fine)").matches || document.activeElement !== send) field.focus({ preventScroll: true });
  }

  form.noValidate = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  field.addEventListener("keydown", (event) => {
    // While an input method composes, Enter takes its suggestion; Safari reports that only as keyCode 229.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    submit();
  });
  field.addEventListener("input", () => {
    error.textContent = "";
    refresh();
    clearTimeout(saving);
    saving = setTimeout(save, DRAFT_MS);
  });
  // Before the text is in the field: the browser lays it out before any event tells of it.
  field.addEventListener("beforeinput", (event) => {
    const coming = event.data?.length ?? event.dataTransfer?.getData("text").length ?? 0;
    if (field.value.length + coming > AUTO_DIRECTION_CHARS && field.dir === "auto") field.dir = "ltr";
  });
  addEventListener("pagehide", save);

  const draft = recall(`draft:${session.scope}`);
  if (typeof draft === "string") field.value ||= draft;
  hint.hidden = recall("taught") === true;
  // The switch for spoken answers is of use to who has used a voice here; until then the composer is for writing.
  const showVoice = () => form.toggleAttribute("data-hears", hasUsedVoice());
  panel.addEventListener("click", (event) => {
    if (!(/** @type {Element} */ (event.target).closest('#mic, #live-start, [data-action="listen"]'))) return;
    remember("voiceUsed", true);
    showVoice();
  });
  showVoice();
  refresh();

  return {
    refresh,
    /** Files go with what is written from now on. @param {Tray} tray */
    useFiles(tray) {
      files = tray;
      refresh();
    },
    /** @param {boolean} running */
    setRunning(running) {
      if (running === isRunning) return;
      const hadFocus = document.activeElement === stop;
      isRunning = running;
      refresh();
      if (hadFocus && stop.hidden) field.focus({ preventScroll: true });
    },
    /** @param {boolean} recording */
    setRecording(recording) {
      isRecording = recording;
      refresh();
    },
    /** Puts words where the cursor is, as if they had been typed. @param {string} text */
    insert(text) {
      const before = field.value.slice(0, field.selectionStart);
      const gap = before && !/\s$/.test(before) && !/^\s/.test(text) ? " " : "";
      field.setRangeText(gap + text, field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    },
    focus() {
      field.focus({ preventScroll: true });
    },
    /** Words to be changed and sent anew; what is being written stays beside them. @param {string} text */
    edit(text) {
      this.insert(text);
      this.focus();
    },
    /** The session has begun: what is being written belongs to it now. @param {string} from */
    moveDraft(from) {
      remember(`draft:${from}`, null);
      save();
    },
    /**
     * Gives a refused text and its files back to the writer. False when something else is being written already.
     * @param {string} text @param {string} detail @param {SentFile[]} [sent]
     */
    giveBack(text, detail, sent = []) {
      error.textContent = detail;
      if (field.value.trim() !== "") return false;
      files?.giveBack(sent);
      field.value = text;
      save();
      refresh();
      field.setAttribute("aria-invalid", "true");
      field.focus({ preventScroll: true });
      return true;
    },
    /** @param {string} detail */
    complain(detail) {
      error.textContent = detail;
    },
  };
}
