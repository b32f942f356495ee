// What /service-worker.js is where SERVICE_WORKER is off: it takes the place of a worker that a browser has, and goes with it.

const leaving = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

leaving.addEventListener("install", () => leaving.skipWaiting());
leaving.addEventListener("activate", (event) => event.waitUntil(end()));

async function end() {
  for (const name of await caches.keys()) if (name.startsWith("salesagent:")) await caches.delete(name);
  await leaving.registration.unregister();
}
