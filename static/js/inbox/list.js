// The list of conversations: looks again when the server says that something happened, and calls who asked to be called.

import { recall, remember } from "../lib/storage.js";
import { language } from "../lib/words.js";
import { putInPlace } from "./in_place.js";

const LOOK_MS = 400; // between two looks
const SEARCH_MS = 2000; // the same while a search is shown, which costs the server more
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
    const pinging = setInterval(() => {
      if (socket.readyState === WebSocket.OPEN) socket.send("ping");
      else if (socket.readyState !== WebSocket.CONNECTING) lost(); // Safari closes that of a page asleep, and may not say so
    }, PING_MS);
    socket.onmessage = ({ data }) => {
      attempt = 0;
      if (typeof data === "string" && data.startsWith("{")) look();
    };
    socket.onclose = ({ code }) => {
      if (code === 4403) return location.reload(); // signed out
      lost();
    };

    function lost() {
      clearInterval(pinging);
      socket.onclose = null;
      attempt += 1;
      setTimeout(connect, Math.random() * Math.min(MAX_WAIT_S, 2 ** attempt) * 1000);
    }
  }

  async function look() {
    if (isLooking) {
      isAsked = true;
      return;
    }
    isLooking = true;
    const query = shown();
    const html = await fetched(query);
    await released;
    if (html && query === shown()) put(html); // else another list was asked for meanwhile
    await new Promise((resolve) => setTimeout(resolve, query.includes("q=") ? SEARCH_MS : LOOK_MS));
    isLooking = false;
    if (isAsked) {
      isAsked = false;
      look();
    }
  }

  /** What the address says of the list. */
  function shown() {
    return list().dataset.query ?? "";
  }

  function list() {
    return /** @type {HTMLElement} */ (document.getElementById("inbox-list"));
  }

  /** @param {string} query @returns {Promise<string>} the list, "" where none came */
  async function fetched(query) {
    const open = new URLSearchParams({ open: inbox.dataset.open ?? "" });
    const response = await fetch(`${inbox.dataset.listUrl}?${query}&${open}`, { redirect: "error" }).catch(() => null);
    return response?.ok ? await response.text() : "";
  }

  /** Another tab, page or search, without leaving the conversation that is open. @param {string} query */
  async function go(query) {
    const html = await fetched(query);
    if (!html) return location.assign(`?${query}`);
    history.pushState(null, "", `?${query}`);
    put(html);
    list().parentElement?.scrollTo(0, 0);
    searched();
  }

  /** The field and the way back say what the list shows. */
  function searched() {
    const form = /** @type {HTMLFormElement} */ (document.getElementById("inbox-search"));
    const query = new URLSearchParams(shown());
    for (const name of ["tab", "q"]) {
      const field = /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
      if (field !== document.activeElement) field.value = query.get(name) ?? "";
    }
    const back = /** @type {HTMLAnchorElement | null} */ (document.querySelector(".inbox__back"));
    if (back) back.search = query.toString();
    tell(list().querySelector(".inbox__empty p")?.textContent?.trim() ?? "");
  }

  /** The list as it stands now. @param {string} html */
  function put(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    const fresh = /** @type {HTMLElement | null} */ (template.content.querySelector("#inbox-list"));
    if (!fresh) return;
    putInPlace(list(), fresh, () => {
      offer();
      ticks();
    });
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
    const one = /** @type {HTMLAnchorElement | null} */ (document.querySelector(".inbox__row:has(.badge [data-since])"));
    const notification = new Notification(words.waits ?? "", { tag: "inbox", body: one?.querySelector(".inbox__who")?.textContent ?? "" });
    notification.onclick = () => {
      window.focus();
      location.assign(one?.href ?? "?tab=waiting");
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

  inbox.addEventListener("click", (event) => {
    const link = /** @type {HTMLAnchorElement | null} */ (/** @type {Element} */ (event.target).closest("#inbox-list a[href^='?']"));
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const turnsPage = !!link.closest(".inbox__way");
    go(link.search.slice(1)).then(() => turnsPage && /** @type {HTMLElement | null} */ (document.querySelector(".inbox__row"))?.focus());
  });
  document.getElementById("inbox-search")?.addEventListener("submit", (event) => {
    event.preventDefault();
    const asked = new FormData(/** @type {HTMLFormElement} */ (event.target));
    go(new URLSearchParams(/** @type {[string, string][]} */ ([...asked].filter(([, value]) => value))).toString());
  });
  addEventListener("popstate", async () => {
    const html = await fetched(location.search.slice(1));
    if (!html) return location.reload();
    put(html);
    searched();
  });
  inbox.addEventListener("pointerdown", () => {
    released = new Promise((resolve) => {
      for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => setTimeout(resolve), { once: true });
    });
  });
  list().querySelector(".inbox__row[aria-current]")?.scrollIntoView({ block: "nearest" });
  offer();
  ticks();
  setInterval(ticks, TICK_MS);
  connect();
}
