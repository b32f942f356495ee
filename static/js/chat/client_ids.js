// The id under which the server stores a message once, where it is sent by hand and may be changed in between.

import { newClientId } from "./outbox.js";

/** The same words, tried again, keep their id; other words are another message. */
export function createClientIds() {
  let tried = { words: "", clientId: "" };
  return {
    /** @param {string} words */
    of(words) {
      if (!tried.clientId || tried.words !== words) tried = { words, clientId: newClientId() };
      return tried.clientId;
    },
    /** It is stored: the same words, said once more, are another message. */
    stored() {
      tried = { words: "", clientId: "" };
    },
  };
}
