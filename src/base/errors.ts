// The one error hierarchy: what happened, where, what to do next, a stable code and the exit code of its class.

/** Exit codes of the CLI; stable, documented in docs/quickstart.md. */
export const exitCodes = {
  ok: 0,
  failure: 1,
  usage: 2,
  data: 3,
  remote: 4,
  refused: 5,
  gate: 6,
  tryAgain: 75,
  interrupted: 130,
} as const;

export type ErrorDetail = {
  /** Stable, greppable name of this error, e.g. `recipe-unknown-key`. */
  code: string;
  /** `file:line:col`, `file, record 12`, or a path inside a recipe. */
  where?: string;
  /** What the reader can do next. */
  next?: string;
  cause?: unknown;
};

/** An error that a user can act on; its message carries where and what next. */
export class RectuneError extends Error {
  readonly code: string;
  readonly where: string | undefined;
  readonly next: string | undefined;
  readonly exitCode: number = exitCodes.failure;

  constructor(what: string, detail: ErrorDetail) {
    const place = detail.where ? `${detail.where}: ` : "";
    const advice = detail.next ? `\n  ${detail.next}` : "";
    super(
      `${place}${what}${advice}`,
      detail.cause === undefined ? undefined : { cause: detail.cause },
    );
    this.name = new.target.name;
    this.code = detail.code;
    this.where = detail.where;
    this.next = detail.next;
  }
}

/** A wrong flag, recipe or pack: the user's own text needs a change (exit 2). */
export class UsageError extends RectuneError {
  override readonly exitCode = exitCodes.usage;
}

/** Input data that cannot be used as it is (exit 3). */
export class DataError extends RectuneError {
  override readonly exitCode = exitCodes.data;
}

/** A remote service failed or refused us (exit 4). */
export class RemoteError extends RectuneError {
  override readonly exitCode = exitCodes.remote;
}

/** Refused before money or safety was at risk (exit 5). */
export class RefusedError extends RectuneError {
  override readonly exitCode = exitCodes.refused;
}

/** The user asked to stop; the work can be resumed (exit 130). */
export class InterruptedError extends RectuneError {
  override readonly exitCode = exitCodes.interrupted;
}

/** The nearest of `known` to a misspelt `word`, or null when nothing is near. */
export function nearest(word: string, known: Iterable<string>): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distance of two short strings, in UTF-16 units. */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(substitution, previous[j]! + 1, row[j - 1]! + 1));
    }
    previous = row;
  }
  return previous[b.length]!;
}
