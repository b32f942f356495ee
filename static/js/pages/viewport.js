// Keeps --viewport and --viewport-top at the part of the page that the on-screen keyboard leaves free.

export function followViewport() {
  const view = window.visualViewport;
  if (!view || !matchMedia("(pointer: coarse)").matches) return;
  const root = document.documentElement.style;

  function update() {
    if (!view || view.scale > 1.01) return; // zoomed in by the reader: leave the layout alone
    root.setProperty("--viewport", `${view.height}px`);
    root.setProperty("--viewport-top", `${view.offsetTop}px`);
  }
  view.addEventListener("resize", update);
  view.addEventListener("scroll", update);
  update();
}
