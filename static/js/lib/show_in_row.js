// A row of links that scrolls sideways shows the one that is current, and nothing else moves.

/** @param {Element} link @param {Element} row what scrolls */
export function showInRow(link, row) {
  const place = link.getBoundingClientRect();
  const box = row.getBoundingClientRect();
  row.scrollLeft += Math.min(0, place.left - box.left) + Math.max(0, place.right - box.right);
}
