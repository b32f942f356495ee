// Keeps the files of this version, and for each agent a page with nobody's data, so that the chat opens without a connection.
// Served as /service-worker.js with KEPT filled in, so that a browser sees a new version by its text. All pages come from
// the network first, and none that was made for a visitor is ever kept.

/** @type {Record<string, any>} the version, and its files by scope */
const KEPT = {}; /*! filled in */
const OURS = "salesagent:";
const PATIENCE_MS = 4000; // a page that takes longer may as well be away: meanwhile the message can be written
const FRESH_MS = 24 * 3600 * 1000; // an agent's name and look change seldom
const PAGES = /^\/(?:chat\/(?!sessions\/|csrf\/)([\w-]+)\/(?:[\da-f-]{36}\/)?|embed\/([\w-]+)\/)$/;

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const scope = new URL(worker.registration.scope).pathname;
const version = `${OURS}${scope}:${KEPT.version}`;

worker.addEventListener("install", (event) => {
  event.waitUntil(caches.open(version).then((cache) => cache.addAll(KEPT.files[scope] ?? [])));
});

// Not before the last page of an older version is closed: that one finds its own files as long as it is open.
worker.addEventListener("activate", (event) => event.waitUntil(begin()));

async function begin() {
  for (const other of await caches.keys()) if (other.startsWith(`${OURS}${scope}:`) && other !== version) await caches.delete(other);
  await worker.registration.navigationPreload?.enable(); // the page is asked for while the worker starts
  await worker.clients.claim();
  const open = await worker.clients.matchAll({ type: "window" });
  await Promise.all(open.map(({ url }) => keepShell(shellOf(new URL(url)))));
}

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    const shell = shellOf(url);
    if (shell) event.respondWith(page(event, shell));
  } else if (["script", "style", "image"].includes(request.destination)) {
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request))); // names hold a hash or a version
  }
});

/** Where the page is that is shown for this one without a connection; "" for pages that have none. @param {URL} url */
function shellOf({ pathname, searchParams }) {
  const [, chat, frame] = PAGES.exec(pathname) ?? [];
  const asked = searchParams.get("lang");
  const inLanguage = asked ? `?lang=${encodeURIComponent(asked)}` : "";
  if (frame) return `/embed/${frame}/offline/${inLanguage}`;
  return chat ? `/chat/${chat}/offline/${inLanguage}` : "";
}

/** @param {FetchEvent} event @param {string} shell */
async function page(event, shell) {
  const asked = Promise.resolve(event.preloadResponse).then((/** @type {Response | undefined} */ sent) => sent ?? fetch(event.request));
  const late = new Promise((done) => setTimeout(done, PATIENCE_MS));
  const answer = await Promise.race([asked, late]).catch(() => undefined);
  if (answer?.ok) event.waitUntil(keepShell(shell));
  if (answer) return answer;
  return (await (await caches.open(version)).match(shell, { ignoreVary: true })) ?? asked;
}

/** Asked for without cookies, so that it can be of nobody. @param {string} address */
async function keepShell(address) {
  if (!address) return;
  const cache = await caches.open(version);
  const kept = await cache.match(address, { ignoreVary: true });
  if (kept && Date.now() - Date.parse(kept.headers.get("Last-Modified") ?? "") < FRESH_MS) return;
  const shell = await fetch(address, { credentials: "omit" });
  if (!shell.ok) return;
  const sheets = [...(shell.headers.get("Link") ?? "").matchAll(/<([^>]+)>/g)].map(([, sheet]) => sheet ?? "");
  await Promise.all([cache.put(address, shell), cache.addAll(sheets)]);
}
