/** The chat beside the form of its agent, with what stands in the form and is not saved. Without scripts it is absent. */

const WIDTHS_PX = { desktop: 1000, phone: 390 }; // 1000 has the list of conversations beside the chat
const HEIGHT_PX = 660;
const PAUSE_MS = 250; // while somebody types or drags over a colour
const FILES = { logo: "brand-0-logo", avatar: "avatar" };

const box = /** @type {HTMLElement} */ (document.getElementById("look-preview"));
const form = /** @type {HTMLFormElement} */ (box.closest("form"));
const stage = /** @type {HTMLElement} */ (box.querySelector(".look-preview__stage"));
const frame = /** @type {HTMLIFrameElement} */ (box.querySelector("iframe"));
const refusal = /** @type {HTMLElement} */ (box.querySelector(".look-preview__told"));
const help = document.querySelector("#id_accent_helptext div");

/** @type {{ size: "desktop" | "phone", scheme: string }} */
const chosen = { size: "phone", scheme: "light" };
/** @type {Record<string, string>} pictures that are chosen and not saved, as data: addresses */
const pictures = {};
/** @type {{ page: Document, theme: CSSStyleSheet, own: CSSStyleSheet, first: { name: string, hint: string } } | undefined} */
let shown;
let timer = 0;
let asked = 0;

/** What stands in a field of the form. @param {string} name */
function written(name) {
  const field = form.elements.namedItem(name);
  return field instanceof RadioNodeList || !field ? "" : /** @type {HTMLInputElement} */ (field).value;
}

/** Takes the page in the frame over, once it is there. */
function opened() {
  const page = frame.contentDocument;
  const view = /** @type {(Window & typeof globalThis) | null} */ (frame.contentWindow);
  const field = /** @type {HTMLTextAreaElement | null} */ (page?.getElementById("message") ?? null);
  if (!page || !view || !field) return;
  // A sheet made in one document is refused by another; style elements and attributes are refused by the policy.
  const [theme, own] = [new view.CSSStyleSheet(), new view.CSSStyleSheet()];
  page.adoptedStyleSheets = [theme, own];
  const name = page.getElementById("panel-name")?.textContent ?? "";
  shown = { page, theme, own, first: { name, hint: field.placeholder } };
  draw();
}

function draw() {
  if (!shown) return;
  const { page, first } = shown;
  const name = written("name") || first.name;
  page.documentElement.style.colorScheme = chosen.scheme;
  put("#panel-name", name);
  put(".brand__name", written("brand-0-company") || name);
  /** @type {HTMLTextAreaElement} */ (page.getElementById("message")).placeholder = first.hint.replace(first.name, name);
  greet(page, written("greeting"));
  begin(page, written("starter_questions"));
  picture(page, ".panel__bar .avatar", pictures.avatar, "avatar");
  if (!page.querySelector("img.avatar")) put(".panel__bar .avatar", name.slice(0, 1).toUpperCase());
  picture(page, ".brand__logo, .brand__mark", pictures.logo, "brand__logo");
}

/** @param {string} selector @param {string} text */
function put(selector, text) {
  const place = shown?.page.querySelector(selector);
  if (place && place.textContent !== text) place.textContent = text;
}

/** @param {Document} page @param {string} text */
function greet(page, text) {
  const old = page.querySelector(".greeting");
  const paragraphs = text.split(/\n{2,}/).filter((one) => one.trim());
  if (!paragraphs.length) return old?.remove();
  const greeting = old ?? made(page, "div", "greeting prose");
  greeting.replaceChildren(
    ...paragraphs.map((one) => {
      const paragraph = made(page, "p");
      paragraph.append(...one.split("\n").flatMap((line, index) => (index ? [made(page, "br"), line] : [line])));
      return paragraph;
    }),
  );
  if (!old) page.getElementById("log")?.prepend(greeting);
}

/** @param {Document} page @param {string} text */
function begin(page, text) {
  const old = page.getElementById("starters");
  const questions = text.split("\n").map((one) => one.trim()).filter(Boolean);
  if (!questions.length) return old?.remove();
  const starters = old ?? made(page, "form", "starters");
  starters.id = "starters";
  starters.replaceChildren(
    ...questions.map((one) => {
      const button = made(page, "button", "starter");
      button.textContent = one;
      return button;
    }),
  );
  if (!old) page.getElementById("log")?.append(starters);
}

/** @param {Document} page @param {string} selector @param {string | undefined} address @param {string} name */
function picture(page, selector, address, name) {
  const old = page.querySelector(selector);
  if (!address || !old) return;
  const image = /** @type {HTMLImageElement} */ (old.matches("img") ? old : made(page, "img", name));
  image.src = address;
  image.alt = "";
  if (image !== old) old.replaceWith(image);
}

/** @param {Document} page @param {string} kind @param {string} [name] */
function made(page, kind, name = "") {
  const element = page.createElement(kind);
  element.className = name;
  return element;
}

/** Asks the server for the style sheets: it corrects colours and checks what staff wrote. */
async function dress() {
  const number = ++asked;
  const body = new FormData();
  for (const [name, field] of Object.entries({
    accent: "accent",
    accent_dark: "brand-0-accent_dark",
    radius: "brand-0-radius",
    custom_css: "brand-0-custom_css",
    csrfmiddlewaretoken: "csrfmiddlewaretoken",
  })) {
    body.set(name, written(field));
  }
  const response = await fetch(box.dataset.lookUrl ?? "", { method: "POST", body, redirect: "error" });
  const answer = response.ok ? await response.json() : {};
  if (number !== asked || !shown) return; // a newer one is on its way
  if (answer.theme) shown.theme.replaceSync(answer.theme);
  if (answer.own !== undefined) shown.own.replaceSync(answer.own);
  if (answer.told && help) help.textContent = answer.told;
  refusal.textContent = answer.refused ?? "";
}

function soon() {
  draw();
  clearTimeout(timer);
  timer = setTimeout(() => dress().catch(() => undefined), PAUSE_MS); // offline or signed out: saving will tell
}

/** @param {HTMLInputElement} field @param {string} kind */
async function chooseFile(field, kind) {
  const file = field.files?.[0];
  if (!file) return;
  const reader = new FileReader();
  await new Promise((resolve) => {
    reader.onloadend = resolve;
    reader.readAsDataURL(file);
  });
  pictures[kind] = String(reader.result ?? "");
  draw();
}

/** The frame keeps its own width, as windows do, and is drawn as large as there is room. */
function fit() {
  const width = WIDTHS_PX[chosen.size];
  const scale = Math.min(1, stage.clientWidth / width);
  Object.assign(frame.style, { width: `${width}px`, height: `${HEIGHT_PX}px`, transform: `scale(${scale})` });
  stage.style.height = `${HEIGHT_PX * scale}px`;
}

box.addEventListener("click", (event) => {
  const button = /** @type {Element} */ (event.target).closest("button");
  if (!button) return;
  Object.assign(chosen, button.dataset);
  for (const one of button.parentElement?.querySelectorAll("button") ?? []) one.ariaPressed = String(one === button);
  fit();
  draw();
});
form.addEventListener("input", soon);
form.addEventListener("change", (event) => {
  const field = /** @type {HTMLInputElement} */ (event.target);
  for (const [kind, name] of Object.entries(FILES)) if (field.name === name) chooseFile(field, kind);
});
frame.addEventListener("load", () => {
  opened();
  dress().catch(() => undefined);
});
box.hidden = false;
new ResizeObserver(fit).observe(stage);
frame.src = box.dataset.frameUrl ?? "";
