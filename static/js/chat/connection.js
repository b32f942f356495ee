// The socket that brings what happens in the session. It never gives up, and always says in words how it stands.

const PING_S = 25; // below the 30-60 s after which proxies close a silent connection
const PONG_S = 10;
const MAX_WAIT_S = 30;
const STALE_MS = 5000; // heard nothing for so long: coming back to the tab, ask whether the socket still lives
const GONE = 4404;
const FORBIDDEN = 4403;

/**
 * @typedef {{name: "idle" | "connecting" | "open" | "waiting" | "offline" | "ended", inS?: number}} State
 */

/**
 * @param {object} options
 * @param {() => string} options.address path and query of the socket, asked anew for each attempt
 * @param {string} [options.hello] what the page says first, each time
 * @param {(html: string) => void} options.onFrame
 * @param {(state: State) => void} options.onState
 * @param {(code: number) => void} options.onGone the session is not there any more, or its reader may not see it
 */
export function createConnection({ address, hello = "", onFrame, onState, onGone }) {
  /** @type {WebSocket | null} */
  let socket = null;
  let attempt = 0;
  let nextAt = 0; // when the next attempt is due, in ms
  let lastHeard = 0;
  /** @type {State["name"]} */
  let name = "idle";
  /** @typedef {ReturnType<typeof setTimeout> | undefined} Timer */
  let waiting = /** @type {Timer} */ (undefined);
  let ticking = /** @type {Timer} */ (undefined);
  let pinging = /** @type {Timer} */ (undefined);
  let listening = /** @type {Timer} */ (undefined);

  /** @param {State["name"]} next @param {number} [inS] */
  function tell(next, inS) {
    name = next;
    onState({ name: navigator.onLine === false && next !== "open" && next !== "ended" ? "offline" : next, inS });
  }

  function open() {
    if (name === "ended" || socket) return;
    clearTimers();
    tell("connecting");
    const current = new WebSocket(new URL(address(), location.href.replace(/^http/, "ws")));
    socket = current;
    // A half-open network never reports the failure: an attempt has as long as a ping.
    listening = setTimeout(() => drop(current), PONG_S * 1000);
    current.onopen = () => {
      clearTimeout(listening);
      lastHeard = Date.now();
      if (hello) current.send(hello);
      pinging = setInterval(ping, PING_S * 1000);
      tell("open");
    };
    current.onmessage = ({ data }) => {
      lastHeard = Date.now();
      attempt = 0;
      clearTimeout(listening);
      if (name !== "open") tell("open"); // the network came back before the socket was lost
      if (typeof data === "string" && data.trimStart().startsWith("<")) onFrame(data);
    };
    current.onclose = ({ code }) => closed(current, code);
  }

  function ping() {
    if (!socket || socket.readyState === WebSocket.CONNECTING) return;
    const current = socket;
    if (current.readyState !== WebSocket.OPEN) return drop(current); // Safari closes that of a page asleep, and may not say so
    current.send('{"type":"ping"}');
    clearTimeout(listening);
    listening = setTimeout(() => drop(current), PONG_S * 1000);
  }

  /** @param {WebSocket} current @param {number} code */
  function closed(current, code) {
    if (current !== socket) return;
    socket = null;
    clearTimers();
    if (code === GONE || code === FORBIDDEN) {
      tell("ended");
      onGone(code);
      return;
    }
    again();
  }

  /** Closing a dead socket can take a minute: let go of it at once. @param {WebSocket} current */
  function drop(current) {
    current.close();
    closed(current, 1006);
  }

  function again() {
    const ceiling = Math.min(MAX_WAIT_S, 2 ** attempt);
    attempt += 1;
    nextAt = Date.now() + Math.random() * ceiling * 1000; // full jitter: a thousand pages do not come back as one
    waiting = setTimeout(open, nextAt - Date.now());
    tick();
  }

  function tick() {
    const inS = Math.ceil((nextAt - Date.now()) / 1000);
    tell("waiting", Math.max(inS, 0));
    if (inS > 0) ticking = setTimeout(tick, 1000);
  }

  function clearTimers() {
    clearTimeout(waiting);
    clearTimeout(ticking);
    clearTimeout(listening);
    clearInterval(pinging);
  }

  function now() {
    if (name === "idle" || name === "ended") return;
    if (!socket) open();
    else if (socket.readyState !== WebSocket.OPEN || name !== "open" || Date.now() - lastHeard > STALE_MS) ping();
  }

  addEventListener("online", now);
  addEventListener("offline", () => {
    if (name !== "idle" && name !== "ended") tell(name === "open" ? "offline" : name);
    ping(); // if the network is really gone, it is found out within PONG_S
  });
  addEventListener("pageshow", now);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && now());

  return {
    open,
    /** Says something to the server that may be lost. @param {string} text */
    write(text) {
      if (socket?.readyState === WebSocket.OPEN) socket.send(text);
    },
    /** Tries at once, where there is no connection. */
    now,
    /** Starts over: the page noticed that it missed something. */
    resync() {
      if (name === "ended" || !socket) return;
      const current = socket;
      socket = null;
      clearTimers();
      current.onclose = null;
      current.close();
      if (attempt === 0) {
        attempt = 1;
        open();
      } else again();
    },
    end() {
      const current = socket;
      socket = null;
      clearTimers();
      current?.close();
      tell("ended");
    },
  };
}
