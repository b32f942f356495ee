/** Shows one section of a long form at a time: the one the address names, one with an error, else the first. */

import { showInRow } from "../lib/show_in_row.js";

const links = /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll(".form-sections a"));
const sections = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".form-section")]);
const first = /** @type {HTMLElement} */ (sections[0]);

/** What the address names: a section, or something within one. */
function named() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  return { target, section: sections.find((section) => target && section.contains(target)) };
}

/** @param {HTMLElement} shown */
function show(shown) {
  for (const section of sections) section.hidden = section !== shown;
  for (const link of links) {
    const isShown = link.hash === `#${shown.id}`;
    if (isShown) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    if (isShown) showInRow(link, /** @type {Element} */ (link.closest("ul")));
  }
}

function follow() {
  const { target, section } = named();
  if (!target || !section) return;
  show(section);
  if (target !== section) target.scrollIntoView();
}

/** Only as far up as the section begins: the page does not jump where its top is in view. @param {MouseEvent} event */
function choose(event) {
  const link = /** @type {HTMLAnchorElement} */ (event.currentTarget);
  const section = sections.find((one) => link.hash === `#${one.id}`);
  if (!section || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState(null, "", link.hash);
  show(section);
  if (section.getBoundingClientRect().top < 0) section.scrollIntoView();
}

/** A field that the browser refuses to send is seen. @param {Event} event */
function reveal(event) {
  const section = sections.find((one) => one.contains(/** @type {Node} */ (event.target)));
  if (section?.hidden) show(section);
}

const wrong = sections.find((section) => "hasErrors" in section.dataset);
show(wrong ?? named().section ?? first);
if (!wrong) follow();
for (const link of links) link.addEventListener("click", choose);
addEventListener("hashchange", follow);
addEventListener("popstate", () => show(named().section ?? first));
first.closest("form")?.addEventListener("invalid", reveal, true);
