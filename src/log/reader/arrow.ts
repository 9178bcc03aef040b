// Arrow IPC, file and stream layout: a log whose columns the recipe
// names, or whose columns have the names that logs commonly give them.

import { makeTableReader } from "./read-tables.ts";

export const arrowReader = makeTableReader("arrow");
