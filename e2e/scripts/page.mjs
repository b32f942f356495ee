// What scripts of a page ask of it as they begin, for those that need no more: run with `node --import` this file.

import { register } from "node:module";

// Pages load our scripts as modules; node takes a file that ends in .js for one only where it is told.
const asModules = `export const load = (url, context, next) =>
  next(url, url.includes("/static/js/") ? { ...context, format: "module" } : context);`;
register(`data:text/javascript,${encodeURIComponent(asModules)}`);

const page = new EventTarget();
const given = {
  window: globalThis,
  document: Object.assign(new EventTarget(), {
    visibilityState: "visible",
    referrer: "",
    documentElement: { lang: "en" },
    getElementById: () => null, // the words of the page: every phrase is ""
  }),
  addEventListener: page.addEventListener.bind(page),
  removeEventListener: page.removeEventListener.bind(page),
  dispatchEvent: page.dispatchEvent.bind(page),
  navigator: { onLine: true },
  location: { href: "http://page.example/" },
};
delete globalThis.BroadcastChannel; // there is one tab, and an open channel would keep node waiting
for (const [name, value] of Object.entries(given)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
