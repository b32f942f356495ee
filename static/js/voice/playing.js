// One sound at a time: in this page, and in all tabs of the site.

const channel = "BroadcastChannel" in window ? new BroadcastChannel("salesagent:playing") : null;
/** @type {(() => void) | null} */
let stopCurrent = null;

/** Ends what is playing in this page. */
export function hush() {
  const stop = stopCurrent;
  stopCurrent = null;
  stop?.();
}

/**
 * Takes the floor: whatever plays, here or in another tab, is stopped.
 * @param {() => void} stop called when something else takes it
 */
export function takeFloor(stop) {
  if (stopCurrent !== stop) hush();
  stopCurrent = stop;
  channel?.postMessage("taken");
}

/** @param {() => void} stop what was given to takeFloor */
export function leaveFloor(stop) {
  if (stopCurrent === stop) stopCurrent = null;
}

channel?.addEventListener("message", hush);
addEventListener("pagehide", hush);
