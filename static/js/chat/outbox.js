// What was written and is not yet stored on the server. Kept in this browser until the server has it, sent in order.

import { onRemembered, recall, recallAll, remember } from "../lib/storage.js";

const MAX_WAIT_S = 30;
const TRIES_BEFORE_FAILED = 3; // server errors in a row, after which the mark says "not sent" (it is tried on regardless)

/**
 * @typedef {import("./files/kept_files.js").SentFile} SentFile
 * @typedef {{client_id: string, content: string, at: number, state: "queued" | "sending" | "failed", tries?: number, files?: SentFile[]}} Entry
 */

/**
 * @param {object} options
 * @param {ReturnType<import("./session.js").createSession>} options.session
 * @param {(entry: Entry, isBusy?: boolean) => void} options.onEntry an entry is new or its state has changed; isBusy: the server asked to wait
 * @param {(entry: Entry, answer: import("./session.js").Answer) => void} options.onSent
 * @param {(entry: Entry, detail: string) => void} options.onRefused it left the outbox unsent: the text has to change
 * @param {(detail: string) => void} options.onWait
 * @param {() => void} options.onGone
 * @param {(begun: {id: string, socketPath: string, url: string}) => void} options.onBegun
 */
export function createOutbox({ session, onEntry, onSent, onRefused, onWait, onGone, onBegun }) {
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("salesagent:sessions") : null;
  const shown = new Set(); // client ids this page shows
  let attempt = 0;
  let busy = false;
  let asked = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;

  // An entry of its own for each message: two tabs that wrote one list at the same time would lose one of them.
  const folder = () => `outbox:${session.scope}:`;
  /** @returns {Entry[]} oldest first */
  const entries = () => /** @type {Entry[]} */ (recallAll(folder())).sort((one, other) => one.at - other.at);

  /** @param {Entry} entry @param {Entry["state"]} state @param {boolean} [isBusy] */
  function mark(entry, state, isBusy) {
    entry.state = state;
    if (recall(folder() + entry.client_id) === null) return;
    remember(folder() + entry.client_id, entry);
    onEntry(entry, isBusy);
  }

  /** @param {string} clientId */
  function remove(clientId) {
    remember(folder() + clientId, null);
  }

  async function flush() {
    clearTimeout(waiting);
    if (busy) {
      asked = true;
      return;
    }
    busy = true;
    try {
      do {
        asked = false;
        await alone(`salesagent:${folder()}`, drain);
      } while (asked);
    } finally {
      busy = false;
    }
  }

  /** Sends one after the other until nothing is left, or something has to be waited for. */
  async function drain() {
    for (let entry = entries()[0]; entry; entry = entries()[0]) {
      mark(entry, "sending");
      const scope = session.scope;
      const answer = await session.say({
        content: entry.content,
        client_id: entry.client_id,
        ...(entry.files?.length && { attachments: entry.files.map((file) => file.id).join() }),
      });
      if (answer.outcome === "done") {
        attempt = 0;
        remove(entry.client_id);
        if (answer.session) begin(scope, answer.session, entry.client_id);
        onSent(entry, answer);
        if (answer.session) {
          asked = true; // the rest goes to the new session, under its own lock
          return;
        }
      } else if (answer.outcome === "refused") {
        remove(entry.client_id);
        onRefused(entry, answer.detail ?? "");
      } else if (answer.outcome === "gone") {
        for (const left of entries()) mark(left, "failed");
        onGone();
        return;
      } else {
        const isServer = answer.outcome === "failed";
        entry.tries = (entry.tries ?? 0) + Number(isServer);
        mark(entry, entry.tries >= TRIES_BEFORE_FAILED ? "failed" : "queued", answer.outcome === "wait");
        if (answer.outcome === "wait") onWait(answer.detail ?? "");
        later(answer.waitS ?? Math.random() * Math.min(MAX_WAIT_S, 2 ** attempt));
        attempt += 1;
        return;
      }
    }
  }

  /** @param {number} seconds */
  function later(seconds) {
    clearTimeout(waiting);
    waiting = setTimeout(flush, seconds * 1000);
  }

  /**
   * The first message began a session: what waits behind it moves there.
   * @param {string} from
   * @param {{id: string, socketPath: string, url: string}} begun
   * @param {string} sent client id of the first message, which another tab may have written
   */
  function begin(from, begun, sent) {
    const left = /** @type {Entry[]} */ (recallAll(`outbox:${from}:`));
    session.adopt(begun);
    for (const entry of left) {
      remember(folder() + entry.client_id, entry);
      remember(`outbox:${from}:${entry.client_id}`, null);
    }
    // Another new tab whose first message waited in the same place: both are one conversation now.
    const clientIds = [sent, ...shown, ...left.map((entry) => entry.client_id)];
    channel?.postMessage({ from, begun, clientIds });
    onBegun(begun);
  }

  channel?.addEventListener("message", ({ data }) => {
    const isOurs = !session.id && data.from === session.scope && data.clientIds.some((/** @type {string} */ id) => shown.has(id));
    if (!isOurs) return;
    session.adopt(data.begun);
    onBegun(data.begun);
  });
  onRemembered((changed) => {
    if (!changed.startsWith(folder()) || !session.id) return; // before a session exists each tab may be a conversation of its own
    for (const entry of entries()) show(entry);
  });
  addEventListener("online", () => flush());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && flush());

  /** @param {Entry} entry */
  function show(entry) {
    shown.add(entry.client_id);
    onEntry(entry);
  }

  return {
    flush,
    begin,
    /** Runs a task of its own (a recording on its way) while no message of this conversation is being sent. @param {() => Promise<void>} task */
    between: (task) => alone(`salesagent:${folder()}`, task),
    get isEmpty() {
      return entries().length === 0;
    },
    /** @param {string} content @param {SentFile[]} [files] */
    add(content, files = []) {
      const id = newClientId();
      /** @type {Entry} */
      const entry = { client_id: id, content, at: performance.timeOrigin + performance.now(), state: "queued", ...(files.length && { files }) };
      remember(folder() + id, entry);
      show(navigator.onLine === false ? entry : { ...entry, state: "sending" });
      flush();
    },
    /** The server has it (it said so over the socket). @param {string} clientId */
    confirm(clientId) {
      remove(clientId);
    },
    /** Shows what an earlier visit left behind, and sends it. */
    restore() {
      for (const entry of entries()) show({ ...entry, state: "queued" });
      flush();
    },
  };
}

/** Names a message before the server has it. Plain HTTP has no crypto.randomUUID. */
export function newClientId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Runs a task while no other tab runs the one of the same name.
 * @param {string} name
 * @param {() => Promise<void>} task
 */
async function alone(name, task) {
  let hasRun = false;
  try {
    await navigator.locks.request(name, () => {
      hasRun = true;
      return task();
    });
  } catch (error) {
    if (hasRun) throw error;
    // Plain HTTP has no locks, and a frame whose storage is blocked is denied them. The server stores each client id once.
    await task();
  }
}
