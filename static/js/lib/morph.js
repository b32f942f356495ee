// Turns a message into its newer state and keeps what is the same: the reader's selection, focus, and what they opened.

const OWN = new Set(["open", "data-on", "data-folded"]); // set by the reader, or by scripts: the server knows nothing of them

/**
 * @param {HTMLElement} old stays in the page
 * @param {HTMLElement} fresh what it is to be; is taken apart
 */
export function morph(old, fresh) {
  attributes(old, fresh);
  children(old, fresh);
}

/** @param {Element} old @param {Element} fresh */
function attributes(old, fresh) {
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && !OWN.has(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
}

/** What two nodes must share to be the same thing in two states. @param {Node} node */
function kind(node) {
  if (!(node instanceof Element)) return node.nodeName;
  if (!node.matches("audio, .player")) return node.nodeName + (node.classList[0] ?? "");
  return `sound ${(node.matches("audio") ? node : node.querySelector("audio"))?.getAttribute("src")}`; // in our player, or bare
}

/** @param {Node} node */
const isBlank = (node) => node.nodeType === Node.TEXT_NODE && !node.nodeValue?.trim();

/** @param {Element} old @param {Element} fresh */
function children(old, fresh) {
  let place = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    let same = place;
    while (same && kind(same) !== kind(wanted)) same = same.nextSibling;
    if (!same) {
      old.insertBefore(wanted, place);
      continue;
    }
    while (place && place !== same) place = removed(place);
    place = same.nextSibling;
    node(same, wanted);
  }
  while (place) place = removed(place);
}

/** @param {ChildNode} gone @returns {ChildNode | null} what followed it */
function removed(gone) {
  const next = gone.nextSibling;
  gone.remove();
  return next;
}

/** @param {Node} old @param {Node} fresh of the same kind */
function node(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (old instanceof Text) text(old, fresh.nodeValue ?? "");
  else if (!(old instanceof Element && fresh instanceof Element)) old.parentNode?.replaceChild(fresh, old);
  else if (old.matches(".prose")) prose(old, fresh);
  else if (!old.matches("[data-on], .player")) morph(/** @type {HTMLElement} */ (old), /** @type {HTMLElement} */ (fresh));
}

/** Only what differs is written: a selection in front of it, or behind it, stays. @param {Text} old @param {string} wanted */
function text(old, wanted) {
  const has = old.data;
  let start = 0;
  while (start < has.length && has[start] === wanted[start]) start += 1;
  let end = 0;
  while (end < Math.min(has.length, wanted.length) - start && has.at(-1 - end) === wanted.at(-1 - end)) end += 1;
  old.replaceData(start, has.length - end - start, wanted.slice(start, wanted.length - end));
}

/**
 * A running answer has its blocks in two boxes, the finished ones and the open end; moved out of them they would lose
 * the selection. So the boxes stay, without their ids.
 * @param {Element} old @param {Element} fresh
 */
function prose(old, fresh) {
  const boxes = [...old.querySelectorAll(':scope > [id], :scope > [data-part]')];
  if (!boxes.length || fresh.querySelector(":scope > [id]")) {
    morph(/** @type {HTMLElement} */ (old), /** @type {HTMLElement} */ (fresh));
    return;
  }
  attributes(old, fresh);
  for (const box of boxes) {
    for (const { name } of [...box.attributes]) box.removeAttribute(name);
    box.setAttribute("data-part", "");
  }
  const has = boxes.flatMap((box) => [...box.childNodes]).filter((one) => !isBlank(one));
  const wanted = [...fresh.childNodes].filter((one) => !isBlank(one));
  let kept = 0; // blocks at the end that are the same, when one in the middle came out otherwise
  while (kept < Math.min(has.length, wanted.length) && has.at(-1 - kept)?.isEqualNode(wanted.at(-1 - kept) ?? null)) kept += 1;
  const changed = has.slice(0, has.length - kept);
  wanted.slice(0, wanted.length - kept).forEach((block, at) => {
    const own = changed[at];
    if (own && kind(own) === kind(block)) node(own, block);
    else if (own) own.replaceWith(block);
    else if (kept) has.at(-kept)?.before(block);
    else boxes.at(-1)?.append(block);
  });
  for (const own of changed.slice(wanted.length - kept)) own.remove();
}
