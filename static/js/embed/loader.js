// The one script that a host includes: a launcher in a shadow root, and the chat in a frame of ours once it is opened.
// It is served as /embed.js with LOOKS filled in for the page that asks, and must stay below 3 kB gzip.
// Before the chat is opened it sets no cookie, stores nothing and asks for nothing more.

/**
 * @typedef {object} Look
 * @property {"left" | "right"} side
 * @property {string} label
 * @property {string} fill
 * @property {string} ink
 * @property {string} open
 * @property {string} frame
 * @property {number[]} [times] at which people come and go by turns, with the words `here` and `back`
 * @property {string} [lang] of these times
 * @property {string} here
 * @property {string} back
 * @property {string} [text] to greet with, where these are: after so many ms, at that part of the page, when the mouse leaves, once more
 * @property {number} [after]
 * @property {number} [scroll]
 * @property {boolean} [exit]
 * @property {boolean} [again]
 * @property {string} [path]
 * @property {string} dismiss
 */

(() => {
  /** @type {Record<string, Look>} */
  const LOOKS = {}; /*! filled in */
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  const slug = script?.dataset.agent;
  if (!slug) return;
  const { origin: server, search } = new URL(script.src);
  const look = /** @type {Look} */ ({ ...LOOKS[""], ...LOOKS[slug] });
  const { side, scroll, text } = look;
  /** @type {any[]} none, from the last one on */
  const times = look.times ?? [];
  const key = `salesagent:${slug}`;
  /** @type {Record<string, ((detail: unknown) => void)[]>} */
  const listeners = {};
  /** @type {object[]} what the frame is told as soon as it listens */
  const waiting = [];
  /** @type {HTMLIFrameElement | undefined} */
  let frame;
  let isHeard = false;
  let isOpen = false;

  const root = element("div");
  root.popover = "manual"; // in the top layer no z-index of the page is above it, and no transform of the page moves it
  const shadow = root.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  // Important rules of a shadow root win over those of the page, whatever it does to every element.
  sheet.replaceSync(`:host{all:initial!important;position:fixed!important;z-index:9999999999!important;
color-scheme:light dark!important}
button{all:unset;cursor:pointer;font:15px/1.3 system-ui}
button:focus-visible{outline:3px solid canvastext;outline-offset:2px}
.launch,.greet,iframe{position:fixed;bottom:20px;${side}:20px;border-radius:28px;box-shadow:0 4px 16px #0004}
.launch{display:flex;font-weight:600;align-items:center;gap:8px;min-height:56px;padding:0 16px;color:${look.ink};background:${look.fill}}
.launch::before{content:"";width:20px;height:18px;border:2px solid;border-radius:50% 50% 50% 0;flex:none}
small{display:block;font-weight:400}
.count{position:absolute;top:-6px;${side}:-6px;padding:3px 8px;border:2px solid #fff;border-radius:28px;color:#fff;background:#b3261e}
.greet,iframe{border:1px solid #8885;border-radius:12px;color:canvastext;background:canvas}
.greet{bottom:88px;display:flex;max-width:300px}
.greet button{padding:12px 16px;min-width:12px}
iframe{width:400px;height:min(680px,100% - 40px)}
@media(width<480px){iframe{inset:0;width:100%;height:100%;border:0;border-radius:0}}
[hidden],.count:empty{display:none}
@media print{:host{display:none!important}}`);
  shadow.adoptedStyleSheets = [sheet];

  const launcher = element("button", "launch", look.open);
  launcher.ariaExpanded = "false";
  const label = element("span");
  const hours = element("small");
  label.append(look.label, hours);
  label.hidden = !look.label;
  const count = element("small", "count");
  launcher.append(label, count);
  launcher.oncommand = () => (isOpen ? close() : open());
  shadow.append(launcher);

  /** @template {keyof HTMLElementTagNameMap} Tag @param {Tag} tag @param {string} [name] @param {string?} [label] @param {string} [text]
   * @returns {HTMLElementTagNameMap[Tag] & { oncommand: () => void }} */
  function element(tag, name = "", label = null, text = "") {
    /** @type {any} */
    const made = document.createElement(tag);
    made.className = name;
    made.ariaLabel = label;
    made.textContent = text;
    made.commandForElement = made;
    made.command = "--press";
    return made;
  }

  // Pages stop clicks before they reach what is clicked, to count them or to keep a window of theirs open. Ours are taken at the
  // window, the first place they come by; where that is too late, what a button commands itself is what no page sees.
  addEventListener(
    "click",
    (event) => {
      if (event.target !== root) return;
      event.preventDefault(); // no command then
      /** @type {any} */ (event.composedPath()[0]).closest("button")?.oncommand();
    },
    true,
  );

  /** What the visitor decided: in this tab, or once. @param {"sessionStorage" | "localStorage"} where @param {string} [what] */
  function kept(where, what) {
    try {
      if (what) window[where][key] = what;
      return window[where][key];
    } catch {
      // storage is forbidden
    }
  }

  /** @param {string} name @param {unknown} [detail] */
  function emit(name, detail) {
    listeners[name]?.forEach((listener) => listener(detail));
  }

  /** @param {any} message */
  function tell(message) {
    if (isHeard) frame?.contentWindow?.postMessage({ salesagent: 1, ...message }, server);
    else waiting.push(message);
  }

  /** @param {unknown} [takesFocus] */
  function open(takesFocus = true) {
    greeting?.remove();
    if (!frame) {
      frame = element("iframe", "", look.frame);
      frame.allow = "microphone; autoplay; clipboard-write; screen-wake-lock";
      frame.src = `${server}/embed/${slug}/?host=${location.origin}${search.replace("?", "&")}`;
      shadow.prepend(frame);
    }
    if (!isOpen) show(true);
    keepUp();
    if (takesFocus) frame.focus();
    kept("sessionStorage", "open");
    kept("localStorage", "open");
  }

  function close() {
    if (!isOpen) return;
    const hadFocus = shadow.activeElement === frame;
    show(false);
    if (hadFocus) launcher.focus();
    kept("sessionStorage", "closed");
  }

  /** @param {boolean} shown */
  function show(shown) {
    isOpen = shown;
    /** @type {HTMLIFrameElement} */ (frame).hidden = !shown;
    launcher.hidden = shown && isHeard; // over what is not our page, as an error of the browser's, it is the way out
    launcher.ariaExpanded = String(shown);
    tell({ type: "shown", shown });
    emit(shown ? "open" : "close");
  }

  addEventListener("message", ({ source, origin, data }) => {
    if (source !== frame?.contentWindow || origin !== server) return;
    const { type, detail, words } = data;
    if (type === "ready") {
      isHeard = true;
      launcher.hidden = isOpen;
      waiting.splice(0).forEach(tell);
    } else if (type === "unread") {
      count.textContent = detail || "";
      launcher.ariaLabel = words || look.open;
    } else if (type === "refused") shadow.replaceChildren();
    if (type === "close") close();
    else emit(type, detail);
  });

  const commands = {
    open,
    close,
    /** @param {string} told */
    send: (told) => (open(), tell({ type: "send", told })),
    /** @param {Record<string, unknown>} told */
    identify: (told) => tell({ type: "identify", told }),
    /** @param {string} event @param {(detail: unknown) => void} listener */
    on: (event, listener) => (listeners[event] ??= []).push(listener),
  };
  /** @param {string} name @param {unknown[]} rest */
  function Salesagent(name, ...rest) {
    /** @type {any} */ (commands)[name]?.(...rest);
  }
  Salesagent.isReady = true;

  // --- When to greet: by the agent's rules, once a visit, and never over what the visitor decided.
  // Nothing may be kept before the chat is opened, so only the first page of a visit that fits greets. Where the visitor was
  // before, the browser knows: the page with the link, and what this tab showed, this page itself where it was loaded again
  // (`performance.navigation` is the old name for that, and the short one). Pages that send no referrer have no `url` there.
  /** Whether this address of the host is one to greet on. @param {string | null} url */
  const fits = (url) => RegExp(`^${location.origin}${look.path}`).test(/** @type {string} */ (url));
  const { navigation } = window;
  const isLate =
    fits(document.referrer) ||
    navigation?.entries().slice(0, /** @type {any} */ (navigation.currentEntry)?.index + performance.navigation.type).some(({ url }) => !url || fits(url));
  /** @type {any} */
  const patience = look.again && kept("localStorage") ? 0 : look.after;
  /** @type {HTMLElement | undefined} */
  let greeting;
  function greet() {
    if (!text || isLate || greeting || isOpen || kept("sessionStorage") || !fits(location.href)) return;
    greeting = element("div", "greet");
    greeting.role = "status";
    const say = element("button", "", `${look.open}: ${text}`, text);
    say.oncommand = () => open();
    const away = element("button", "", look.dismiss, "✕");
    away.oncommand = () => {
      greeting?.remove();
      kept("sessionStorage", "dismissed");
    };
    greeting.append(say, away);
    shadow.append(greeting);
  }

  if (look.exit) document.addEventListener("mouseleave", ({ clientY }) => clientY <= 0 && greet());
  if (scroll) addEventListener("scroll", () => scrollY >= (document.documentElement.scrollHeight - innerHeight) * scroll && greet());

  // --- What changes, on the page or with time. Between two changes nothing runs.
  let path = "";
  let soon = 0;
  let later = 0;
  let greets = 0;
  /** Scripts of the page change its address, its title and all that stands in it; people come and go. */
  function keepUp() {
    const { href, pathname } = location;
    if (!root.isConnected) {
      document.documentElement.append(root);
      root.showPopover?.();
      isHeard = false; // the frame begins anew
      tell({ type: "shown", shown: isOpen });
    }
    if (frame) tell({ type: "page", page: href, title: document.title, referrer: document.referrer });
    if (!fits(href)) greeting?.remove();
    if (path !== (path = pathname)) {
      clearTimeout(greets);
      if (patience >= 0) greets = setTimeout(greet, patience);
    }
    // By the clock: this script may be minutes old, and its page hours.
    const next = times.findIndex((time) => time > Date.now());
    const when = new Date(times[next]).toLocaleString(look.lang, { weekday: "long", hour: "numeric", minute: "numeric" });
    launcher.title = hours.textContent = next < 0 ? "" : next % 2 ? look.here : look.back.replace("{when}", when);
    soon = 0;
    clearTimeout(later);
    if (times[next]) later = setTimeout(keepUp, Math.min(times[next] - Date.now(), 36e5)); // timers stand still while a computer sleeps
  }

  /** Changes come in hundreds. */
  function wake() {
    soon ||= setTimeout(keepUp, 300);
  }

  /** When the page is loaded and at rest: whatever draws it, as React on the whole document, has begun with what the server sent. */
  function start() {
    const before = window.Salesagent;
    if (before?.isReady) return;
    window.Salesagent = Salesagent;
    new MutationObserver(wake).observe(document, { childList: true, subtree: true });
    navigation?.addEventListener("currententrychange", wake);
    keepUp();
    if (kept("sessionStorage") === "open" && innerWidth > 480) open(false); // on a phone it would cover the page
    before?.q?.forEach((call) => Salesagent(...call));
  }
  if (document.readyState === "complete") start();
  else addEventListener("load", () => (window.requestIdleCallback ?? setTimeout)(start, { timeout: 2e3 }));
})();
