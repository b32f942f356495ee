// A post that tells how far it is, which fetch cannot.

const TIMEOUT_MS = 120_000; // half a megabyte over a bad line, then the transcription

/**
 * @param {object} options
 * @param {(ratio: number) => void} options.onProgress 0 to 1; 1: all is there, and the server works on it
 * @param {AbortSignal} options.signal
 * @returns {import("./session.js").Transport}
 */
export function uploadWith({ onProgress, signal }) {
  return (address, body, headers) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", address);
      request.timeout = TIMEOUT_MS;
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      request.upload.addEventListener("progress", ({ loaded, total }) => total && onProgress(loaded / total));
      request.upload.addEventListener("load", () => onProgress(1));
      request.addEventListener("load", () => resolve(responseOf(request)));
      for (const end of ["error", "timeout", "abort"]) request.addEventListener(end, () => reject(new Error(end)));
      signal.addEventListener("abort", () => request.abort());
      if (signal.aborted) reject(new Error("abort"));
      else request.send(body);
    });
}

/** @param {XMLHttpRequest} request */
function responseOf(request) {
  const headers = new Headers();
  for (const line of request.getAllResponseHeaders().trim().split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  const hasNoBody = request.status === 204 || request.status === 205 || request.status === 304;
  return new Response(hasNoBody ? null : request.responseText, { status: request.status, headers });
}
