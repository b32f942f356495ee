/** Sends files one by one, with how far each is and what came of it. Without scripts the form sends them all at once. */

/** @typedef {{ id: string | null, tone: "success" | "waiting" | "error", words: string }} Told */

const form = /** @type {HTMLFormElement} */ (document.getElementById("files-form"));
const zone = /** @type {HTMLElement} */ (form.querySelector(".files__zone"));
const field = /** @type {HTMLInputElement} */ (zone.querySelector("input[type=file]"));
const list = /** @type {HTMLElement} */ (document.getElementById("files-told"));
const states = /** @type {HTMLTableSectionElement} */ (document.getElementById("files-states"));
const ids = /** @type {HTMLElement} */ (document.getElementById("files-ids"));
const button = /** @type {HTMLButtonElement} */ (form.querySelector("button[type=submit]"));

for (const name of ["dragenter", "dragover"]) {
  zone.addEventListener(name, (event) => {
    event.preventDefault();
    zone.classList.add("files__zone--over");
  });
}
zone.addEventListener("dragleave", () => zone.classList.remove("files__zone--over"));
zone.addEventListener("drop", (event) => {
  event.preventDefault();
  zone.classList.remove("files__zone--over");
  if (event.dataTransfer?.files.length) field.files = event.dataTransfer.files;
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const files = [...(field.files ?? [])];
  button.disabled = true;
  for (const file of files) await send(file);
  button.disabled = false;
  field.value = "";
});

/** One file in a request of its own: one that fails does not cost the others. @param {File} file */
async function send(file) {
  const line = list.appendChild(document.createElement("li"));
  const bar = document.createElement("progress");
  line.append((form.dataset.sending ?? "").replace("%s", file.name), bar);
  try {
    for (const told of await posted(file, bar)) tell(line, told);
  } catch {
    tell(line, { id: null, tone: "error", words: (form.dataset.failed ?? "").replace("%s", file.name) });
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
 * @param {File} file @param {HTMLProgressElement} bar @returns {Promise<Told[]>}
 */
function posted(file, bar) {
  const body = new FormData(form);
  body.delete("upload");
  body.append("upload", file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => Object.assign(bar, { max: total, value: loaded });
    request.onload = () => (request.response?.results ? resolve(request.response.results) : reject(new Error()));
    request.onerror = () => reject(new Error());
    request.send(body);
  });
}
