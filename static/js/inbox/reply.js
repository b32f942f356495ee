// What staff write to a visitor: kept in this browser until the server has it, and sent under one id however often.

import { recall, remember } from "../lib/storage.js";
import { detailOf, post } from "./posting.js";

const TELL_MS = 3000; // between two signs that one is writing

/**
 * @param {object} parts
 * @param {HTMLElement} parts.panel
 * @param {ReturnType<import("../chat/frames.js").createFrames>} parts.frames
 * @param {ReturnType<import("./canned.js").createCanned>} parts.canned
 * @param {() => void} parts.onWriting
 */
export function createReply({ panel, frames, canned, onWriting }) {
  const form = /** @type {HTMLFormElement} */ (document.getElementById("inbox-composer"));
  const field = /** @type {HTMLTextAreaElement} */ (document.getElementById("inbox-text"));
  const error = /** @type {HTMLElement} */ (document.getElementById("inbox-error"));
  const key = `inbox-draft:${panel.dataset.session}`;
  let toldAt = 0;
  let isSending = false;
  let isNext = false; // what was written meanwhile is to be sent too
  let clientId = "";

  async function send() {
    const content = field.value.trim();
    if (isSending) isNext = true;
    if (!content || isSending) return;
    isSending = true;
    isNext = false;
    clientId ||= crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
    const body = new FormData();
    body.set("content", content);
    body.set("client_id", clientId);
    const response = await post(form.action, body);
    isSending = false;
    const html = response?.ok ? await response.text() : "";
    if (!html.includes("hx-swap-oob")) {
      error.textContent = await detailOf(response);
      return;
    }
    frames.apply(html);
    clientId = error.textContent = "";
    if (field.value.trim() === content) field.value = "";
    remember(key, field.value);
    if (isNext) send();
  }

  const draft = recall(key);
  if (typeof draft === "string") field.value ||= draft;
  addEventListener("pagehide", () => remember(key, field.value));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  field.addEventListener("keydown", (event) => {
    if (canned.takes(event)) return;
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  });
  field.addEventListener("input", () => {
    clientId = isSending ? clientId : ""; // other words are another message
    remember(key, field.value);
    if (!document.querySelector("#standing[data-mine]") || Date.now() - toldAt < TELL_MS) return;
    toldAt = Date.now();
    onWriting();
  });
  document.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest("[data-insert]");
    if (!button) return;
    field.value += `${field.value && !field.value.endsWith("\n") ? "\n" : ""}${button.getAttribute("data-insert")}`;
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const { elt, successful } = event.detail;
    if (successful && elt instanceof HTMLFormElement && elt.hasAttribute("data-clears")) elt.reset();
  });
}
