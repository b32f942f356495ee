// The list of messages: puts each in its place, keeps the reader's place, follows the end while the reader is there.

import { fold } from "../lib/fold.js";
import { morph } from "../lib/morph.js";
import { word } from "../lib/words.js";
import { codeAndTables, dayKey, daySeparators, localTimes, sounds } from "./decorate.js";

const NEAR_END_PX = 64;
const WHEEL_MS = 200; // from a turn of the wheel until the browser has told how far it scrolled
const FAR_FROM_END_PX = 600;
const MAX_UNSETTLED = 20; // as many as the server looks up

/**
 * @param {HTMLElement} panel
 * @param {(article: HTMLElement) => void} onFinished an answer that ran while this page was open has ended
 */
export function createLog(panel, onFinished) {
  const log = /** @type {HTMLElement} */ (panel.querySelector("#log"));
  const jump = /** @type {HTMLButtonElement} */ (panel.querySelector("#jump"));
  const jumpText = /** @type {HTMLElement} */ (panel.querySelector("#jump-text"));
  let isAtEnd = true;
  let hasNew = false;
  let lastTop = 0; // where the log stood when it was last looked at
  let wheeledAt = -WHEEL_MS; // when the reader last turned the wheel upwards

  /** Before the first message one reads from the greeting on. */
  const hasBegun = () => log.querySelector(".message") !== null;
  const fromEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight;

  /** @param {number} top */
  function scrollTo(top) {
    log.scrollTop = top;
    lastTop = log.scrollTop;
  }

  function toEnd() {
    isAtEnd = true;
    hasNew = false;
    scrollTo(log.scrollHeight);
    showJump();
  }

  function showJump() {
    const isFar = fromEnd() > FAR_FROM_END_PX;
    jump.hidden = isAtEnd || !hasBegun() || !(hasNew || isFar);
    jump.classList.toggle("jump--plain", !hasNew);
    jumpText.textContent = word(hasNew ? "newMessages" : "toEnd");
  }

  /** Follow the end, or say that there is something new below. @param {boolean} isNew */
  function settle(isNew) {
    const isWheeling = performance.now() - wheeledAt < WHEEL_MS;
    if (isAtEnd && !isWheeling) scrollTo(hasBegun() ? log.scrollHeight : 0);
    else if (isNew && !isAtEnd) hasNew = true;
    showJump();
  }

  /** @param {ParentNode} within */
  function decorate(within) {
    localTimes(within);
    codeAndTables(panel, within);
    sounds(panel, within);
    for (const article of within.querySelectorAll(".message")) fold(/** @type {HTMLElement} */ (article));
  }

  /** @param {HTMLElement} article @returns {HTMLElement | null} what it stands for already */
  function present(article) {
    const same = article.id && document.getElementById(article.id);
    if (same) return same;
    const { clientId } = article.dataset;
    return clientId ? log.querySelector(`[data-client-id="${CSS.escape(clientId)}"]`) : null;
  }

  /** @param {HTMLElement} article */
  function insert(article) {
    const seq = Number(article.dataset.seq);
    const after = [...log.querySelectorAll(".message")].find((other) => {
      const otherSeq = Number(/** @type {HTMLElement} */ (other).dataset.seq);
      return seq ? !otherSeq || otherSeq > seq : other.matches(".message--writing");
    });
    if (after) after.before(article);
    else log.append(article);
  }

  /** Whether the messages around it are those with the numbers around its own. @param {HTMLElement} article */
  function isInPlace(article) {
    const all = [...log.querySelectorAll(".message")];
    const at = all.indexOf(article);
    const seqOf = (/** @type {Element | undefined} */ one) => Number(one?.getAttribute("data-seq"));
    const [before, own, after] = [seqOf(all[at - 1]), seqOf(article), seqOf(all[at + 1])];
    return (at === 0 || (before > 0 && before < own)) && (at === all.length - 1 || !after || after > own);
  }

  /**
   * Text that this page has of a running answer.
   * @param {HTMLElement} article
   */
  const reached = (article) => Number(article.querySelector('[id$="-tail"]')?.getAttribute("data-to") ?? -1);

  /**
   * Which try at the answer this is; the first has no number yet while it is owed.
   * @param {HTMLElement} article
   */
  const attemptOf = (article) => Number(article.dataset.attempt ?? 1);

  /**
   * Puts a message in its place: instead of the one with its id or client id, else by its number.
   * @param {HTMLElement} article
   * @param {boolean} mayRestart whether a finished answer may run again; an HTTP answer that comes late may not
   */
  function place(article, mayRestart = true) {
    const old = present(article);
    const isRunning = article.dataset.status === "running";
    if (old && isRunning) {
      const isNew = mayRestart && attemptOf(article) > attemptOf(old);
      if (old.dataset.status === "running" && reached(old) >= reached(article) && !isNew) return;
      if (old.dataset.status !== "running" && !mayRestart) return;
    }
    const wasRunning = old?.dataset.status === "running";
    const mayKeep = old !== null && !isRunning;
    if (!old) article.classList.add("is-new");
    if (article.matches(".message--assistant")) log.querySelector(".message--writing")?.remove();
    const hadFocus = old?.contains(document.activeElement);
    const day = old?.dataset.day;
    decorate(article);
    if (day && !article.querySelector(".message__time")) article.dataset.day = day;
    else if (isRunning) localDay(article);
    const isPlaced = Boolean(old?.dataset.seq);
    if (old && mayKeep) {
      morph(old, article);
      article = old;
      sounds(panel, article); // a sound that came with this state; what plays already plays on
    } else if (old && isPlaced) old.replaceWith(article);
    else old?.remove();
    if (!isPlaced && !(mayKeep && isInPlace(article))) insert(article); // later messages may stand above one's own words
    fold(article);
    if (hadFocus && !log.contains(document.activeElement)) log.focus({ preventScroll: true });
    daySeparators(log);
    if (wasRunning && !isRunning) onFinished(article);
    settle(!old || (wasRunning && !isRunning));
  }

  /** A line about the conversation, behind the message that it came after; once. @param {HTMLElement} line */
  function note(line) {
    if (document.getElementById(line.id)) return;
    const after = Number(line.dataset.after);
    const next = [...log.querySelectorAll(".message")].find((one) => !(Number(one.getAttribute("data-seq")) <= after));
    if (next) next.before(line);
    else log.append(line);
    settle(true);
  }

  /** A message without a time of its own is of today. @param {HTMLElement} article */
  function localDay(article) {
    article.dataset.day = dayKey(new Date());
  }

  log.addEventListener(
    "scroll",
    () => {
      // Who scrolls up leaves the end with the first pixel: a smooth scroll begins with a few, and an answer that grows
      // twenty times a second must not pull the reader back. Where the log only became shorter, the end is still in view.
      const isLeaving = log.scrollTop < lastTop && fromEnd() > 1;
      lastTop = log.scrollTop;
      isAtEnd = !isLeaving && (fromEnd() < NEAR_END_PX || (!hasBegun() && log.scrollTop === 0));
      if (isAtEnd) hasNew = false;
      showJump();
    },
    { passive: true },
  );
  // The browser scrolls beside this script, and takes that back when the script scrolls at the same moment.
  log.addEventListener("wheel", (event) => event.deltaY < 0 && (wheeledAt = performance.now()), { passive: true });
  jump.addEventListener("click", () => {
    toEnd();
    log.focus({ preventScroll: true });
  });
  // The keyboard opens, the window turns, the composer grows: whoever was at the end stays there.
  new ResizeObserver(() => settle(false)).observe(log);

  decorate(log);
  for (const article of log.querySelectorAll('.message[data-status="running"]')) {
    localDay(/** @type {HTMLElement} */ (article));
  }
  daySeparators(log);
  if (hasBegun()) {
    toEnd();
    requestAnimationFrame(toEnd); // sizes that were estimated are known a frame later
  }

  return {
    element: log,
    place,
    note,
    insert,
    localDay,
    settle,
    toEnd,
    decorate,
    /** Number of the last confirmed message before which none is missing: an answer to a post may overtake the socket. */
    get lastSeq() {
      const seqs = [...log.querySelectorAll("[data-seq]")].map((one) => Number(one.getAttribute("data-seq")));
      seqs.sort((a, b) => a - b);
      let last = log.querySelector("#earlier") ? (seqs[0] ?? 1) - 1 : 0;
      for (const seq of seqs) {
        if (seq > last + 1) break;
        last = seq;
      }
      return last;
    },
    /** Ids of the newest answers that may look otherwise by now: they grow, or another tab may have asked for them anew. */
    get unsettled() {
      const open = ["running", "stopped", "failed"].map((state) => `.message--assistant[data-status="${state}"]`);
      return [...log.querySelectorAll(open.join())].slice(-MAX_UNSETTLED).map(({ id }) => id.slice("m-".length));
    },
    /** @returns {HTMLElement[]} */
    get running() {
      return [...log.querySelectorAll('.message[data-status="running"]')].map((one) => /** @type {HTMLElement} */ (one));
    },
    /**
     * The running answer that one sees grow: others wait for it. One worker makes a session's answers in their order,
     * but an old one that is asked for anew stands above the one that was under way.
     * @returns {HTMLElement | undefined}
     */
    get growing() {
      return this.running.find((article) => reached(article) > 0) ?? this.running[0];
    },
    /**
     * Remembers what is being read; the answer puts it back in its place after something came in above it.
     * @returns {() => void}
     */
    holdPlace() {
      const edge = log.getBoundingClientRect().top;
      const held = [...log.querySelectorAll(".message")].find((one) => one.getBoundingClientRect().bottom > edge);
      const top = held?.getBoundingClientRect().top ?? 0;
      return () => {
        decorate(log);
        daySeparators(log);
        let frames = 6; // sizes of messages that were far away are only known once they are near: look again
        (function restore() {
          if (held) log.scrollTop += held.getBoundingClientRect().top - top;
          if (frames--) requestAnimationFrame(restore);
        })();
        showJump();
      };
    },
  };
}
