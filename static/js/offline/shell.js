// The page that stands in for a conversation's own one while there is no connection: what waits in its outbox, and the
// composer. It sends nothing itself. As soon as the server answers, the page is loaded anew, and that one sends.

const AGAIN_MS = 3000;
const PATIENCE_MS = 3000; // less than the worker waits for a page: it would show this one again
const PAUSE_MS = 2000; // nobody is interrupted in the middle of a word

/**
 * To be called before the chat starts.
 * @param {HTMLElement} panel
 * @param {unknown} latest the conversation that a frame showed last; a page has it in its address
 */
export function enterShell(panel, latest) {
  let typedAt = 0;
  let isAsking = false;
  const [, inAddress] = /\/([\da-f-]{36})\/$/.exec(location.pathname) ?? [];
  const isNew = new URLSearchParams(location.search).has("new");
  panel.dataset.session = inAddress ?? (typeof latest === "string" && !isNew ? latest : "");
  panel.addEventListener("input", () => (typedAt = Date.now()));

  async function look() {
    if (isAsking) return;
    isAsking = true;
    const options = { method: "HEAD", signal: AbortSignal.timeout(PATIENCE_MS) };
    const answer = await fetch(location.href, options).catch(() => null);
    isAsking = false;
    if (answer && answer.status < 500 && Date.now() - typedAt > PAUSE_MS) location.reload();
    else setTimeout(look, AGAIN_MS);
  }
  setTimeout(look, AGAIN_MS);
  addEventListener("online", look);
}
