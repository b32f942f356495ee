// The list of conversations: looks again when the server says that something happened, and calls who asked to be called.

import { recall, remember } from "../lib/storage.js";
import { language } from "../lib/words.js";

const LOOK_MS = 400; // between two looks
const PING_MS = 25_000;
const MAX_WAIT_S = 30;
const TICK_MS = 15_000;
const BEEP_HZ = 880;
const BEEP_S = 0.15;

/**
 * @param {object} parts
 * @param {HTMLElement} parts.inbox
 * @param {(message: string) => void} parts.tell to screen readers
 */
export function watchList({ inbox, tell }) {
  const words = /** @type {HTMLElement} */ (document.getElementById("inbox-words")).dataset;
  let attempt = 0;
  let isLooking = false;
  let isAsked = false;
  let waiting = number("waiting");
  let released = Promise.resolve(); // a row that is replaced between press and release of a button is not clicked

  /** @param {"waiting" | "mine"} name */
  function number(name) {
    return Number(document.getElementById("inbox-list")?.dataset[name] ?? 0);
  }

  function connect() {
    const socket = new WebSocket(new URL("/ws/inbox/", location.href.replace(/^http/, "ws")));
    const pinging = setInterval(() => socket.readyState === WebSocket.OPEN && socket.send("ping"), PING_MS);
    socket.onmessage = ({ data }) => {
      attempt = 0;
      if (typeof data === "string" && data.startsWith("{")) look();
    };
    socket.onclose = ({ code }) => {
      clearInterval(pinging);
      if (code === 4403) return location.reload(); // signed out
      attempt += 1;
      setTimeout(connect, Math.random() * Math.min(MAX_WAIT_S, 2 ** attempt) * 1000);
    };
  }

  async function look() {
    if (isLooking) {
      isAsked = true;
      return;
    }
    isLooking = true;
    const list = document.getElementById("inbox-list");
    const query = new URLSearchParams({ tab: list?.dataset.tab ?? "", open: inbox.dataset.open ?? "" });
    const response = await fetch(`${inbox.dataset.listUrl}?${query}`, { redirect: "error" }).catch(() => null);
    const html = response?.ok ? await response.text() : "";
    await released;
    if (html) put(html);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    isLooking = false;
    if (isAsked) {
      isAsked = false;
      look();
    }
  }

  /** The list as it stands now; what has the focus keeps it. @param {string} html */
  function put(html) {
    const list = document.getElementById("inbox-list");
    const template = document.createElement("template");
    template.innerHTML = html;
    const fresh = template.content.querySelector("#inbox-list");
    if (!list || !fresh) return;
    const focused = list.contains(document.activeElement) && document.activeElement?.getAttribute("href");
    list.replaceWith(fresh);
    if (focused) /** @type {HTMLElement | null} */ (fresh.querySelector(`[href="${CSS.escape(focused)}"]`))?.focus();
    offer();
    ticks();
    const now = number("waiting");
    document.title = document.title.replace(/^\(\d+\) /, "");
    if (now) document.title = `(${now}) ${document.title}`;
    if (now > waiting) call();
    waiting = now;
  }

  /** Somebody new waits. */
  function call() {
    tell(words.waits ?? "");
    if (recall("inboxCalls") !== true) return;
    beep();
    if (document.visibilityState === "visible" || Notification.permission !== "granted") return;
    const first = /** @type {HTMLAnchorElement | null} */ (document.querySelector(".inbox__row:has([data-since])"));
    const notification = new Notification(words.waits ?? "", { tag: "inbox", body: first?.querySelector(".inbox__who")?.textContent ?? "" });
    notification.onclick = () => {
      window.focus();
      if (first) location.assign(first.href);
    };
  }

  function beep() {
    try {
      const sound = new AudioContext();
      const tone = new OscillatorNode(sound, { frequency: BEEP_HZ });
      tone.connect(new GainNode(sound, { gain: 0.1 })).connect(sound.destination);
      tone.start();
      tone.stop(sound.currentTime + BEEP_S);
      tone.onended = () => sound.close();
    } catch {
      // a browser that holds sounds back until somebody clicks
    }
  }

  /** The button by which somebody asks to be called. */
  function offer() {
    const button = document.getElementById("inbox-notify");
    if (!button || !("Notification" in window)) return;
    button.hidden = recall("inboxCalls") === true && Notification.permission !== "default";
    button.onclick = async () => {
      await Notification.requestPermission();
      remember("inboxCalls", true);
      button.hidden = true;
    };
  }

  /** How long it has been, without asking the server. */
  function ticks() {
    for (const time of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#inbox-list [data-since]"))) {
      const minutes = Math.max(0, Math.floor((Date.now() - Date.parse(time.dataset.since ?? "")) / 60_000));
      if (Number.isNaN(minutes)) continue;
      const [n, unit] = minutes < 60 ? [minutes, "minute"] : minutes < 2880 ? [Math.round(minutes / 60), "hour"] : [Math.round(minutes / 1440), "day"];
      time.textContent = new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short" }).format(n);
    }
  }

  inbox.addEventListener("pointerdown", () => {
    released = new Promise((resolve) => {
      for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => setTimeout(resolve), { once: true });
    });
  });
  offer();
  ticks();
  setInterval(ticks, TICK_MS);
  connect();
}
