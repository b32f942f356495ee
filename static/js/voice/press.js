// One button, two ways: hold it and let go to finish, or press once to begin and once more to finish. Keys only press.

const HOLD_MS = 300; // shorter is a tap
const AWAY_PX = 72; // so far to the side or away from the button means: rather not

/**
 * @param {HTMLElement} button
 * @param {object} actions
 * @param {() => boolean} actions.isOn whether something runs that a press would finish
 * @param {() => boolean} actions.isOpen whether it has really begun; letting go before leaves it running
 * @param {() => void} actions.begin
 * @param {(isHeld: boolean) => void} actions.held it is being held, or not any more
 * @param {(isAway: boolean) => void} actions.away letting go now would cancel, or not any more
 * @param {() => void} actions.finish
 * @param {() => void} actions.cancel
 */
export function watchPress(button, { isOn, isOpen, begin, held, away, finish, cancel }) {
  /** @type {{id: number, x: number, y: number, at: number, isFirst: boolean, isAway: boolean} | null} */
  let press = null;
  let isHandled = false; // the click that follows a press of ours says nothing new
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let holding;

  button.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || button.ariaDisabled === "true") return;
    isHandled = true;
    press = { id: event.pointerId, x: event.clientX, y: event.clientY, at: event.timeStamp, isFirst: !isOn(), isAway: false };
    button.setPointerCapture?.(event.pointerId);
    if (!press.isFirst) return;
    begin();
    holding = setTimeout(() => press && held(true), HOLD_MS);
  });
  button.addEventListener("pointermove", (event) => {
    if (event.pointerId !== press?.id || !press.isFirst) return;
    const isAway = Math.hypot(event.clientX - press.x, event.clientY - press.y) > AWAY_PX;
    if (isAway === press.isAway) return;
    press.isAway = isAway;
    away(isAway);
  });
  button.addEventListener("pointerup", (event) => {
    if (event.pointerId !== press?.id) return;
    const { at, isFirst, isAway } = press;
    end();
    if (!isFirst) finish();
    else if (isAway) cancel();
    else if (event.timeStamp - at >= HOLD_MS && isOpen()) finish();
  });
  // The browser took the pointer away, for its question about the microphone for one: what was begun goes on.
  button.addEventListener("pointercancel", (event) => {
    isHandled = false;
    if (event.pointerId === press?.id) end();
  });

  function end() {
    clearTimeout(holding);
    press = null;
    away(false);
    held(false);
  }

  button.addEventListener("click", () => {
    const wasHandled = isHandled;
    isHandled = false;
    if (wasHandled || button.ariaDisabled === "true") return;
    if (isOn()) finish();
    else begin();
  });
  button.addEventListener("keydown", (event) => {
    isHandled = false; // a press that slid away had no click
    if (event.repeat && (event.key === "Enter" || event.key === " ")) event.preventDefault(); // one key held is one press
  });
  button.addEventListener("contextmenu", (event) => event.preventDefault()); // a long touch is a hold
}
