// The list of conversations: times as on the reader's clock, and deletion, which is asked about first.

import { relativeTimes } from "./decorate.js";

const REFRESH_MS = 10_000;

export function createSidebar() {
  const sidebar = /** @type {HTMLElement} */ (document.getElementById("sidebar"));
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("delete-dialog"));
  const panel = /** @type {HTMLElement} */ (document.getElementById("panel"));
  const remove = /** @type {HTMLAnchorElement | null} */ (document.getElementById("session-delete"));

  relativeTimes(sidebar);
  document.body.addEventListener("htmx:oobAfterSwap", () => relativeTimes(sidebar));

  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const link = target.closest("a[data-delete]");
    if (link instanceof HTMLAnchorElement) {
      event.preventDefault();
      ask(link).catch(() => location.assign(link.href));
    }
    if (target.closest("[data-cancel]") && dialog.open) {
      event.preventDefault();
      dialog.close();
    }
    if (target === dialog) dialog.close(); // a click on the backdrop
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(target)) menu.removeAttribute("open");
    }
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.removeAttribute("open");
    menu.querySelector("summary")?.focus();
  });

  /** The confirmation page's own form, which counts what goes. @param {HTMLAnchorElement} link */
  async function ask(link) {
    const response = await fetch(link.href);
    if (!response.ok) throw new Error(String(response.status));
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const form = page.getElementById("delete-form");
    if (!form) throw new Error("no form");
    dialog.replaceChildren(document.adoptNode(form));
    dialog.showModal();
  }

  dialog.addEventListener("submit", async (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    const isCurrent = form.action.includes(panel.dataset.session || "-");
    if (isCurrent) return; // the server answers with a new conversation
    event.preventDefault();
    const response = await fetch(form.action, { method: "POST", body: new FormData(form) });
    if (!response.ok || !response.redirected) return form.submit(); // not our answer: the page itself will tell
    dialog.close();
    removeRow(new URL(form.action).pathname);
  });

  /** @param {string} path */
  function removeRow(path) {
    const row = sidebar.querySelector(`a[data-delete][href="${CSS.escape(path)}"]`)?.closest("li");
    const group = row?.closest("section");
    row?.remove();
    if (group && !group.querySelector("li")) group.remove();
    /** @type {HTMLElement | null} */ (sidebar.querySelector(".sidebar__new"))?.focus();
  }

  /** What is typed brings the list along; what is spoken comes by a socket that shows no page. */
  async function refresh() {
    const response = await fetch(location.href, { signal: AbortSignal.timeout(REFRESH_MS) });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const [fresh, old] = [page.getElementById("sessions"), document.getElementById("sessions")];
    if (!fresh || !old || old.contains(document.activeElement)) return;
    old.replaceWith(document.adoptNode(fresh));
    relativeTimes(sidebar);
  }

  panel.addEventListener("chat:spoken", () => refresh().catch(() => {}));
  panel.addEventListener("chat:begun", (event) => {
    if (!remove) return;
    remove.href = (remove.dataset.pattern ?? "").replace(/[0-]{36}/, /** @type {CustomEvent} */ (event).detail.id);
    remove.hidden = false;
  });
}
