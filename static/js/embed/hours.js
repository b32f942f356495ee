// Whether people are there, or when they are: by the visitor's clock, since a page may stay open for hours.

const AGAIN_MS = 10_000;

/** Keeps the line true that the server left empty. @param {HTMLElement} line */
export function followHours(line) {
  const { times = "", lang, here = "", back = "" } = line.dataset;
  const turns = times.split(" ").map(Number); // they come and go by turns
  const format = new Intl.DateTimeFormat(lang, { weekday: "long", hour: "numeric", minute: "2-digit" });
  const tell = () => {
    const next = turns.findIndex((time) => time > Date.now());
    const text = next % 2 ? here : back.replace("{when}", format.format(turns[next] ?? 0));
    line.hidden = next < 0;
    if (line.textContent !== text) line.textContent = text;
  };
  tell();
  setInterval(tell, AGAIN_MS);
}
