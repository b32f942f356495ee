// Canned replies: "/" and a part of a shortcut at the start of an answer lists them; Enter or a click puts one in.

/** The list over the field one writes in. */
export function createCanned() {
  const field = /** @type {HTMLTextAreaElement} */ (document.getElementById("inbox-text"));
  const list = /** @type {HTMLElement} */ (document.getElementById("inbox-canned"));
  const all = /** @type {HTMLElement[]} */ ([...list.querySelectorAll("[role=option]")]);
  let at = 0;

  const fitting = () => all.filter((one) => !one.hidden);

  function show() {
    const asked = /^\/([\w-]*)$/.exec(field.value)?.[1]?.toLowerCase();
    for (const one of all) {
      const text = `${one.dataset.shortcut} ${one.dataset.text}`.toLowerCase();
      one.hidden = asked === undefined || !text.includes(asked);
    }
    list.hidden = fitting().length === 0;
    mark(0);
  }

  /** @param {number} index */
  function mark(index) {
    const found = fitting();
    at = found.length ? (index + found.length) % found.length : 0;
    for (const one of all) one.ariaSelected = "false";
    const chosen = found[at];
    if (chosen && !list.hidden) {
      chosen.ariaSelected = "true";
      chosen.scrollIntoView({ block: "nearest" });
      field.setAttribute("aria-activedescendant", chosen.id);
    } else field.removeAttribute("aria-activedescendant");
  }

  /** @param {HTMLElement | undefined} one */
  function choose(one) {
    if (!one) return;
    field.value = one.dataset.text ?? "";
    list.hidden = true;
    field.removeAttribute("aria-activedescendant");
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  field.setAttribute("aria-autocomplete", "list"); // a field of several lines may not be a combobox
  field.setAttribute("aria-haspopup", "listbox");
  field.setAttribute("aria-controls", list.id);
  field.addEventListener("input", show);
  list.addEventListener("mousedown", (event) => {
    event.preventDefault(); // the field keeps the focus
    choose(/** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[role=option]")) ?? undefined);
  });

  return {
    /** Whether a key was for the list. @param {KeyboardEvent} event */
    takes(event) {
      if (list.hidden) return false;
      if (event.key === "ArrowDown") mark(at + 1);
      else if (event.key === "ArrowUp") mark(at - 1);
      else if (event.key === "Enter" || event.key === "Tab") choose(fitting()[at]);
      else if (event.key === "Escape") list.hidden = true;
      else return false;
      event.preventDefault();
      return true;
    },
  };
}
