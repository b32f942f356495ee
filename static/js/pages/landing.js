// The landing page's only script at first: a few lines that bring in the rest when the visitor turns to the chat.

const panel = /** @type {HTMLElement} */ (document.getElementById("panel"));
const launcher = /** @type {HTMLFormElement} */ (document.getElementById("launcher"));

/**
 * @typedef {object} Parts
 * @property {ReturnType<import("../chat/chat.js").startChat>} chat
 * @property {ReturnType<import("./floating_panel.js").createFloatingPanel>} floating
 */

/** @type {Promise<Parts> | undefined} */
let started;

/** Loads and starts the conversation, once. */
function start() {
  started ??= Promise.all([import("../chat/chat.js"), import("./floating_panel.js")]).then(
    ([{ startChat }, { createFloatingPanel }]) => ({ chat: startChat(panel), floating: createFloatingPanel(panel) }),
  );
  started.catch(() => (started = undefined)); // the network was away: the next click tries again
  return started;
}

/** Whether an earlier visit left something to go on with. */
function isKnown() {
  try {
    return Object.keys(localStorage).some((key) => key.startsWith("salesagent:"));
  } catch {
    return false;
  }
}

/**
 * Takes over what the page would do by itself; where the scripts cannot be loaded, the page does it after all.
 * @param {Event} event
 * @param {(parts: Parts) => void} act
 * @param {() => void} otherwise
 */
function instead(event, act, otherwise) {
  event.preventDefault();
  start().then(act, otherwise);
}

launcher.addEventListener("submit", (event) =>
  instead(event, ({ floating }) => floating.show(), () => launcher.submit()),
);
document.addEventListener("click", (event) => {
  const link = /** @type {Element} */ (event.target).closest("a[data-open-chat], a[data-focus-chat]");
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
  if (!(link instanceof HTMLAnchorElement) || !isPlain) return;
  instead(event, ({ floating }) => floating.show("focusChat" in link.dataset), () => location.assign(link.href));
});
// Only until the chat has started: then it listens itself.
panel.addEventListener(
  "submit",
  (event) => {
    if (panel.dataset.started !== undefined) return;
    const { submitter, target } = /** @type {SubmitEvent} */ (event);
    const form = /** @type {HTMLFormElement} */ (target);
    const field = /** @type {HTMLTextAreaElement} */ (panel.querySelector("#message"));
    event.stopPropagation();
    instead(
      event,
      ({ chat }) => {
        const isStarter = submitter instanceof HTMLButtonElement && submitter.matches(".starter");
        if (isStarter) chat.say(submitter.value);
        else form.requestSubmit();
        field.focus({ preventScroll: true });
      },
      () => form.submit(),
    );
  },
  { capture: true },
);
// A press of the microphone, or of what belongs to it, is repeated as soon as there is something to take it.
panel.addEventListener("click", (event) => {
  const button = /** @type {Element} */ (event.target).closest("button[data-voice-control]");
  if (panel.dataset.voiceStarted !== undefined || !(button instanceof HTMLElement)) return;
  start()
    .then(({ chat }) => chat.voice)
    .then(() => panel.dataset.voiceStarted !== undefined && button.click(), () => {});
});
for (const element of [panel, launcher]) {
  for (const sign of ["pointerenter", "touchstart", "focusin"]) {
    element.addEventListener(sign, () => start().catch(() => {}), { once: true, passive: true });
  }
}
// Enter before the scripts are there would only break the line.
panel.addEventListener("keydown", (event) => {
  const isField = /** @type {Element} */ (event.target).id === "message";
  if (panel.dataset.started !== undefined || !isField || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  /** @type {HTMLFormElement} */ (panel.querySelector("#composer")).requestSubmit();
});
// The launcher is for those who cannot see the conversation.
new IntersectionObserver(([entry]) => {
  launcher.classList.add("is-watching");
  launcher.classList.toggle("is-needless", entry?.isIntersecting ?? false);
}).observe(panel);
// Beside the page's own buttons that lead to it, it would only lie over them.
const inHero = document.querySelectorAll("main a[data-focus-chat]");
const beside = new Set();
const besides = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) beside[isIntersecting ? "add" : "delete"](target);
  launcher.classList.toggle("is-beside", beside.size > 0);
});
for (const link of inHero) besides.observe(link);
if (panel.dataset.session || isKnown()) start().catch(() => {});
