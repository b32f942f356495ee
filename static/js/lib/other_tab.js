/** Whether what a form asks for opens in another tab, and this page stays. @param {SubmitEvent} event */
export function opensElsewhere({ target, submitter }) {
  const form = /** @type {HTMLFormElement} */ (target);
  return [form.target, submitter?.getAttribute("formtarget")].some((name) => name && name !== "_self");
}
