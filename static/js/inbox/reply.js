// What staff write to a visitor: kept in this browser until the server has it, and sent in order, under one id however often.

import { createClientIds } from "../chat/client_ids.js";
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
  const clientIds = createClientIds();
  let toldAt = 0;
  /** @type {string[]} */
  let unsent = []; // on its way, oldest first
  const written = () => [...unsent, field.value].filter((text) => text.trim()).join("\n");

  function send() {
    const content = field.value.trim();
    if (!content) return;
    unsent.push(content);
    field.value = "";
    if (unsent.length === 1) deliver();
  }

  /** One after the other; what could not be sent is given back to be sent again. */
  async function deliver() {
    error.textContent = "";
    for (let content = unsent[0]; content; content = unsent[0]) {
      const body = new FormData();
      body.set("content", content);
      body.set("client_id", clientIds.of(content));
      const response = await post(form.action, body);
      const html = response?.ok ? await response.text().catch(() => "") : "";
      if (!html.includes("hx-swap-oob")) {
        error.textContent = await detailOf(response);
        field.value = written();
        unsent = [];
        break;
      }
      unsent.shift();
      clientIds.stored();
      frames.apply(html);
    }
    remember(key, field.value);
  }

  const draft = recall(key);
  if (typeof draft === "string") field.value ||= draft;
  addEventListener("pagehide", () => remember(key, written()));
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
    remember(key, written());
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
