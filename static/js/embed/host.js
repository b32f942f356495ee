// What a frame and the page around it tell each other. Only the browser's list of hosts decides who that page may be.

/**
 * @typedef {{type: "page", page: string, title: string, referrer: string} | {type: "shown", shown: boolean}
 *   | {type: "send", told: string} | {type: "identify", told: Record<string, unknown>}} FromHost
 */

/** @param {(message: FromHost) => void} onMessage */
export function createHost(onMessage) {
  /** Known from its first message on; before, nothing is told but that we listen. */
  let origin = "";

  addEventListener("message", (event) => {
    if (event.source !== parent || event.data?.salesagent !== 1) return;
    origin = event.origin;
    onMessage(event.data);
  });

  return {
    /** To whoever embeds: it holds nothing of the visitor's. @param {"ready" | "close"} type */
    signal: (type) => parent.postMessage({ salesagent: 1, type }, "*"),
    /** @param {"message" | "lead" | "handover" | "unread"} type @param {Record<string, unknown>} more */
    tell(type, more) {
      if (origin) parent.postMessage({ salesagent: 1, type, ...more }, origin);
    },
  };
}
