// The socket of a live conversation (voice.v1): comes in, stays open, comes back after a break.

import { unpacked } from "./frames.js";

const PROTOCOL = "voice.v1";
const PING_S = 20;
const PATIENCE_S = 10; // for an answer to hello or ping: a network that is half open never reports its failure
const MAX_TRIES = 8; // with pauses of up to MAX_WAIT_S, some half a minute: then it is no break any more
const MAX_WAIT_S = 8;
const TOO_MANY = 4429;
/** @type {Record<number, string>} close codes after which there is no coming back, and the sentence that says so */
const ENDS = {
  4400: "liveFailed",
  4401: "liveFailed",
  4403: "inactive",
  4404: "deleted",
  4406: "liveUnheard",
  4408: "liveIdle",
  4429: "liveBusy",
};

/**
 * @param {object} options
 * @param {string} options.path
 * @param {() => {session_id: string, greet: boolean, visitor?: string}} options.hello what to say at each coming in
 * @param {(ready: import("./frames.js").Ready) => void} options.onReady
 * @param {(frame: import("./frames.js").ServerFrame) => void} options.onFrame
 * @param {(sound: import("./frames.js").Sound) => void} options.onSound
 * @param {() => void} options.onLost it comes back by itself
 * @param {(why: string) => void} options.onEnd the name of the sentence that says why; not called after close()
 */
export function createLiveSocket({ path, hello, onReady, onFrame, onSound, onLost, onEnd }) {
  /** @type {WebSocket | null} */
  let socket = null;
  let isIn = false;
  let wasIn = false;
  let isClosed = false;
  let tries = 0;
  /** @typedef {ReturnType<typeof setTimeout> | undefined} Timer */
  let waiting = /** @type {Timer} */ (undefined);
  let pinging = /** @type {Timer} */ (undefined);
  let again = /** @type {Timer} */ (undefined);

  function open() {
    clearTimeout(again);
    if (isClosed || socket) return;
    const current = new WebSocket(new URL(path, location.href.replace(/^http/, "ws")), PROTOCOL);
    current.binaryType = "arraybuffer";
    socket = current;
    expectAnswer(current);
    current.onopen = () => send({ type: "hello", v: 1, ...hello() });
    current.onmessage = ({ data }) => current === socket && take(data);
    current.onclose = ({ code }) => closed(current, code);
  }

  /** @param {WebSocket} current */
  function expectAnswer(current) {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      current.close();
      closed(current, 1006); // closing a dead socket can take a minute: let go of it at once
    }, PATIENCE_S * 1000);
  }

  /** @param {string | ArrayBuffer} data */
  function take(data) {
    clearTimeout(waiting);
    if (data instanceof ArrayBuffer) {
      const sound = unpacked(data);
      if (sound) onSound(sound);
      return;
    }
    /** @type {import("./frames.js").Ready | import("./frames.js").ServerFrame | {type: "pong"}} */
    const frame = JSON.parse(data);
    if (frame.type === "ready") {
      isIn = true;
      tries = 0;
      pinging = setInterval(ping, PING_S * 1000);
      wasIn = true;
      onReady(frame);
    } else if (frame.type !== "pong") onFrame(frame);
  }

  function ping() {
    if (!socket) return;
    send({ type: "ping" });
    expectAnswer(socket);
  }

  /** @param {WebSocket} current @param {number} code */
  function closed(current, code) {
    if (current !== socket) return;
    socket = null;
    const wasLost = isIn;
    isIn = false;
    clearTimeout(waiting);
    clearInterval(pinging);
    if (isClosed) return;
    tries += 1;
    // Back after a break, the places may still be held by sockets that nobody knows to be dead.
    const isFull = code === TOO_MANY && wasIn;
    const why = (isFull ? "" : ENDS[code]) || (tries > MAX_TRIES ? "liveFailed" : "");
    if (why) {
      isClosed = true;
      return onEnd(why);
    }
    if (wasLost) onLost();
    // A restarting server is back in a moment; a thousand pages must not come back as one.
    again = setTimeout(open, Math.random() * Math.min(MAX_WAIT_S, 2 ** (tries - 1)) * 1000);
  }

  /** @param {import("./frames.js").ClientFrame} frame dropped while there is no connection; whoever must not lose it sends it again after the break */
  function send(frame) {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
  }

  addEventListener("online", open);

  return {
    open,
    send,
    /** @param {ArrayBuffer} sound */
    sendSound(sound) {
      if (isIn && socket?.readyState === WebSocket.OPEN) socket.send(sound);
    },
    get isIn() {
      return isIn;
    },
    /** The server could not do its part: try it anew, with a socket of its own. */
    again() {
      const current = socket;
      current?.close();
      if (current) closed(current, 1006);
    },
    close() {
      isClosed = true;
      clearTimeout(again);
      clearTimeout(waiting);
      clearInterval(pinging);
      removeEventListener("online", open);
      socket?.close(1000);
      socket = null;
    },
  };
}
