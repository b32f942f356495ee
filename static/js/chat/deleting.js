// Deletion of a conversation, which is asked about first: the confirmation page's own form, in a dialog.

import { inLanguage } from "../lib/words.js";

/**
 * @param {object} parts
 * @param {HTMLDialogElement} parts.dialog
 * @param {() => Record<string, string>} [parts.headers] with which the form is fetched
 * @param {(event: Event, form: HTMLFormElement) => void} parts.onSubmit
 */
export function createDeleting({ dialog, headers = () => ({}), onSubmit }) {
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
  });
  dialog.addEventListener("submit", (event) => onSubmit(event, /** @type {HTMLFormElement} */ (event.target)));

  /** It counts what goes. @param {HTMLAnchorElement} link */
  async function ask(link) {
    const response = await fetch(link.href, { headers: { ...inLanguage, ...headers() } });
    if (!response.ok) throw new Error(String(response.status));
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const form = page.getElementById("delete-form");
    if (!form) throw new Error("no form");
    dialog.replaceChildren(document.adoptNode(form));
    dialog.showModal();
  }
}
