// Talking instead of typing: begins and ends a live conversation, and has one at a time in all tabs.

import { word } from "../../lib/words.js";
import { closeMicrophone, faultOf } from "../microphone.js";
import { ready } from "../sound.js";
import { createConversation } from "./conversation.js";
import { createLiveView } from "./view.js";

/**
 * @param {object} options
 * @param {ReturnType<import("../../chat/session.js").createSession>} options.session
 * @param {ReturnType<import("../../chat/composer.js").createComposer>} options.composer
 * @param {ReturnType<import("../../chat/status.js").createStatus>} options.status
 * @param {() => Promise<string>} options.begun the session there is, begun if need be; the sentence that says why not, else ""
 * @param {() => void} options.onGone
 * @param {() => void} options.onEnd
 */
export function createLive({ session, composer, status, begun, onGone, onEnd }) {
  const { panel } = session;
  const view = createLiveView(panel);
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("salesagent:live") : null;
  /** @type {ReturnType<typeof createConversation> | null} */
  let conversation = null;
  let attempt = 0; // of start and end: what opens too late is not used
  /** @type {Promise<WakeLockSentinel | null> | undefined} a phone that goes to sleep would end the conversation */
  let awake;

  /** @param {Promise<MediaStream>} opening */
  async function start(opening) {
    if (!view.isClosed) return; // a second press, while the first one loads
    const own = ++attempt;
    composer.complain("");
    view.muted(false);
    view.open();
    view.show("opening");
    session.getReady();
    channel?.postMessage("taken"); // one agent at a time hears this visitor
    try {
      const stream = await opening;
      view.show("connecting");
      const [sound, why] = await Promise.all([ready(), begun()]);
      if (own !== attempt) return;
      if (why) return end(why);
      if (!sound) return end(word("soundHeldBack"));
      conversation = createConversation({ session, view, status, stream, sound, onGone, onEnd: end });
      await conversation.listen();
      if (own !== attempt) return;
      stayAwake();
      status.whisper(word("liveOn"));
    } catch (error) {
      if (own === attempt) end(word(faultOf(error)));
    }
  }

  function stayAwake() {
    awake = navigator.wakeLock?.request("screen").catch(() => null);
  }

  /** @param {string} [sentence] what is amiss */
  function end(sentence = "") {
    attempt += 1;
    conversation?.close();
    conversation = null;
    closeMicrophone();
    awake?.then((lock) => lock?.release());
    view.close();
    composer.complain(sentence);
    if (!sentence) status.whisper(word("liveOff"));
    onEnd();
  }

  view.end.addEventListener("click", () => end());
  view.mute.addEventListener("click", () => conversation?.toggleMute());
  view.stop.addEventListener("click", () => conversation?.interrupt("button"));
  panel.addEventListener("click", (event) => {
    const isLeaving = /** @type {Element} */ (event.target).closest('[data-action="minimise"]');
    if (isLeaving && !view.isClosed) end(); // nobody listens unseen
  });
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || view.isClosed || event.isComposing) return;
      if (document.querySelector("dialog[open], details.menu[open], :popover-open")) return; // that is closed first
      event.preventDefault(); // and not the floating panel
      event.stopPropagation();
      if (conversation?.isSpeaking) conversation.interrupt("key");
      else end();
    },
    { capture: true },
  );
  document.addEventListener("visibilitychange", () => {
    if (conversation && document.visibilityState === "visible") stayAwake(); // a page that was away has lost it
  });
  channel?.addEventListener("message", () => !view.isClosed && end(word("liveElsewhere")));
  addEventListener("pagehide", () => !view.isClosed && end());

  return {
    start,
    end,
    /** What was typed is stored; its answer is spoken here. @param {string} text @param {string} clientId */
    say: (text, clientId) => conversation?.say(text, clientId),
    get isOn() {
      return !view.isClosed;
    },
    /** Whether this answer is heard, or will be in a moment. @param {string} id */
    speaks: (id) => conversation?.speaks(id) ?? false,
  };
}
