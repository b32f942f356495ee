// Files of the next message: picked, dropped or pasted, uploaded at once, and shown above the field until they are sent.

import { language, word } from "../../lib/words.js";
import { uploadWith } from "../upload.js";
import { keptFiles, keepFiles } from "./kept_files.js";
import { shrunk } from "./shrink.js";

const BYTES_PER_MB = 1_048_576;

/**
 * @typedef {import("./kept_files.js").SentFile} SentFile
 * @typedef {object} Item
 * @property {string} name
 * @property {string} type
 * @property {string} id of the server's, "" before it has it
 * @property {File | null} file null: it was uploaded before the page was loaded
 * @property {"uploading" | "ready" | "failed" | "refused"} state
 * @property {HTMLElement} element
 * @property {AbortController} abort
 * @property {string} preview
 */

/**
 * @param {object} options
 * @param {ReturnType<import("../session.js").createSession>} options.session
 * @param {ReturnType<import("../outbox.js").createOutbox>} options.outbox
 * @param {() => void} options.onChange
 * @param {(words: string) => void} options.onComplaint
 * @param {(words: string) => void} options.whisper for screen readers
 * @param {() => void} options.onEmpty what had the focus is gone
 */
export function createTray({ session, outbox, onChange, onComplaint, whisper, onEmpty }) {
  const { panel } = session;
  const list = /** @type {HTMLElement} */ (panel.querySelector("#tray"));
  const input = /** @type {HTMLInputElement} */ (panel.querySelector("#files"));
  const template = /** @type {HTMLTemplateElement} */ (panel.querySelector("#tray-file"));
  const most = Number(panel.dataset.maxFiles);
  const mostBytes = Number(panel.dataset.maxFileBytes);
  /** @type {Item[]} */
  let items = [];
  let last = Promise.resolve(); // one after the other: the first may begin the conversation

  /** @param {string} selector @param {Item} item */
  const part = (item, selector) => /** @type {HTMLElement} */ (item.element.querySelector(selector));

  function changed() {
    list.hidden = !items.length;
    const ready = items.filter((item) => item.state === "ready");
    keepFiles(session.scope, ready.map(({ id, name, type }) => ({ id, name, type })));
    onChange();
  }

  /** @param {Iterable<File>} files */
  function add(files) {
    const all = [...files];
    const room = most - items.length;
    if (all.length > room) onComplaint(word("fileTooMany", { n: most }));
    for (const file of all.slice(0, Math.max(0, room))) {
      if (!input.accept.split(",").includes(file.type)) onComplaint(`${file.name}: ${word("fileKind")}`);
      else upload(put({ id: "", name: file.name, type: file.type }, file));
    }
    changed();
  }

  /** @param {SentFile} known @param {File | null} file @returns {Item} */
  function put({ id, name, type }, file) {
    const element = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
    /** @type {Item} */
    const item = { id, name, type, file, element, state: id ? "ready" : "uploading", abort: new AbortController(), preview: "" };
    part(item, ".tray__name").textContent = name;
    part(item, ".tray__remove").setAttribute("aria-label", word("fileRemove", { name }));
    part(item, ".tray__again").setAttribute("aria-label", word("fileAgain", { name }));
    part(item, ".tray__progress").setAttribute("aria-label", word("fileUploading", { name }));
    if (type.startsWith("image/")) {
      const picture = document.createElement("img");
      picture.alt = "";
      const icon = [...part(item, ".tray__picture").children];
      if (file) picture.addEventListener("error", () => part(item, ".tray__picture").replaceChildren(...icon));
      picture.src = item.preview = file ? URL.createObjectURL(file) : `/api/attachments/${id}`;
      part(item, ".tray__picture").replaceChildren(picture);
    }
    list.append(element);
    items.push(item);
    mark(item, item.state);
    return item;
  }

  /** @param {Item} item @param {Item["state"]} state @param {string} [note] */
  function mark(item, state, note = "") {
    item.state = state;
    item.element.dataset.state = state;
    part(item, ".tray__progress").hidden = state !== "uploading";
    part(item, ".tray__again").hidden = state !== "failed";
    part(item, ".tray__note").textContent = note || (item.file ? sizeOf(item.file.size) : "");
  }

  /** @param {Item} item */
  function upload(item) {
    mark(item, "uploading");
    last = last.then(() => sent(item)).catch(() => fail(item, word("fileFailed")));
  }

  /** @param {Item} item */
  async function sent(item) {
    if (!items.includes(item) || !item.file) return;
    if (navigator.onLine === false) return fail(item, word("fileOffline"));
    const file = await shrunk(item.file);
    if (file.size > mostBytes) return refuse(item, word("fileTooLarge", { n: number(mostBytes / BYTES_PER_MB) }));
    const progress = /** @type {HTMLProgressElement} */ (part(item, ".tray__progress"));
    const transport = uploadWith({ onProgress: (ratio) => (progress.value = ratio), signal: item.abort.signal });
    const post = async () => {
      const { scope } = session;
      const answer = await session.attach(file, transport);
      if (answer.session) outbox.begin(scope, answer.session, "");
      settle(item, answer);
    };
    // A message that goes out at the same time would begin a conversation of its own.
    await (session.id ? post() : outbox.between(post));
  }

  /** @param {Item} item @param {import("../session.js").Answer} answer */
  function settle(item, answer) {
    if (answer.outcome === "done" && answer.attachment) {
      item.id = answer.attachment;
      if (!items.includes(item)) return void session.detach(item.id); // taken out while it was on its way
      mark(item, "ready");
      whisper(word("fileReady", { name: item.name }));
      changed();
    } else if (answer.outcome === "refused" || answer.outcome === "gone") refuse(item, answer.detail ?? word("fileFailed"));
    else fail(item, navigator.onLine === false ? word("fileOffline") : (answer.detail ?? word("fileFailed")));
  }

  /** It may be tried again. @param {Item} item @param {string} words */
  function fail(item, words) {
    if (!items.includes(item)) return;
    mark(item, "failed", words);
    whisper(`${item.name}: ${words}`);
    changed();
  }

  /** It would be refused again. @param {Item} item @param {string} words */
  function refuse(item, words) {
    if (!items.includes(item)) return;
    mark(item, "refused", words);
    whisper(`${item.name}: ${words}`);
    changed();
  }

  /** @param {Item} item */
  function remove(item) {
    const at = items.indexOf(item);
    const hadFocus = item.element.contains(document.activeElement);
    items = items.filter((other) => other !== item);
    item.abort.abort();
    if (item.id) session.detach(item.id);
    letGo(item);
    onComplaint("");
    whisper(word("fileRemoved", { name: item.name }));
    changed();
    const next = items[Math.min(at, items.length - 1)];
    if (hadFocus && next) part(next, ".tray__remove").focus();
    else if (hadFocus) onEmpty();
  }

  /** @param {Item} item */
  function letGo(item) {
    item.element.remove();
    if (item.file && item.preview) URL.revokeObjectURL(item.preview);
  }

  list.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const item = items.find((one) => one.element.contains(target));
    if (item && target.closest(".tray__remove")) remove(item);
    else if (item && target.closest(".tray__again")) {
      onComplaint("");
      upload(item);
      part(item, ".tray__remove").focus();
      changed();
    }
  });
  input.addEventListener("change", () => {
    add(input.files ?? []);
    input.value = ""; // the same file may be picked again
  });
  addEventListener("online", () => items.filter((item) => item.state === "failed").forEach(upload));

  for (const known of keptFiles(session.scope)) put(known, null);
  changed();

  return {
    add,
    get count() {
      return items.length;
    },
    /** What keeps the message from being sent, in words; "" for nothing. */
    get obstacle() {
      if (items.some((item) => item.state === "uploading")) return word("fileWait");
      return items.every((item) => item.state === "ready") ? "" : word("fileMend");
    },
    /** The files go with the message that is sent now. @returns {SentFile[]} */
    take() {
      const taken = items.map(({ id, name, type }) => ({ id, name, type }));
      items.forEach(letGo);
      items = [];
      changed();
      return taken;
    },
    /** Those of a message that was refused. @param {SentFile[]} files */
    giveBack(files) {
      for (const file of files.slice(0, most - items.length)) put(file, null);
      changed();
    },
  };
}

/** @param {number} value */
const number = (value) => value.toLocaleString(language, { maximumFractionDigits: 1 });

/** @param {number} bytes */
function sizeOf(bytes) {
  const isSmall = bytes < BYTES_PER_MB;
  const value = isSmall ? Math.max(1, bytes / 1024) : bytes / BYTES_PER_MB;
  const options = { style: "unit", unit: isSmall ? "kilobyte" : "megabyte", maximumFractionDigits: isSmall ? 0 : 1 };
  return value.toLocaleString(language, /** @type {Intl.NumberFormatOptions} */ (options));
}
