// Recordings that the server does not have yet, in this browser's database: what was said survives a reload or a crash.

import { recallAll, remember } from "../../lib/storage.js";

const DATABASE = "salesagent";
const STORE = "recordings";
const KEPT_MS = 7 * 24 * 3600 * 1000; // nobody comes back after that to send it

/** @typedef {{client_id: string, audio: File}} Message a recording, and the name under which the server will know it */
/** @typedef {{scope: string, client_id: string, at: number}} Note */

// A browser's database is slow to open, and hardly ever needed: what is in it is also noted where it costs nothing to look.
const name = (/** @type {string} */ scope, /** @type {string} */ clientId) => `recording:${scope}:${clientId}`;

/** @param {string} prefix @returns {Note[]} */
const notes = (prefix) => /** @type {Note[]} */ (recallAll(prefix));

/** Client ids of the recordings that lie here for a conversation. @param {string} scope @returns {string[]} */
export const keptIn = (scope) => notes(name(scope, "")).map((note) => note.client_id);

/**
 * Rejects where the browser keeps nothing.
 * @param {string} scope
 * @param {Message} message
 */
export async function keepRecording(scope, { client_id, audio }) {
  await inStore("readwrite", (store) => store.put(audio, client_id));
  remember(name(scope, client_id), { scope, client_id, at: Date.now() });
}

/** @param {string} scope @param {string} clientId */
export async function forgetRecording(scope, clientId) {
  if (!keptIn(scope).includes(clientId)) return;
  remember(name(scope, clientId), null);
  await inStore("readwrite", (store) => store.delete(clientId));
}

/** All of a conversation that is no more. @param {string} scope */
export function forgetRecordings(scope) {
  for (const clientId of keptIn(scope)) forgetRecording(scope, clientId).catch(() => {});
}

/** Those that nobody came back for. */
export function forgetOld() {
  for (const { scope, client_id, at } of notes("recording:")) {
    if (Date.now() - at > KEPT_MS) forgetRecording(scope, client_id).catch(() => {});
  }
}

/** It belongs to the conversation that has just begun. @param {string} from @param {string} to @param {string} clientId */
export function moveRecording(from, to, clientId) {
  if (!keptIn(from).includes(clientId)) return;
  remember(name(to, clientId), { scope: to, client_id: clientId, at: Date.now() });
  remember(name(from, clientId), null);
}

/**
 * One of those that lie here, or null.
 * @param {string} scope
 * @returns {Promise<Message | null>}
 */
export async function keptRecording(scope) {
  for (const clientId of keptIn(scope)) {
    const audio = await inStore("readonly", (store) => store.get(clientId));
    if (audio instanceof File) return { client_id: clientId, audio };
    remember(name(scope, clientId), null); // the browser made room
  }
  return null;
}

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>} act
 * @returns {Promise<T>}
 */
async function inStore(mode, act) {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await done(opening);
  try {
    return await done(act(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
