// A response whose body is lines of JSON, each as soon as it is there.

/** @param {ReadableStream<Uint8Array>} body @returns {AsyncGenerator<any>} */
export async function* jsonLines(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    const whole = (rest + decoder.decode(value, { stream: !done })).split("\n");
    rest = whole.pop() ?? "";
    for (const line of whole) if (line) yield JSON.parse(line);
    if (done) return;
  }
}

/** Posts a form for such a body; null when it was stopped, offline, or signed out, which leads elsewhere.
 * @param {HTMLFormElement} form @param {AbortSignal} [signal] @returns {Promise<Response | null>} */
export async function posted(form, signal) {
  try {
    return await fetch(form.getAttribute("action") || location.pathname, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/x-ndjson" },
      redirect: "error",
      signal,
    });
  } catch {
    return null;
  }
}

/** Why such a request was refused, in words; "" where nobody says. @param {Response | null} response @returns {Promise<string>} */
export async function refusal(response) {
  try {
    return (await response?.json()).error ?? "";
  } catch {
    return "";
  }
}

/** HTML of the server, which has made it safe. @param {string} text */
export function fragment(text) {
  const template = document.createElement("template");
  template.innerHTML = text;
  return template.content;
}
