// Wires one panel: composer -> outbox -> session -> frames -> log, and the socket that brings the rest.

import { atFirstNeed } from "../lib/first_need.js";
import { language, word } from "../lib/words.js";
import { createComposer, hasUsedVoice } from "./composer.js";
import { createConnection } from "./connection.js";
import { createFrames } from "./frames.js";
import { createLog } from "./log.js";
import { createOutbox } from "./outbox.js";
import { createSession } from "./session.js";
import { createSpeaker } from "./speaker.js";
import { createStatus } from "./status.js";

const BUTTONS = "[data-action]:not([data-action=minimise]), [hx-get]";
const VOICE_BUTTONS = "[data-voice-control], [data-action=listen], [data-action=stop-speaking]";
const SILENT_MS = 45_000; // an answer is owed and nothing has come: longer than any model may take for its first word

/**
 * @param {HTMLElement} panel
 */
export function startChat(panel) {
  let heardAt = Date.now();
  /** @type {ReturnType<import("../voice/voice.js").createVoice> | null} */
  let voice = null;
  const session = createSession(panel);
  const status = createStatus(panel, () => {
    connection.now();
    outbox.flush();
  });
  const log = createLog(panel, finished);
  const frames = createFrames({ log, onConfirmed: confirm, onGap: () => connection.resync() });
  const connection = createConnection({
    address: () =>
      `${session.socketPath}?after=${log.lastSeq}&open=${log.unsettled.join(",")}&speaker=${speaker.number}` +
      `&lang=${language ?? ""}${isAway() ? "&away=1" : ""}${session.visitor && "&says-who=1"}`,
    hello: session.visitor && JSON.stringify({ type: "visitor", token: session.visitor }),
    onFrame: (html) => {
      heardAt = Date.now();
      const wasAway = isAway();
      frames.apply(html);
      speaker.look(html);
      if (isAway() !== wasAway) switched();
    },
    onState: (state) => {
      status.show(state, !outbox.isEmpty);
      if (state.name === "open") outbox.flush();
    },
    onGone: gone,
  });
  const outbox = createOutbox({
    session,
    onEntry: showEntry,
    onSent: (entry, answer) => {
      frames.apply(answer.html ?? "", { restart: false });
      if (!log.running.length) stopWaiting(); // a person answers
      status.calm();
      panel.dispatchEvent(new CustomEvent("chat:stored", { bubbles: true }));
      voice?.typed(entry, answer.html ?? "");
    },
    onRefused: (entry, detail) => {
      const bubble = bubbleOf(entry.client_id);
      if (composer.giveBack(entry.content, detail, entry.files)) bubble?.remove();
      else if (bubble) markBubble(bubble, detail, false);
      stopWaiting();
    },
    onWait: (detail) => status.wait(detail),
    onGone: gone,
    onBegun: (begun) => {
      composer.moveDraft(`agent-${panel.dataset.agent}`);
      announce(begun);
    },
  });
  const composer = createComposer({ session, onSend: say });
  const speaker = createSpeaker({ panel, connection, onPerson: stopWaiting, showName: status.person, tell: status.whisper });

  /** The server has this message. @param {string} clientId */
  function confirm(clientId) {
    outbox.confirm(clientId);
    voice?.confirm(clientId);
  }

  /** @param {{id: string, socketPath: string, url: string}} begun */
  function announce(begun) {
    panel.dispatchEvent(new CustomEvent("chat:begun", { detail: begun, bubbles: true }));
    connection.open();
  }

  /** @param {string} text @param {import("./files/kept_files.js").SentFile[]} [files] */
  function say(text, files) {
    outbox.add(text, files);
    bring().catch(() => {});
    log.toEnd();
    panel.dispatchEvent(new CustomEvent("chat:said", { bubbles: true }));
  }

  /** @param {string} clientId */
  function bubbleOf(clientId) {
    return /** @type {HTMLElement | null} */ (log.element.querySelector(`[data-client-id="${CSS.escape(clientId)}"]`));
  }

  /** @param {import("./outbox.js").Entry} entry @param {boolean} [isBusy] */
  function showEntry(entry, isBusy = false) {
    let bubble = bubbleOf(entry.client_id);
    if (bubble?.dataset.seq) {
      outbox.confirm(entry.client_id);
      return;
    }
    if (!bubble) {
      const template = /** @type {HTMLTemplateElement} */ (panel.querySelector("#user-message"));
      bubble = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
      bubble.dataset.clientId = entry.client_id;
      bubble.classList.add("is-new");
      const prose = /** @type {HTMLElement} */ (bubble.querySelector(".prose"));
      /** @type {HTMLElement} */ (prose.querySelector("p")).textContent = entry.content;
      if (entry.files) prose.before(namesOf(entry.files));
      if (!entry.content) prose.remove();
      log.localDay(bubble);
      log.place(bubble);
    }
    const isGone = panel.querySelector("#session-state")?.getAttribute("data-state") === "deleted";
    const isFailed = entry.state === "failed";
    markBubble(bubble, word(isFailed && isGone ? "gone" : isBusy ? "busy" : entry.state), isFailed && !isGone);
    bubble.classList.toggle("message--unsent", isFailed);
    if (entry.state === "sending") waitForAnswer();
    else stopWaiting();
    status.queued(!outbox.isEmpty);
  }

  /** What goes with a message, until the server's own bubble shows it. @param {import("./files/kept_files.js").SentFile[]} files */
  function namesOf(files) {
    const template = /** @type {HTMLTemplateElement | null} */ (panel.querySelector("#sent-file"));
    const list = document.createElement("ul");
    list.className = "attached";
    for (const { name } of template ? files : []) {
      list.append(/** @type {HTMLTemplateElement} */ (template).content.cloneNode(true));
      /** @type {HTMLElement} */ (list.querySelector("li:last-child .attached__name")).textContent = name;
    }
    return list;
  }

  /** @param {HTMLElement} bubble @param {string} text @param {boolean} mayTryAgain */
  function markBubble(bubble, text, mayTryAgain) {
    const mark = bubble.querySelector(".message__mark");
    if (mark) mark.textContent = text;
    bubble.querySelector(".message__again")?.toggleAttribute("hidden", !mayTryAgain);
  }

  /** Three dots at once, until the server's own bubble comes. */
  function waitForAnswer() {
    if (log.running.length || log.element.querySelector(".message--writing")) return;
    const template = /** @type {HTMLTemplateElement} */ (panel.querySelector("#pending-answer"));
    log.element.append(template.content.cloneNode(true));
    log.settle(false);
  }

  function stopWaiting() {
    log.element.querySelector(".message--writing")?.remove();
  }

  /** @param {HTMLElement} article */
  function finished(article) {
    const announcer = /** @type {HTMLElement} */ (panel.querySelector("#announcer"));
    const text = [...article.querySelectorAll(":scope > .prose, :scope > .message__state, :scope > .message__notice")]
      .filter((part) => getComputedStyle(part).display !== "none")
      .map((part) => /** @type {HTMLElement} */ (part).textContent?.trim().replace(/\s+/g, " "))
      .join(" ");
    // Whoever hears the answer is not told it a second time.
    if (!voice?.speaks(article.id.slice("m-".length))) announcer.textContent = word("says", { name: panel.dataset.name ?? "", text });
    panel.dispatchEvent(new CustomEvent("chat:finished", { bubbles: true }));
  }

  /** Whether the agent is switched off, as far as the page knows. */
  function isAway() {
    return panel.querySelector("#session-state")?.getAttribute("data-state") === "inactive";
  }

  /** The agent was switched off, or on again: the composer is closed or opened by the style sheet. */
  function switched() {
    if (isAway()) {
      voice?.end();
      if (panel.querySelector("#composer")?.contains(document.activeElement)) log.element.focus({ preventScroll: true });
    }
    status.switched(isAway());
    if (!isAway()) outbox.flush();
  }

  function gone() {
    const state = /** @type {HTMLElement} */ (panel.querySelector("#session-state"));
    const hadFocus = panel.querySelector("#composer")?.contains(document.activeElement);
    const why = session.id ? "deleted" : "inactive"; // before a session exists, only the agent can be gone
    state.dataset.state = why;
    stopWaiting();
    voice?.end();
    connection.end();
    status.ended(why);
    if (hadFocus) log.element.focus({ preventScroll: true });
  }

  /** What is pressed beside, in and under messages: nobody needs it to read the first page, to write and to send. */
  async function bringButtons() {
    const [{ createActions }, { createContact }] = await Promise.all([import("./actions.js"), import("./contact.js")]);
    createActions({ session, log, frames, outbox, status, composer });
    createContact({ session, frames, onBegun: announce });
  }
  const bring = atFirstNeed(panel, BUTTONS, bringButtons, () => status.fail(word("actionFailed")));
  if (log.element.querySelector(".message")) bring().catch(() => {}); // the next sign of need tries again

  new MutationObserver(() => composer.setRunning(log.running.length > 0)).observe(log.element, { childList: true });
  composer.setRunning(log.running.length > 0);

  panel.addEventListener("submit", (event) => {
    const { submitter } = /** @type {SubmitEvent} */ (event);
    if (!submitter?.matches(".starter")) return;
    event.preventDefault();
    say(/** @type {HTMLButtonElement} */ (submitter).value);
    composer.focus();
  });
  document.body.addEventListener("htmx:configRequest", (event) => {
    Object.assign(event.detail.headers, session.headers);
  });

  setInterval(() => {
    if (!log.running.length || Date.now() - heardAt < SILENT_MS) return;
    heardAt = Date.now();
    connection.resync();
  }, SILENT_MS / 3);

  async function bringVoice() {
    const { createVoice } = await import("../voice/voice.js");
    voice = createVoice({ session, composer, log, outbox, frames, status, onGone: gone });
    panel.dataset.voiceStarted = "";
  }

  /**
   * Only for a site that has a voice. In a frame, which is to open fast, a mouse or a key finds the voice when it gets to
   * its buttons; a finger may hold one down at once, and who has used the voice may be owed a spoken answer.
   */
  async function startVoice() {
    if (!panel.dataset.voice) return;
    const isLater = panel.dataset.mode === "frame" && !panel.querySelector("#dictate") && !hasUsedVoice() && matchMedia("(pointer: fine)").matches;
    const start = atFirstNeed(panel, VOICE_BUTTONS, bringVoice, () => status.fail(word("voiceNotLoaded")));
    if (!isLater) await start();
  }

  /** Only for an agent that takes files. */
  async function startFiles() {
    if (!panel.dataset.attachmentUrl) return;
    const { createFiles } = await import("./files/files.js");
    createFiles({ session, outbox, composer, status });
  }

  startFiles().catch(() => {}); // without it, one writes
  /** So that it opens without a connection, too. In a frame only for who has written: others may never come back. */
  const keep = () => panel.dataset.worker && import("../offline/keeping.js").then(({ keepForOffline }) => keepForOffline(panel)).catch(() => {});
  if (panel.dataset.mode === "page" || panel.dataset.isKnown !== undefined) keep();
  else if (panel.dataset.mode === "frame") panel.addEventListener("chat:begun", keep, { once: true });

  panel.dataset.started = "";
  outbox.restore();
  if (session.socketPath) connection.open();
  return { say, composer, log, voice: startVoice().catch(() => {}) }; // without it, one writes
}
