// The list of conversations: times as on the reader's clock, and deletion, which is asked about first.

import { createDeleting } from "../chat/deleting.js";
import { daysAgo, relativeTimes } from "../chat/decorate.js";
import { inLanguage, word } from "../lib/words.js";

const REFRESH_MS = 10_000;

export function createSidebar() {
  const sidebar = /** @type {HTMLElement} */ (document.getElementById("sidebar"));
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("delete-dialog"));
  const panel = /** @type {HTMLElement} */ (document.getElementById("panel"));

  const otherTabs = "BroadcastChannel" in window ? new BroadcastChannel("salesagent:sidebar") : null;

  /** Times and days by the reader's clock: the server's groups are by its own. */
  function local() {
    relativeTimes(sidebar);
    group(sidebar);
  }
  local();
  sidebar.addEventListener("chat:replaced", local);

  createDeleting({ dialog, onSubmit: deleteFrom });
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
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

  /** @param {Event} event @param {HTMLFormElement} form */
  async function deleteFrom(event, form) {
    const isCurrent = form.action.includes(panel.dataset.session || "-");
    if (isCurrent) return; // the server answers with a new conversation
    event.preventDefault();
    const response = await fetch(form.action, { method: "POST", body: new FormData(form) });
    if (!response.ok || !response.redirected) return form.submit(); // not our answer: the page itself will tell
    dialog.close();
    otherTabs?.postMessage("changed");
    removeRow(new URL(form.action).pathname);
  }

  /** @param {string} path */
  function removeRow(path) {
    const row = sidebar.querySelector(`a[data-delete][href="${CSS.escape(path)}"]`)?.closest("li");
    const group = row?.closest("section");
    row?.remove();
    if (group && !group.querySelector("li")) group.remove();
    /** @type {HTMLElement | null} */ (sidebar.querySelector(".sidebar__new"))?.focus();
  }

  /** What is typed brings the list along; what ends, is spoken, or happens in another tab does not. */
  async function refresh() {
    const old = document.getElementById("sessions");
    const address = `${old?.dataset.url}?current=${panel.dataset.session ?? ""}`;
    const response = await fetch(address, { headers: inLanguage, signal: AbortSignal.timeout(REFRESH_MS) });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById("sessions");
    if (!response.ok || !fresh || !old?.isConnected) return;
    const focused = old.contains(document.activeElement) ? document.activeElement?.getAttribute("href") : null;
    old.replaceWith(document.adoptNode(fresh));
    local();
    if (focused) /** @type {HTMLElement | null} */ (fresh.querySelector(`a[href="${CSS.escape(focused)}"]`))?.focus();
  }

  const refreshed = () => refresh().catch(() => {}); // the next one will tell
  for (const change of ["chat:spoken", "chat:finished"]) {
    panel.addEventListener(change, () => {
      refreshed();
      otherTabs?.postMessage("changed");
    });
  }
  panel.addEventListener("chat:stored", () => otherTabs?.postMessage("changed"));
  otherTabs?.addEventListener("message", () => document.visibilityState === "visible" && refreshed());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && refreshed());
}

/**
 * Puts the rows under Today, Yesterday and Earlier of this place; their order stays.
 * @param {HTMLElement} sidebar
 */
function group(sidebar) {
  const list = sidebar.querySelector("#sessions");
  const first = list?.querySelector(".sessions__group");
  if (!list || !first) return;
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  const place = /** @type {HTMLElement} */ (list).scrollTop;
  const empty = /** @type {HTMLElement} */ (first.cloneNode(true));
  empty.querySelector("ul")?.replaceChildren();
  /** @type {Map<string, HTMLElement>} */
  const groups = new Map();
  for (const row of list.querySelectorAll(".session")) {
    const ago = daysAgo(new Date(row.querySelector("time")?.dateTime ?? ""));
    const label = word(ago === 0 ? "today" : ago === 1 ? "yesterday" : "earlier");
    const section = groups.get(label) ?? /** @type {HTMLElement} */ (empty.cloneNode(true));
    groups.set(label, section);
    /** @type {HTMLElement} */ (section.querySelector(".sessions__label")).textContent = label;
    section.querySelector("ul")?.append(row);
  }
  list.replaceChildren(...groups.values());
  list.scrollTop = place;
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
}
