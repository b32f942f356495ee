// What every post of the inbox needs.

const TIMEOUT_MS = 20_000;

let last = Promise.resolve();

/**
 * Post a form, once the one before it is answered: who takes over and writes at once has taken over when they write.
 * @param {string} url @param {FormData} body @returns {Promise<Response | null>} null where no answer came
 */
export function post(url, body) {
  body.set("csrfmiddlewaretoken", token());
  const headers = { "HX-Request": "true" };
  const posted = last.then(() => fetch(url, { method: "POST", body, headers, signal: AbortSignal.timeout(TIMEOUT_MS) }));
  const answered = posted.catch(() => null);
  last = answered.then(() => {});
  return answered;
}

/** The token of a form of this page: what the socket redraws has none. */
function token() {
  return document.querySelector("#inbox-composer [name=csrfmiddlewaretoken]")?.getAttribute("value") ?? "";
}

/** @param {Response | null} response @returns {Promise<string>} what went wrong, in words */
export async function detailOf(response) {
  const failed = document.getElementById("inbox-words")?.dataset.failed ?? "";
  if (!response?.headers.get("Content-Type")?.includes("json")) return failed;
  const body = await response.json().catch(() => null);
  return typeof body?.detail === "string" ? body.detail : failed;
}
