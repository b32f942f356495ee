/** Sends files one by one, with how far each is and what came of it. Without scripts the form sends them all at once. */

/** @typedef {{ id: string | null, tone: "success" | "waiting" | "error", words: string }} Told */

const form = /** @type {HTMLFormElement} */ (document.getElementById("files-form"));
const zone = /** @type {HTMLElement} */ (form.querySelector(".files__zone"));
const field = /** @type {HTMLInputElement} */ (zone.querySelector("input[type=file]"));
const list = /** @type {HTMLElement} */ (document.getElementById("files-told"));
const states = /** @type {HTMLTableSectionElement} */ (document.getElementById("files-states"));
const ids = /** @type {HTMLElement} */ (document.getElementById("files-ids"));
const words = form.dataset;
const button = /** @type {HTMLButtonElement} */ (form.querySelector("button[type=submit]"));

/** What is sent now with each file; null while nothing is. @type {FormData | null} */
let sending = null;

// A file that falls beside the zone is meant for it too: the browser would leave the page and open it.
for (const name of ["dragenter", "dragover"]) {
  addEventListener(name, (event) => {
    event.preventDefault();
    zone.classList.add("files__zone--over");
  });
}
addEventListener("dragleave", ({ relatedTarget }) => {
  if (!relatedTarget) zone.classList.remove("files__zone--over"); // out of the window
});
addEventListener("drop", (event) => {
  event.preventDefault();
  zone.classList.remove("files__zone--over");
  choose(event.dataTransfer?.files);
});
addEventListener("beforeunload", (event) => {
  if (sending) event.preventDefault();
});

// Nothing was added yet: there is no state to ask for.
states.addEventListener("htmx:beforeRequest", (event) => {
  if (!ids.childElementCount) event.preventDefault();
});

/** To those that are chosen already, not in their place. @param {FileList | undefined} more */
function choose(more) {
  const all = new DataTransfer();
  for (const file of [...(field.files ?? []), ...(more ?? [])]) all.items.add(file);
  field.files = all.files;
}

button.disabled = false; // Firefox keeps it over a reload, and nothing is sent in a page that has just come
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (sending) return;
  const files = [...(field.files ?? [])];
  sending = new FormData(form); // as it is now, also the agent, whoever is chosen while they are sent
  sending.delete("upload");
  field.value = ""; // what is dropped from now on is sent with the next click
  button.disabled = true;
  for (const file of files) await send(file, sending);
  button.disabled = false;
  sending = null;
});

/** One file in a request of its own: one that fails does not cost the others. @param {File} file @param {FormData} beside */
async function send(file, beside) {
  const line = list.appendChild(document.createElement("li"));
  const bar = document.createElement("progress");
  line.append((words.sending ?? "").replace("%s", file.name), bar);
  try {
    for (const told of await posted(file, beside, bar)) tell(line, told);
  } catch (error) {
    const why = error instanceof Error ? error.message : "";
    tell(line, { id: null, tone: "error", words: `${(words.failed ?? "").replace("%s", file.name)} ${why}`.trim() });
  }
}

/** @param {HTMLElement} line @param {Told} told */
function tell(line, told) {
  const words = document.createElement("span");
  words.className = `badge badge--${told.tone}`;
  words.textContent = told.words;
  line.replaceChildren(words);
  if (!told.id) return;
  const kept = document.createElement("input");
  Object.assign(kept, { type: "hidden", name: "id", value: told.id });
  ids.prepend(kept);
  states.dispatchEvent(new Event("added"));
}

/**
 * XMLHttpRequest, since fetch does not say how much was sent.
 * @param {File} file @param {FormData} beside @param {HTMLProgressElement} bar @returns {Promise<Told[]>}
 */
function posted(file, beside, bar) {
  const body = new FormData();
  for (const [name, value] of beside) body.append(name, value);
  body.append("upload", file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => Object.assign(bar, { max: total, value: loaded });
    request.onload = () => (request.response?.results ? resolve(request.response.results) : reject(new Error(request.response?.detail)));
    request.onerror = () => reject(new Error(words.offline));
    request.send(body);
  });
}
