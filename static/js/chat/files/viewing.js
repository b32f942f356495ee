// Pictures open large over the page. Where the browser blocks a frame's cookie, files are fetched with the visitor's token.

const TIMEOUT_MS = 30_000;

/**
 * @param {object} options
 * @param {ReturnType<import("../session.js").createSession>} options.session
 * @param {() => void} options.onUnseen a file could not be fetched
 */
export function createViewing({ session, onUnseen }) {
  const { panel } = session;
  const lightbox = /** @type {HTMLDialogElement} */ (panel.querySelector("#lightbox"));
  const large = /** @type {HTMLImageElement} */ (lightbox.querySelector("img"));
  /** @type {Map<string, Promise<string>>} what was fetched, by its address */
  const fetched = new Map();

  /** The address of a copy in this page. @param {string} address */
  function copyOf(address) {
    const known = fetched.get(address);
    if (known) return known;
    const copy = fetch(address, { headers: session.headers, signal: AbortSignal.timeout(TIMEOUT_MS) }).then(async (response) => {
      if (!response.ok) throw new Error(String(response.status));
      return URL.createObjectURL(await response.blob());
    });
    fetched.set(address, copy);
    copy.catch(() => fetched.delete(address));
    return copy;
  }

  panel.addEventListener("click", (event) => {
    const link = /** @type {HTMLAnchorElement | null} */ (/** @type {Element} */ (event.target).closest("a[data-attachment]"));
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const picture = link.querySelector("img");
    if (picture) {
      event.preventDefault();
      large.src = picture.currentSrc || link.href;
      large.alt = picture.alt;
      lightbox.showModal();
    } else if (session.visitor) {
      event.preventDefault();
      save(link).catch(onUnseen);
    }
  });
  lightbox.addEventListener("click", (event) => event.target === lightbox && lightbox.close());
  lightbox.addEventListener("keydown", (event) => event.stopPropagation()); // Escape closes this, and not the chat too

  /** @param {HTMLAnchorElement} link */
  async function save(link) {
    const copy = document.createElement("a");
    copy.href = await copyOf(link.href);
    copy.download = link.download;
    copy.click();
  }

  /** @param {HTMLImageElement} picture */
  async function fill(picture) {
    const address = picture.closest("a")?.href ?? picture.src;
    if (picture.src.startsWith("blob:")) return;
    picture.src = await copyOf(address);
  }

  if (!session.visitor) return;
  panel.addEventListener(
    "error",
    (event) => {
      const { target } = event;
      if (target instanceof HTMLImageElement && target.closest(".attached, .tray")) fill(target).catch(() => {});
    },
    true,
  );
  for (const picture of /** @type {NodeListOf<HTMLImageElement>} */ (panel.querySelectorAll(".attached img"))) {
    if (picture.complete && !picture.naturalWidth) fill(picture).catch(() => {});
  }
}
