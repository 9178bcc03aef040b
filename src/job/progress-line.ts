// One line of progress: `tune 420/900 loss 2.31 · 31k tokens/s · ETA 45 s`; without a total, `tune 420 loss 2.31`.

import type { Progress } from "./provider/types.ts";

/** Makes lines of progress; the time left follows from the pace of this run alone. `now` is in milliseconds. */
export function makeProgressLine(now: () => number): (progress: Progress) => string {
  let start: { phase: string; step: number; at: number } | null = null;
  return ({ phase, step, steps, loss, tokensPerSecond }) => {
    if (start?.phase !== phase) start = { phase, step, at: now() };
    const done = step - start.step;
    const isTotalKnown = steps > 0;
    const etaMs =
      isTotalKnown && done > 0 ? ((now() - start.at) / done) * Math.max(0, steps - step) : null;
    const parts = [
      `${phase} ${isTotalKnown ? `${step}/${steps}` : step}${loss === null ? "" : ` loss ${loss.toFixed(2)}`}`,
      tokensPerSecond === null ? null : `${formatCount(tokensPerSecond)} tokens/s`,
      etaMs === null ? null : `ETA ${formatDuration(etaMs)}`,
    ];
    return parts.filter((part) => part !== null).join(" · ");
  };
}

/** 950, 3.1k, 31k, 1.2M. */
export function formatCount(value: number): string {
  if (value < 1000) return String(Math.round(value));
  const [scaled, unit] = value < 999_500 ? [value / 1000, "k"] : [value / 1e6, "M"];
  return `${scaled < 9.95 ? scaled.toFixed(1) : Math.round(scaled)}${unit}`;
}

/** 45 s, 3 min 20 s, 2 h 5 min. */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
