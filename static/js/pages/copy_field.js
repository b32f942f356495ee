/** Adds to a read-only field a button that copies it, and says that it did. Without scripts the field is copied by hand. */

const button = /** @type {HTMLButtonElement} */ (document.querySelector("[data-copies]"));
const field = /** @type {HTMLInputElement} */ (document.getElementById(button.dataset.copies ?? ""));
const told = /** @type {HTMLElement} */ (document.querySelector("[data-copy-told]"));

async function copied() {
  field.select(); // also for those who copy by hand where the browser refuses
  try {
    await navigator.clipboard.writeText(field.value); // not there on plain http, but on this machine
    return true;
  } catch {
    return document.execCommand("copy");
  }
}

button.addEventListener("click", async () => {
  told.textContent = ""; // the same words again are said only when they are new
  const words = (await copied()) ? button.dataset.done : button.dataset.failed;
  requestAnimationFrame(() => (told.textContent = words ?? ""));
});
button.hidden = false;
