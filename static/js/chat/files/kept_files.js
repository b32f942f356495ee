// Which files of the next message the server has already: a reload of this tab keeps them. Another tab has files of its own.

/** @typedef {{id: string, name: string, type: string}} SentFile */

const PREFIX = "salesagent:files:";

/** @param {string} scope @returns {SentFile[]} */
export function keptFiles(scope) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(PREFIX + scope) ?? "[]");
    return Array.isArray(kept) ? kept : [];
  } catch {
    return []; // forbidden: they are lost with the page, and swept on the server
  }
}

/** @param {string} scope @param {SentFile[]} files */
export function keepFiles(scope, files) {
  try {
    if (files.length) sessionStorage.setItem(PREFIX + scope, JSON.stringify(files));
    else sessionStorage.removeItem(PREFIX + scope);
  } catch {
    // as above
  }
}
