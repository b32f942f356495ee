// What every post of the inbox needs.

/** The token of a form of this page: what the socket redraws has none. */
export function token() {
  return document.querySelector("#inbox-composer [name=csrfmiddlewaretoken]")?.getAttribute("value") ?? "";
}

/** @param {Response | null} response @returns {Promise<string>} what went wrong, in words */
export async function detailOf(response) {
  const failed = document.getElementById("inbox-words")?.dataset.failed ?? "";
  if (!response?.headers.get("Content-Type")?.includes("json")) return failed;
  const body = await response.json().catch(() => null);
  return typeof body?.detail === "string" ? body.detail : failed;
}
