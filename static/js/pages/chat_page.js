// The chat page: one panel, with the visitor's conversations beside it.

import { startChat } from "../chat/chat.js";
import { createSidebar } from "./sidebar.js";
import { followViewport } from "./viewport.js";

followViewport();
const panel = /** @type {HTMLElement} */ (document.getElementById("panel"));
const isShell = panel.dataset.offline !== undefined;
if (isShell) (await import("../offline/shell.js")).enterShell(panel, "");
const { composer } = startChat(panel);
// Who came to write may write at once; on a touch screen the keyboard would cover what there is to read.
if (matchMedia("(hover: hover) and (pointer: fine)").matches && !location.hash && document.activeElement === document.body) {
  composer.focus();
}
if (!isShell) createSidebar();
