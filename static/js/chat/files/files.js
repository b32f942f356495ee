// Attaching, for an agent that takes files: loaded by chat.js only there.

import { word } from "../../lib/words.js";
import { createTray } from "./tray.js";
import { createViewing } from "./viewing.js";

/**
 * @param {object} parts
 * @param {ReturnType<import("../session.js").createSession>} parts.session
 * @param {ReturnType<import("../outbox.js").createOutbox>} parts.outbox
 * @param {ReturnType<import("../composer.js").createComposer>} parts.composer
 * @param {ReturnType<import("../status.js").createStatus>} parts.status
 */
export function createFiles({ session, outbox, composer, status }) {
  const { panel } = session;
  const field = /** @type {HTMLElement} */ (panel.querySelector("#message"));
  const tray = createTray({
    session,
    outbox,
    onChange: () => composer.refresh(),
    onComplaint: (words) => composer.complain(words),
    whisper: (words) => status.whisper(words),
    onEmpty: () => composer.focus(),
  });
  composer.useFiles(tray);
  createViewing({ session, onUnseen: () => status.fail(word("fileUnseen")) });
  panel.dataset.filesStarted = "";

  field.addEventListener("paste", (event) => {
    const data = event.clipboardData;
    if (!data?.files.length || data.types.includes("text/plain")) return; // a table has a picture of itself beside its text
    event.preventDefault();
    tray.add(data.files);
  });

  const hasFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files") ?? false;
  let depth = 0; // a drag enters and leaves every element on its way
  const show = () => panel.classList.toggle("is-dropping", depth > 0);
  panel.addEventListener("dragenter", (event) => {
    if (!hasFiles(event)) return;
    depth += 1;
    show();
  });
  panel.addEventListener("dragleave", (event) => {
    if (!hasFiles(event)) return;
    depth = Math.max(0, depth - 1);
    show();
  });
  panel.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
  panel.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth = 0;
    show();
    tray.add(event.dataTransfer?.files ?? []);
    composer.focus();
  });
  return tray;
}
