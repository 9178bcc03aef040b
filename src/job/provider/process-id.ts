// Names a process so that a later one can tell whether it still lives: pid and, where the kernel tells it, start time,
// because a pid is given out again.

import { readFileSync } from "node:fs";

/** The name of a running process, e.g. `4711@8812345`; the start time is in clock ticks since boot (Linux), else empty. */
export function processName(pid: number = process.pid): string {
  return `${pid}@${startTicks(pid) ?? ""}`;
}

/** Whether the process of that name still runs. A name without start time counts as alive while its pid exists. */
export function isProcessAlive(name: string): boolean {
  const [pidText, start] = name.split("@");
  const pid = Number(pidText);
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const current = startTicks(pid);
  return current === null || start === "" || current === start;
}

/** Field 22 of /proc/PID/stat (proc(5)); the command in field 2 may hold spaces and brackets, so count after the last one. */
function startTicks(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}
