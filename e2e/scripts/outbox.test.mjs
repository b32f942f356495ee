// What was written goes out in order, and no answer of a proxy, a firewall or a login in between is taken for the application's own.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";

import { createOutbox } from "../../static/js/chat/outbox.js";
import { createSession } from "../../static/js/chat/session.js";

const PAGE = { type: "text/html", body: "<html><body><article class='message'>Go away</article></body></html>" };
const JSON_OF_OTHERS = { type: "application/json", body: '{"error": "Not Found", "detail": "no Route matched"}' };
const ANSWERS = [
  ...[200, 302, 400, 401, 403, 404, 405, 408, 410, 413, 421, 425, 451, 502].map((status) => ({ status, ...PAGE })),
  ...[403, 404, 422].map((status) => ({ status, ...JSON_OF_OTHERS })),
  { status: 404, type: "text/plain", body: "" },
];
const begun = (path) => ({ "X-Session-Id": `new${path}`, "X-Socket-Path": "/ws/new", "X-Session-Url": "/chat/ada/new/" });
const name = ({ status, type }) => `${status} ${type}`;
const ours = (status, detail) => ({
  status,
  type: "application/json",
  body: JSON.stringify({ error: "refused", detail: "for programs", fallback_message: detail }),
});

/** @type {Map<string, {answers: object[], posts: FormData[]}>} what is to be answered at each path first, and what came */
const scripts = new Map();

// Answers each post to a path as scripted, and then as the application does: taken.
const server = createServer(async (request, response) => {
  if (request.method === "GET") return response.setHeader("Content-Type", "application/json").end('{"token": "fresh"}');
  const body = await new Response(request, { headers: { "Content-Type": request.headers["content-type"] } }).formData();
  const { answers, posts } = scripts.get(request.url);
  posts.push(body);
  const answer = answers.shift();
  if (answer) response.writeHead(answer.status, { "Content-Type": answer.type }).end(answer.body);
  else {
    const headers = { "Content-Type": "text/html", ...(request.url.startsWith("/first") ? begun(request.url) : {}) };
    response.writeHead(200, headers).end(`<article data-client-id="${body.get("client_id")}" hx-swap-oob="true"></article>`);
  }
});

before(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
after(() => server.close().closeAllConnections());

let chats = 0;

/** The outbox of a page; `sessionId` "" for a page whose first message begins one. */
function chat(sessionId, answers) {
  chats += 1;
  const script = { answers: [...answers], posts: [] };
  const [first, messages] = [`/first/${chats}`, `/messages/${chats}`];
  for (const path of [first, messages]) scripts.set(path, script);
  const address = `http://127.0.0.1:${server.address().port}`;
  const panel = {
    dataset: {
      agent: `agent${chats}`,
      session: sessionId && `${sessionId}${chats}`,
      firstUrl: address + first,
      messagesUrl: address + messages,
      csrfUrl: `${address}/token`,
    },
    querySelector: () => null, // no token in the page: it is asked for
  };
  const told = { shown: new Set(), sent: [], refused: [], gone: 0, waits: [] };
  const ended = new EventTarget();
  const end = () => ended.dispatchEvent(new Event("ended"));
  const outbox = createOutbox({
    session: createSession(panel),
    onEntry: (entry) => told.shown.add(entry.client_id),
    onSent: (entry, answer) => {
      told.sent.push([entry, answer.html]);
      end();
    },
    onRefused: (entry, detail) => {
      told.refused.push([entry.content, detail]);
      end();
    },
    onWait: (detail) => told.waits.push(detail),
    onGone: () => {
      told.gone += 1;
      end();
    },
    onBegun: () => {},
  });
  return { outbox, told, panel, posts: script.posts, ended: once(ended, "ended") };
}

describe("what stands in between", { concurrency: true }, () => {
  for (const answer of ANSWERS) {
    test(`a first message goes out when it is gone: ${name(answer)}`, async () => {
      const { outbox, told, panel, posts, ended } = chat("", [answer, answer]);

      outbox.add("Are you there?");
      await ended;

      const [[entry, html]] = told.sent;
      assert.deepEqual(posts.map((post) => post.get("client_id")), new Array(3).fill(entry.client_id));
      assert.deepEqual(posts.map((post) => post.get("content")), new Array(3).fill("Are you there?"));
      assert.deepEqual([...told.shown], [entry.client_id]); // one message is shown
      assert.equal(told.sent.length, 1);
      assert.doesNotMatch(html, /Go away/); // nothing of it comes into the page
      assert.deepEqual([told.refused, told.gone], [[], 0]); // nothing is given back, and the composer stays
      assert.match(panel.dataset.session, /^new/);
      assert.ok(outbox.isEmpty);
    });
  }

  for (const status of [200, 403, 404]) {
    test(`a conversation under way survives it too: ${status}`, async () => {
      const { outbox, told, panel, posts, ended } = chat("old", [{ status, ...PAGE }, { status, ...PAGE }]);

      outbox.add("Second?");
      await ended;

      assert.equal(posts.length, 3);
      assert.equal(told.sent.length, 1);
      assert.deepEqual([told.refused, told.gone], [[], 0]);
      assert.match(panel.dataset.session, /^old/);
    });
  }

  for (const status of [403, 404]) {
    test(`what the application itself says ends the conversation: ${status}`, async () => {
      const { outbox, told, ended } = chat("old", [ours(status, "It is gone."), ours(status, "It is gone.")]);

      outbox.add("Second?");
      await ended;

      assert.deepEqual([told.gone, told.sent, told.refused], [1, [], []]);
      assert.equal(outbox.isEmpty, false);
    });
  }

  test("what the application itself does not take is given back with its reason", async () => {
    const { outbox, told, posts, ended } = chat("old", [ours(422, "Write less.")]);

    outbox.add("Too much");
    await ended;

    assert.deepEqual(told.refused, [["Too much", "Write less."]]);
    assert.equal(posts.length, 1);
    assert.ok(outbox.isEmpty);
  });
});

describe("messages", () => {
  test("go out one after the other, in the order they were written, also behind the one that begins the conversation", async () => {
    const { outbox, told, posts } = chat("", [{ status: 502, ...PAGE }]);
    const texts = ["one", "two", "three"];

    for (const text of texts) outbox.add(text);
    while (!outbox.isEmpty) await new Promise((resolve) => setTimeout(resolve, 10));

    assert.deepEqual(posts.map((post) => post.get("content")), ["one", ...texts]); // the first one was tried twice
    assert.deepEqual(told.sent.map(([entry]) => entry.content), texts);
    assert.equal(new Set(posts.map((post) => post.get("client_id"))).size, 3);
  });
});
