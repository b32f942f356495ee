/** On a phone the places of an agent are one row that scrolls: the one where one is stands in view. */

import { showInRow } from "../lib/show_in_row.js";

const bar = document.querySelector(".agent-bar");
const current = bar?.querySelector("[aria-current]");
if (bar && current) showInRow(current, bar);
