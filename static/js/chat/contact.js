// The contact form over the panel: opened by any of its links, sent once, kept when it could not be sent.

import { word } from "../lib/words.js";
import { createClientIds } from "./client_ids.js";

/**
 * @param {object} parts
 * @param {ReturnType<import("./session.js").createSession>} parts.session
 * @param {ReturnType<import("./frames.js").createFrames>} parts.frames
 * @param {(begun: {id: string, socketPath: string, url: string}) => void} parts.onBegun
 */
export function createContact({ session, frames, onBegun }) {
  const { panel } = session;
  const found = panel.querySelector("#contact");
  if (!(found instanceof HTMLDialogElement)) return;
  const dialog = found;
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
  const clientIds = createClientIds();

  panel.addEventListener("click", (event) => {
    const link = /** @type {Element} */ (event.target).closest("[data-action=contact]");
    if (!link) return;
    event.preventDefault();
    dialog.showModal();
  });
  dialog.querySelector("[data-contact=close]")?.addEventListener("click", () => dialog.close());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });

  async function send() {
    const button = /** @type {HTMLButtonElement} */ (dialog.querySelector("[data-contact=send]"));
    if (button.ariaDisabled === "true") return;
    button.ariaDisabled = "true";
    const written = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
    /** @type {Record<string, string>} */
    const fields = { client_id: clientIds.of(JSON.stringify(written)), ...session.touch, ...Object.fromEntries(written) };
    const pattern = (session.id ? dialog.getAttribute("data-url") : dialog.getAttribute("data-first-url")) ?? "";
    const answer = await session.post(pattern.replace("{session}", session.id), fields);
    button.ariaDisabled = null;
    if (answer.outcome === "done") {
      if (answer.session) {
        session.adopt(answer.session);
        onBegun(answer.session);
      }
      frames.apply(answer.html ?? "", { restart: false });
      form.reset();
      show({});
      clientIds.stored();
      dialog.close();
      panel.dispatchEvent(new CustomEvent("chat:contact", { bubbles: true }));
      return;
    }
    show(answer.errors ?? { form: answer.detail ?? word("actionFailed") });
  }

  /** @param {Record<string, string>} errors by field; "form" for the whole */
  function show(errors) {
    let first = null;
    for (const place of form.querySelectorAll("[data-error]")) {
      const name = place.getAttribute("data-error") ?? "";
      place.textContent = errors[name] ?? "";
      const field = form.elements.namedItem(name);
      if (!(field instanceof HTMLElement)) continue;
      if (errors[name]) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
      if (errors[name]) first ??= field;
    }
    first?.focus();
  }
}
