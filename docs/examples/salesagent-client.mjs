// A small client for Salesagent's API, for browsers and for Node 20 and newer. No dependencies. Copy it and change it.
//
//   const visitor = await Visitor.begin("https://sales.example");
//   for await (const event of visitor.ask("Which lamp is the brightest?")) {
//     if (event.name === "token") show(event.data.content);
//   }

const QUIET_MS = 40_000; // the stream says something every 15 seconds; this long a silence is a dead connection
const TRIES = 5;

/** What the API refused: `status`, `error` and `detail` as it said them; `retryAfterS` where waiting helps. */
export class ApiError extends Error {
  static async of(response) {
    const body = await response.json().catch(() => ({ error: "Error", detail: `HTTP ${response.status}` }));
    const made = new ApiError(`${response.status} ${body.error}: ${body.detail}`);
    return Object.assign(made, body, {
      status: response.status,
      retryAfterS: Number(response.headers.get("Retry-After") ?? 0),
    });
  }
}

/** One visitor's conversation. `token` opens it and is renewed while it is used: keep the newest one. */
export class Visitor {
  constructor(url, opened) {
    this.url = url;
    this.sessionId = opened.session_id;
    this.token = opened.token;
    this.agent = opened.agent;
    this.messages = opened.messages;
    this.socketUrl = opened.socket_url;
  }

  /** A new conversation, or with `token` the earlier one. */
  static async begin(url, { agent, token } = {}) {
    const response = await fetch(`${url}/api/v1/chat/init`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ agent, token }),
    });
    if (!response.ok) throw await ApiError.of(response);
    return new Visitor(url, await response.json());
  }

  /** The answer as it comes, to its end, through broken connections; never asked or answered twice. */
  async *ask(content) {
    const key = crypto.randomUUID();
    let lastId = "";
    for (let tries = 0; tries <= TRIES; tries++) {
      if (tries) await pause(Math.min(2 ** tries * 250, 5000));
      const sent = lastId
        ? ["GET", "stream", undefined, { "Last-Event-ID": lastId }]
        : ["POST", "messages", { content }, { "Idempotency-Key": key }];
      const alarm = new AbortController();
      try {
        const response = await this.#send(...sent, "text/event-stream", alarm.signal);
        for await (const event of events(response.body, alarm)) {
          lastId = event.id;
          tries = 0;
          yield event;
          if (event.name === "done" || event.name === "error") return;
        }
      } catch (error) {
        if (error instanceof ApiError) throw error; // anything else is the connection; the answer is made all the same
      } finally {
        alarm.abort();
      }
    }
    throw new Error("the stream broke off and could not be taken up again");
  }

  /** Both messages at once: {user_message, assistant_message}. */
  async askPlain(content) {
    const response = await this.#send("POST", "messages", { content }, { "Idempotency-Key": crypto.randomUUID() });
    return response.json();
  }

  /** All messages in pages, the newest page first, each oldest first. */
  async *earlier(limit = 50) {
    let before = "";
    for (;;) {
      const page = await (await this.#send("GET", `messages?limit=${limit}${before}`)).json();
      yield page.messages;
      if (!page.has_more) return;
      before = `&before=${page.messages[0].id}`;
    }
  }

  async stop(messageId) {
    await this.#send("POST", `replies/${messageId}/stop`);
  }

  async #send(method, path, body, headers = {}, accept = "application/json", signal = undefined) {
    const response = await fetch(`${this.url}/api/v1/sessions/${this.sessionId}/${path}`, {
      method,
      signal,
      headers: {
        Accept: accept,
        Authorization: `Bearer ${this.token}`,
        ...(body && { "Content-Type": "application/json" }),
        ...headers,
      },
      body: body && JSON.stringify(body),
    });
    if (!response.ok) throw await ApiError.of(response);
    this.token = response.headers.get("X-Visitor-Token") ?? this.token;
    return response;
  }
}

/** Agents, their documents and their sessions, with a management key. Never in a page: the key opens everything. */
export class Management {
  constructor(url, key) {
    this.url = url;
    this.key = key;
  }

  /** Any operation of the API; the JSON it answers, null for 204. `body` is an object or FormData. */
  async call(method, path, body) {
    const isForm = body instanceof FormData;
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${this.key}`, ...(body && !isForm && { "Content-Type": "application/json" }) },
      body: isForm ? body : body && JSON.stringify(body),
    });
    if (!response.ok) throw await ApiError.of(response);
    return response.status === 204 ? null : response.json();
  }

  upload(agentId, fileName, content) {
    const form = new FormData();
    form.append("file", new Blob([content]), fileName);
    return this.call("POST", `/agents/${agentId}/documents`, form);
  }
}

/** Server-sent events of a body read with fetch, which unlike EventSource sends headers. */
async function* events(body, alarm) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let fields = {};
  for (;;) {
    const timer = setTimeout(() => alarm.abort(), QUIET_MS);
    const { done, value } = await reader.read().finally(() => clearTimeout(timer));
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      if (line.startsWith(":")) continue;
      const colon = line.indexOf(":");
      if (line) fields[line.slice(0, colon)] = line.slice(colon + 1).replace(/^ /, "");
      else if (fields.data) yield { name: fields.event, data: JSON.parse(fields.data), id: fields.id };
      if (!line) fields = {};
    }
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
