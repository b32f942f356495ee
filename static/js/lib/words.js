// The words the scripts show. The template renders them, translated, as data attributes of <template id="words">.

const words = /** @type {HTMLElement | null} */ (document.getElementById("words"))?.dataset ?? {};

/** The reader's language, for Intl. */
export const language = document.documentElement.lang || undefined;

/** A header for requests whose answer is put into this page: it is to be in the page's language. */
export const inLanguage = { "X-Page-Language": language ?? "" };

/**
 * One phrase, with its {places} filled in; "" for a name the template does not have.
 * @param {string} name
 * @param {Record<string, string | number>} [values]
 */
export function word(name, values = {}) {
  return (words[name] ?? "").replace(/\{(\w+)\}/g, (place, key) => (key in values ? String(values[key]) : place));
}

/**
 * The phrase `<name>One`, `<name>Few`, `<name>Other` ... that fits a number in the reader's language.
 * @param {string} name
 * @param {number} n
 */
export function counted(name, n) {
  const rule = new Intl.PluralRules(language).select(n);
  const form = rule.charAt(0).toUpperCase() + rule.slice(1);
  return word(name + form, { n }) || word(`${name}Other`, { n });
}
