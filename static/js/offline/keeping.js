// Has the browser keep what the chat needs to open without a connection. Where it cannot (plain HTTP, a frame whose
// storage is blocked) all else works as it does.

/** @param {HTMLElement} panel */
export function keepForOffline({ dataset: { worker = "" } }) {
  const scope = `/${location.pathname.split("/")[1]}/`; // of the chat's pages, or of the frames
  navigator.serviceWorker?.register(worker, { scope }).catch(() => {});
}
