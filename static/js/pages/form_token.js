/** Gives each form that is sent the newest token: to sign in again in another tab makes those of older pages worthless. */

const COOKIE = /(?:^|; )csrftoken=([^;]+)/;

// First of all that listens: what a script sends by itself has it too.
addEventListener(
  "submit",
  ({ target }) => {
    const field = /** @type {HTMLFormElement} */ (target).querySelector("[name=csrfmiddlewaretoken]");
    const token = COOKIE.exec(document.cookie)?.[1];
    if (field instanceof HTMLInputElement && token) field.value = token;
  },
  true,
);
