// What this browser remembers: drafts, unsent messages, how the floating panel stood. A browser that forbids it still works.

const PREFIX = "salesagent:";
/** What storage did not take (full, or forbidden): kept as long as the page is open. @type {Map<string, unknown>} */
const memory = new Map();

/**
 * @param {string} key
 * @returns {unknown} what was stored, or null
 */
export function recall(key) {
  if (memory.has(key)) return memory.get(key);
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key) ?? "null");
  } catch {
    return null;
  }
}

/**
 * @param {string} prefix
 * @returns {unknown[]} everything stored under keys that begin so, in no order
 */
export function recallAll(prefix) {
  const keys = new Set(memory.keys());
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) keys.add(key.slice(PREFIX.length));
  } catch {
    // forbidden: what is kept in memory is all there is
  }
  return [...keys].filter((key) => key.startsWith(prefix)).map(recall).filter((value) => value !== null);
}

/**
 * Null, "" and [] remove the entry.
 * @param {string} key
 * @param {unknown} value
 */
export function remember(key, value) {
  try {
    if (value === null || value === "" || (Array.isArray(value) && !value.length)) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, JSON.stringify(value));
    memory.delete(key);
  } catch {
    memory.set(key, value);
  }
}

/**
 * Calls back when another tab changes an entry.
 * @param {(key: string) => void} changed
 */
export function onRemembered(changed) {
  addEventListener("storage", (event) => {
    if (event.key?.startsWith(PREFIX)) changed(event.key.slice(PREFIX.length));
  });
}
