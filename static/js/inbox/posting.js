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
  return detailIn((await response?.text().catch(() => "")) ?? "");
}

/** @param {string} text what the server answered, "" where it did not @returns {string} */
function detailIn(text) {
  try {
    const { detail } = JSON.parse(text);
    if (typeof detail === "string") return detail;
  } catch {
    // a page of a proxy, or nothing at all
  }
  return document.getElementById("inbox-words")?.dataset.failed ?? "";
}

/** What goes wrong with a form that htmx sends is said in it, until it goes well. */
export function tellFailures() {
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const { elt, successful, xhr } = event.detail;
    const place = elt.querySelector("[data-error]");
    if (place) place.textContent = successful ? "" : detailIn(xhr?.responseText ?? "");
  });
}
