// Which conversation a panel shows, where it posts to, and how it posts. Nothing else posts.

import { inLanguage } from "../lib/words.js";

const TIMEOUT_MS = 20_000;
const MAX_WAIT_S = 120; // a page that asks for more (maintenance until tomorrow) is asked again before

/**
 * @typedef {object} Answer What came of a post.
 * @property {"done" | "refused" | "wait" | "gone" | "failed" | "unreachable"} outcome
 * @property {string} [html]
 * @property {string} [detail] for the reader
 * @property {Record<string, string>} [errors] of a form, by field
 * @property {number} [waitS]
 * @property {{id: string, socketPath: string, url: string} | null} [session] one that this post began
 * @property {string} [attachment] id of the file that was uploaded
 */

/**
 * How a body reaches the server; a recording goes another way, one that tells how far it is.
 * @typedef {(address: string, body: FormData, headers: Record<string, string>) => Promise<Response>} Transport
 */

/** @type {Transport} */
const overFetch = (address, body, headers) =>
  fetch(address, { method: "POST", body, headers, signal: AbortSignal.timeout(TIMEOUT_MS) });

/** @param {HTMLElement} panel */
export function createSession(panel) {
  const data = panel.dataset;
  let token = panel.querySelector("input[name=csrfmiddlewaretoken]")?.getAttribute("value") ?? "";

  /** @param {"messages" | "stop" | "retry" | "ask" | "goOn" | "voice" | "speech" | "attachment" | "removeAttachment"} action */
  const url = (action) => (data[`${action}Url`] ?? "").replace("{session}", data.session ?? "");

  /** The page's language, and in a frame on another site, whose cookie may be blocked, who the visitor is. @type {Record<string, string>} */
  const who = { ...inLanguage, ...(data.visitor && { "X-Visitor": data.visitor }) };

  async function freshToken() {
    if (data.visitor) return; // needs none
    const response = await fetch(data.csrfUrl ?? "", { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const fresh = (await response.json()).token;
    if (typeof fresh !== "string") throw new Error("not our token");
    token = fresh;
  }

  /**
   * @param {string} address
   * @param {Record<string, string | File>} fields
   * @param {Transport} transport
   */
  async function send(address, fields, transport) {
    if (!token) await freshToken();
    const body = new FormData();
    for (const [name, value] of Object.entries({ ...fields, csrfmiddlewaretoken: token })) body.set(name, value);
    const headers = { "HX-Request": "true", "X-CSRFToken": token, ...who };
    return transport(address, body, headers);
  }

  /**
   * A page that somebody else put in between (a login, a maintenance notice) is no acknowledgement, whatever its status.
   * @param {Answer} answer
   * @param {string} clientId
   * @returns {Answer}
   */
  function acknowledged(answer, clientId) {
    const isTaken = answer.outcome !== "done" || answer.html?.includes(`data-client-id="${clientId}"`);
    return isTaken ? answer : { outcome: "failed" };
  }

  return {
    panel,
    /** Id of the session, "" before it exists. */
    get id() {
      return data.session ?? "";
    },
    /** Under which drafts and unsent messages are kept. */
    get scope() {
      return data.session || `agent-${data.agent}`;
    },
    get socketPath() {
      return data.socketPath ?? "";
    },
    /** What a request of this page tells the server beside its body. */
    get headers() {
      return { ...(token && { "X-CSRFToken": token }), ...who };
    },
    /** The visitor's own token, in a frame on another site; "" where the cookie says it. */
    visitor: data.visitor ?? "",
    /** Where the visitor is and came from, and what the site around a frame says of them; the first message's is kept. */
    get touch() {
      const { page = location.href, referrer = document.referrer, told = "" } = data;
      return { page, referrer, ...(told && { told }) };
    },

    /** @param {{id: string, socketPath: string, url: string}} begun */
    adopt(begun) {
      data.session = begun.id;
      data.socketPath = begun.socketPath;
      if (data.mode === "page") history.replaceState(history.state, "", begun.url);
      else panel.querySelector(".panel__page")?.setAttribute("href", begun.url);
      const deletion = /** @type {HTMLAnchorElement | null} */ (panel.querySelector("#session-delete"));
      if (!deletion) return;
      deletion.href = (deletion.dataset.pattern ?? "").replace("{session}", begun.id);
      deletion.hidden = false;
    },

    /**
     * Posts what was written; the same client id twice is stored once, so it may be tried again at will.
     * @param {{content: string, client_id: string, attachments?: string}} message
     */
    async say(message) {
      const where = data.session ? url("messages") : (data.firstUrl ?? "");
      const answer = await this.post(where, data.session ? message : { ...message, ...this.touch });
      return acknowledged(answer, message.client_id);
    },
    /**
     * Posts what was spoken, under the same promise.
     * @param {{audio: File, client_id: string}} message
     * @param {Transport} transport
     */
    async sayAloud(message, transport) {
      const where = data.session ? url("voice") : (data.firstVoiceUrl ?? "");
      const answer = await this.post(where, data.session ? message : { ...message, ...this.touch }, transport);
      return acknowledged(answer, message.client_id);
    },
    /**
     * Uploads a file for a message that is still to be written.
     * @param {File} file
     * @param {Transport} transport
     */
    attach(file, transport) {
      const where = data.session ? url("attachment") : (data.firstAttachmentUrl ?? "");
      return this.post(where, data.session ? { file } : { file, ...this.touch }, transport);
    },
    /** Takes it back. @param {string} id */
    detach(id) {
      return this.post(url("removeAttachment").replace("{attachment}", id), {});
    },
    /** Begins the session without a message. */
    begin() {
      return this.post(data.beginUrl ?? "", this.touch);
    },
    /** Tells the server that somebody is about to speak: it may have models to load. */
    getReady() {
      this.post(data.voiceReadyUrl ?? "", {});
    },
    /** Where an answer is heard. @param {string} id of the answer */
    speechUrl: (id) => url("speech").replace("{message}", id),
    /** @param {string} id of the running answer */
    stop(id) {
      return this.post(url("stop"), { message_id: id });
    },
    /** Asks for a person of the team. */
    askForPerson() {
      return this.post(url("ask"), {});
    },
    /** Waits for nobody any more. */
    goOn() {
      return this.post(url("goOn"), {});
    },
    /** @param {string} id of the failed or stopped answer */
    retry(id) {
      return this.post(url("retry"), { message_id: id });
    },

    /**
     * @param {string} address
     * @param {Record<string, string | File>} fields
     * @param {Transport} [transport]
     * @returns {Promise<Answer>}
     */
    async post(address, fields, transport = overFetch) {
      if (data.offline !== undefined) return { outcome: "unreachable" }; // the page that comes in its place will
      try {
        let response = await send(address, fields, transport);
        if (response.status === 403) {
          await freshToken(); // the token may have been made for a cookie that is gone
          response = await send(address, fields, transport);
        }
        return await answerOf(response);
      } catch {
        return { outcome: "unreachable" };
      }
    },
  };
}

/**
 * What the application itself says when it refuses. A proxy, a firewall or a login in between has statuses of its own, and
 * bodies of other shapes; nothing they say is about this conversation.
 * @param {Response} response
 * @returns {Promise<{detail: string, errors?: Record<string, string>} | null>}
 */
async function refusalOf(response) {
  if (!response.headers.get("Content-Type")?.includes("json")) return null;
  const body = await response.json().catch(() => null);
  const isOurs = typeof body?.error === "string" && typeof body.detail === "string" && "fallback_message" in body;
  return isOurs ? { detail: body.fallback_message ?? body.detail, errors: body.errors } : null;
}

/** Seconds, or a date, which proxies send. @param {Response} response */
function retryAfterS(response) {
  const value = response.headers.get("Retry-After") ?? "";
  const seconds = /^\d/.test(value) ? Number.parseFloat(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), MAX_WAIT_S) : null;
}

/**
 * @param {Response} response
 * @returns {Promise<Answer>}
 */
async function answerOf(response) {
  const { status, headers } = response;
  if (response.ok) {
    const id = headers.get("X-Session-Id");
    const session = id
      ? { id, socketPath: headers.get("X-Socket-Path") ?? "", url: headers.get("X-Session-Url") ?? "" }
      : null;
    const html = status === 204 ? "" : await response.text();
    const isOurs = session || status === 204 || html.includes("hx-swap-oob");
    const attachment = headers.get("X-Attachment-Id") ?? undefined;
    return isOurs ? { outcome: "done", html, session, attachment } : { outcome: "failed" };
  }
  const refusal = await refusalOf(response);
  const detail = refusal?.detail;
  if (status === 429) return { outcome: "wait", waitS: retryAfterS(response) ?? 5, detail };
  if (!refusal || status === 409 || status >= 500) return { outcome: "failed", detail, waitS: retryAfterS(response) ?? undefined };
  if (status === 403 || status === 404) return { outcome: "gone", detail };
  return { outcome: "refused", detail, errors: refusal.errors };
}
