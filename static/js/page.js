// The chat page: one panel, with the visitor's conversations beside it.

import { startChat } from "./chat.js";
import { createSidebar } from "./sidebar.js";
import { followViewport } from "./viewport.js";

followViewport();
startChat(/** @type {HTMLElement} */ (document.getElementById("panel")));
createSidebar();
