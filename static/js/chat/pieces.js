// Puts the pieces of HTML that come marked with hx-swap-oob in their places, in the two ways of htmx that our fragments use:
// "true" is for the element of the same id, "beforeend:#id" for the end of that element. htmx itself is 17 kB (gzip).

/**
 * @param {DocumentFragment} content
 * @param {(place: Element, pieces: Element[]) => boolean} takes whether somebody else puts these where they belong
 */
export function putInPlace(content, takes) {
  const focused = document.activeElement?.id;
  for (const piece of content.querySelectorAll("[hx-swap-oob]")) {
    const at = piece.getAttribute("hx-swap-oob")?.split(":#")[1];
    const place = document.getElementById(at ?? piece.id);
    if (!place) continue;
    piece.removeAttribute("hx-swap-oob");
    if (takes(place, at ? [...piece.children] : [piece])) continue;
    if (at) place.append(...piece.childNodes);
    else {
      place.replaceWith(piece);
      piece.dispatchEvent(new CustomEvent("chat:replaced", { bubbles: true }));
    }
  }
  const isLost = focused && document.activeElement === document.body;
  if (isLost) document.getElementById(focused)?.focus({ preventScroll: true });
}
