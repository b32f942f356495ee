// Our player in the place of the browser's: play, seek, time, speed. Without script the browser's own controls stay.

import { onRemembered, recall, remember } from "../lib/storage.js";
import { word } from "../lib/words.js";
import { hush, leaveFloor, takeFloor } from "./playing.js";

const SPEEDS = [1, 1.25, 1.5, 2];
const STEP_S = 5; // of an arrow key
const PATIENCE_MS = 30_000; // some megabytes over a slow line
const FAR_S = 1e7; // beyond any end: seeking there makes the browser find out how long the file is

const speed = () => SPEEDS.find((one) => one === recall("speed")) ?? 1;

/** @param {number} s */
function time(s) {
  const whole = Number.isFinite(s) ? Math.floor(s) : 0;
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** Shows the speed, and plays at it. @param {Element} box */
function follow(box) {
  const pace = /** @type {HTMLElement} */ (box.querySelector(".player__speed"));
  /** @type {HTMLAudioElement} */ (box.querySelector("audio")).playbackRate = speed();
  pace.textContent = word("speed", { n: speed() });
  pace.setAttribute("aria-label", word("speedLabel", { n: speed() }));
}

const followAll = () => document.querySelectorAll(".player").forEach(follow);
onRemembered((key) => key === "speed" && followAll());

/** Gives every sound within its player. @param {HTMLElement} panel @param {ParentNode} within */
export function upgrade(panel, within) {
  const template = /** @type {HTMLTemplateElement} */ (panel.querySelector("#player"));
  for (const audio of within.querySelectorAll("audio[controls]")) {
    const box = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
    audio.replaceWith(box);
    wire(box, /** @type {HTMLAudioElement} */ (audio), panel.dataset.visitor ?? "");
  }
}

/**
 * @param {HTMLElement} box
 * @param {HTMLAudioElement} audio
 * @param {string} visitor who listens, in a frame on another site: its cookie may be blocked, so that the address alone
 *   opens nothing, and a token has no place in an address. There the sound is fetched whole, by a header.
 */
function wire(box, audio, visitor) {
  const button = /** @type {HTMLButtonElement} */ (box.querySelector(".player__play"));
  const icon = /** @type {SVGUseElement} */ (button.querySelector("use"));
  const bar = /** @type {HTMLInputElement} */ (box.querySelector(".player__bar"));
  const clock = /** @type {HTMLElement} */ (box.querySelector(".player__time"));
  const pace = /** @type {HTMLButtonElement} */ (box.querySelector(".player__speed"));
  let isMeasuring = false;
  let isFailed = false;
  let isWanted = false; // to be heard, now or once it is there

  const address = audio.src;
  if (visitor) audio.removeAttribute("src");

  box.setAttribute("aria-label", audio.getAttribute("aria-label") ?? "");
  audio.controls = false;
  box.append(audio);

  const storedS = Number(audio.dataset.lengthMs ?? 0) / 1000; // what the server knows of a sound that is not fetched yet
  const lengthS = () => (Number.isFinite(audio.duration) && !isMeasuring ? audio.duration : storedS);
  const pause = () => {
    isWanted = false;
    audio.pause();
  };

  function draw() {
    if (isMeasuring && (audio.seeking || Number.isFinite(audio.duration))) return;
    isMeasuring = false; // the seek was dropped without an event, as Firefox does in a sound of unknown length
    const total = lengthS();
    bar.disabled = total === 0;
    bar.max = String(total || 1);
    bar.value = String(audio.currentTime);
    bar.style.setProperty("--played", `${total ? (100 * audio.currentTime) / total : 0}%`);
    bar.setAttribute("aria-valuetext", word("playerAt", { now: time(audio.currentTime), total: time(total) }));
    const isFresh = audio.readyState === HTMLMediaElement.HAVE_NOTHING && audio.currentTime === 0;
    const now = time(audio.currentTime);
    const both = isFresh ? time(total) : `${now} / ${time(total)}`;
    const text = total ? both : now;
    if (!isFailed && clock.textContent !== text) clock.textContent = text;
  }

  /** @param {boolean} isOn */
  function drawButton(isOn) {
    icon.setAttribute("href", (icon.getAttribute("href") ?? "").replace(/#.*/, isOn ? "#pause" : "#play"));
    button.setAttribute("aria-label", word(isOn ? "pause" : "play"));
    box.toggleAttribute("data-on", isOn);
  }

  /** What a browser has recorded does not say how long it is; the server mostly knows. */
  function measure() {
    if (storedS || audio.duration !== Number.POSITIVE_INFINITY) return draw();
    isMeasuring = true;
    const place = audio.currentTime;
    audio.addEventListener(
      "seeked",
      () => {
        isMeasuring = false;
        audio.currentTime = place;
        draw();
      },
      { once: true },
    );
    audio.currentTime = FAR_S;
  }

  function fail() {
    isFailed = true;
    isWanted = false;
    drawButton(false);
    leaveFloor(pause);
    clock.textContent = word("soundMissing");
  }

  async function fetchSound() {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await fetch(address, { headers: { "X-Visitor": visitor }, signal });
    if (!response.ok) throw new Error(`the sound is not there: ${response.status}`);
    audio.src = URL.createObjectURL(await response.blob());
  }

  async function play() {
    if (isFailed && audio.src) audio.load();
    isFailed = false;
    isWanted = true;
    takeFloor(pause);
    try {
      if (!audio.src) await fetchSound();
      if (!isWanted) return; // another sound has the floor meanwhile
      audio.playbackRate = speed(); // which a new source sets back
      await audio.play();
    } catch (error) {
      if (/** @type {Error} */ (error).name !== "AbortError") fail(); // which only says that it was paused meanwhile
    }
  }

  button.addEventListener("click", () => (isWanted ? hush() : play()));
  bar.addEventListener("input", () => {
    audio.currentTime = Number(bar.value);
    draw();
  });
  bar.addEventListener("keydown", (event) => {
    const forward = getComputedStyle(bar).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const by = { [forward]: STEP_S, ArrowUp: STEP_S, ArrowDown: -STEP_S }[event.key] ?? (event.key.startsWith("Arrow") ? -STEP_S : 0);
    if (event.key === " ") button.click();
    else if (by) audio.currentTime = Math.min(Math.max(0, audio.currentTime + by), lengthS());
    else return;
    event.preventDefault();
    draw();
  });
  pace.addEventListener("click", () => {
    remember("speed", SPEEDS[(SPEEDS.indexOf(speed()) + 1) % SPEEDS.length]);
    followAll();
  });

  audio.addEventListener("play", () => drawButton(true));
  audio.addEventListener("pause", () => {
    if (audio.paused) isWanted = false; // it may play again before this is told
    drawButton(false);
    leaveFloor(pause);
  });
  audio.addEventListener("loadedmetadata", measure);
  audio.addEventListener("durationchange", draw);
  audio.addEventListener("timeupdate", draw);
  audio.addEventListener("ended", () => {
    audio.currentTime = 0;
    draw();
  });
  audio.addEventListener("error", fail);

  follow(box);
  drawButton(false);
  draw();
}
