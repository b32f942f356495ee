// Brings in what some buttons need when somebody turns to one of them: a pointer comes, the focus, or at the latest a click.

/**
 * A click that came before is repeated once all is here; one that follows a failure tries again.
 * @param {EventTarget} within
 * @param {string} selector of the buttons and links
 * @param {() => Promise<unknown>} load
 * @param {(wanted: HTMLElement) => void} failed to load what this one needs
 * @returns {() => Promise<unknown>} brings it in at once
 */
export function atFirstNeed(within, selector, load, failed) {
  let isHere = false;
  /** @type {Promise<unknown> | undefined} */
  let coming;

  function bring() {
    coming ??= load().then(
      () => (isHere = true),
      (error) => {
        coming = undefined;
        throw error;
      },
    );
    return coming;
  }

  for (const sign of ["pointerover", "focusin", "click"]) {
    within.addEventListener(
      sign,
      (event) => {
        const wanted = !isHere && /** @type {Element} */ (event.target).closest?.(selector);
        if (!(wanted instanceof HTMLElement)) return;
        const coming = bring();
        if (sign !== "click") return coming.catch(() => {});
        event.preventDefault();
        event.stopImmediatePropagation();
        coming.then(() => wanted.click(), () => failed(wanted));
      },
      { capture: true },
    );
  }
  return bring;
}
