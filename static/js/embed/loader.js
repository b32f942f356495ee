// The one script that a host includes: a launcher in a shadow root, and the chat in a frame of ours once it is opened.
// It is served as /embed.js with LOOKS filled in for the page that asks, and must stay below 3 kB gzip.
// Before the chat is opened it sets no cookie, stores nothing and asks for nothing more.

/**
 * @typedef {object} Look
 * @property {"left" | "right"} side
 * @property {string} label
 * @property {string} fill
 * @property {string} ink
 * @property {{open: string, frame: string, dismiss: string}} words
 * @property {{text: string, after?: number, scroll?: number, exit?: boolean, back?: boolean, path?: string}} [greet]
 */

(() => {
  /** @type {Record<string, Look>} */
  const LOOKS = {}; /*! filled in */
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  const slug = script?.dataset.agent ?? "";
  const before = window.Salesagent;
  if (!slug || before?.isReady) return;
  const server = new URL(script.src).origin;
  const look = /** @type {Look} */ (LOOKS[slug] ?? LOOKS[""]);
  const words = look.words;
  const TAB = "sessionStorage";
  const EVER = "localStorage";
  const key = `salesagent:${slug}`;
  /** @type {Record<string, ((detail: unknown) => void)[]>} */
  const listeners = {};
  /** @type {object[]} what the frame is told as soon as it listens */
  const waiting = [];
  /** @type {HTMLIFrameElement | undefined} */
  let frame;
  let isHeard = false;
  let isOpen = false;
  let isGreeted = false;

  const root = document.createElement("div");
  const shadow = root.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  const { side } = look;
  // Important rules of a shadow root win over those of the page, whatever it does to every element.
  sheet.replaceSync(`:host{all:initial!important;display:block!important;position:fixed!important;z-index:2147483647!important;
bottom:0!important;${side}:0!important;width:0!important;height:0!important;color-scheme:light dark!important}
button{all:unset;box-sizing:border-box;cursor:pointer;font:600 15px/1.3 system-ui,sans-serif}
button:focus-visible{outline:3px solid light-dark(#000,#fff);outline-offset:2px}
.launch{position:fixed;bottom:20px;${side}:20px;display:flex;align-items:center;gap:8px;min-width:56px;min-height:56px;max-width:calc(100vw - 40px);
padding:0 16px;border-radius:28px;background:${look.fill};color:${look.ink};box-shadow:0 4px 16px #0004}
.launch svg{width:24px;height:24px;flex:none;fill:none;stroke:currentcolor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.count{position:absolute;top:-4px;${side}:-4px;min-width:22px;height:22px;border-radius:11px;background:#b3261e;color:#fff;font:600 13px/22px system-ui,sans-serif;text-align:center}
.greet{position:fixed;bottom:88px;${side}:20px;display:flex;gap:4px;max-width:min(300px,calc(100vw - 40px));border-radius:12px;background:light-dark(#fff,#1c1e22);
color:light-dark(#16181c,#eee);box-shadow:0 4px 16px #0004}
.greet button{padding:12px 8px 12px 16px;font-weight:400}.greet button+button{padding:12px;min-width:44px;text-align:center}
iframe{position:fixed;bottom:20px;${side}:20px;width:400px;height:min(680px,100dvh - 40px);border:1px solid light-dark(#0002,#fff3);border-radius:16px;
background:light-dark(#fff,#101114);box-shadow:0 8px 40px #0005;color-scheme:light dark}
@media(width<480px){iframe{inset:0;width:100%;height:100dvh;border:0;border-radius:0}}
@media print{:host{display:none!important}}[hidden]{display:none!important}`);
  shadow.adoptedStyleSheets = [sheet];

  const launcher = button("launch", words.open);
  launcher.ariaExpanded = "false";
  launcher.ariaHasPopup = "dialog";
  const icon = svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" });
  icon.append(svg("path", { d: "M21 12a8 8 0 0 1-8 8H4l2-3a8 8 0 1 1 15-5z" }));
  launcher.replaceChildren(icon, look.label);
  const count = document.createElement("span");
  count.className = "count";
  count.hidden = true;
  launcher.append(count);
  launcher.onclick = () => open();
  shadow.append(launcher);

  /** @param {string} name @param {string} label */
  function button(name, label) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = name;
    made.ariaLabel = label;
    return made;
  }

  /** @param {string} name @param {Record<string, string>} attributes */
  function svg(name, attributes) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [one, value] of Object.entries(attributes)) made.setAttribute(one, value);
    return made;
  }

  /** What the visitor decided: in this tab, or once. @param {"sessionStorage" | "localStorage"} where @param {string} [what] */
  function kept(where, what) {
    try {
      if (what) window[where].setItem(key, what);
      return window[where].getItem(key);
    } catch {
      return what; // storage is forbidden
    }
  }

  /** @param {string} name @param {unknown} [detail] */
  function emit(name, detail) {
    for (const listener of listeners[name] ?? []) listener(detail);
  }

  /** @param {any} message */
  function tell(message) {
    if (isHeard) frame?.contentWindow?.postMessage({ salesagent: 1, ...message }, server);
    else waiting.push(message);
  }

  const place = () => tell({ type: "page", page: location.href, title: document.title, referrer: document.referrer });

  function open(takesFocus = true) {
    greeting?.remove();
    if (!frame) {
      frame = document.createElement("iframe");
      frame.title = words.frame;
      frame.allow = "microphone; autoplay; clipboard-write; screen-wake-lock";
      frame.src = `${server}/embed/${encodeURIComponent(slug)}/?host=${encodeURIComponent(location.origin)}`;
      shadow.append(frame);
      addEventListener("blur", place); // the frame has the focus now: a page that changed its address is told
    }
    place();
    show(true);
    if (takesFocus) frame.focus();
    kept(TAB, "open");
    kept(EVER, "open");
  }

  function close() {
    if (!isOpen) return;
    show(false);
    if (shadow.activeElement === frame) launcher.focus();
    kept(TAB, "closed");
  }

  /** @param {boolean} shown */
  function show(shown) {
    if (shown === isOpen) return;
    isOpen = shown;
    if (frame) frame.hidden = !shown;
    launcher.hidden = shown;
    launcher.ariaExpanded = String(shown);
    tell({ type: "shown", shown });
    emit(shown ? "open" : "close");
  }

  addEventListener("message", ({ source, origin, data }) => {
    if (!frame || source !== frame.contentWindow || origin !== server || data?.salesagent !== 1) return;
    const { type } = data;
    if (type === "ready") {
      isHeard = true;
      for (const message of waiting.splice(0)) tell(message);
      emit(type);
    } else if (type === "close") {
      close();
      launcher.focus();
    } else if (type === "unread") {
      count.hidden = !data.number;
      count.textContent = data.number;
      launcher.ariaLabel = data.number ? data.words : words.open;
    } else if (type === "refused") {
      console.warn(`Salesagent: ${location.origin} is not listed for "${slug}".`);
      root.remove();
    } else if (["message", "lead", "handover"].includes(type)) emit(type, data.detail);
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isOpen && shadow.activeElement === frame) close();
  });

  const commands = {
    open: () => open(),
    close: () => close(),
    /** @param {string} text */
    send(text) {
      open();
      tell({ type: "send", text });
    },
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
  window.Salesagent = Salesagent;

  // --- When to greet: by the agent's rules, once in a tab, and never over what the visitor decided.
  /** @type {HTMLElement | undefined} */
  let greeting;
  /** @param {string} text */
  function greet(text) {
    if (isGreeted || isOpen || kept(TAB)) return;
    isGreeted = true;
    greeting = document.createElement("div");
    greeting.className = "greet";
    greeting.role = "status";
    const say = button("", `${words.open}: ${text}`);
    say.textContent = text;
    say.onclick = () => open();
    const away = button("", words.dismiss);
    away.textContent = "✕";
    away.onclick = () => {
      greeting?.remove();
      kept(TAB, "dismissed");
    };
    greeting.append(say, away);
    shadow.append(greeting);
  }

  /** @param {NonNullable<Look["greet"]>} rules */
  function watch({ text, after, back, exit, path, scroll }) {
    if (path && !new RegExp(path).test(location.pathname)) return;
    const say = () => greet(text);
    if (after !== undefined) setTimeout(say, after * 1000);
    if (back && kept(EVER)) say();
    if (exit) document.documentElement.addEventListener("mouseleave", ({ clientY }) => clientY <= 0 && say());
    if (!scroll) return;
    addEventListener("scroll", () => {
      const { scrollHeight, scrollTop, clientHeight } = document.documentElement;
      if (scrollTop >= ((scrollHeight - clientHeight) * scroll) / 100) say();
    });
  }

  function start() {
    document.body.append(root);
    if (kept(TAB) === "open" && innerWidth > 480) open(false); // on a phone it would cover the page
    for (const call of before?.q ?? []) Salesagent(.../** @type {[string]} */ (Array.from(call)));
    if (look.greet) watch(look.greet);
  }
  if (document.body) start();
  else addEventListener("DOMContentLoaded", start);
})();
