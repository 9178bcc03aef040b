// Loaded before the program in crash runs: its waits take at most some milliseconds. Time-outs of requests stay as they are.

import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers/promises";

const wait = timers.setTimeout;
timers.setTimeout = (ms, value, options) => wait(Math.min(ms, 10), value, options);
syncBuiltinESMExports();
