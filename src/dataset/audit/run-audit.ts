// All findings over one stream of examples. One run a worker thread; the states are merged at the end.

import { findings } from "./index.ts";
import type { AuditOptions, Finding, FindingResult, Seen } from "./types.ts";

/** What `audit.json` holds, by finding. */
export type AuditReport = Record<string, FindingResult & { about: string }>;

export type AuditRun = {
  see(seen: Seen): void;
  /** Structured-clonable state of every finding. */
  state(): Record<string, unknown>;
  mergeState(state: Record<string, unknown>): void;
  result(): AuditReport;
};

/** Starts every finding that runs while building, or every finding for an audit of files. */
export function startAudit(options: AuditOptions, where: "build" | "files" = "build"): AuditRun {
  const held = (Object.values(findings) as Finding[])
    .filter(({ inBuild = true }) => inBuild || where === "files")
    .map((finding) => ({
      name: finding.name,
      about: finding.about,
      audit: finding.create(options),
    }));
  return {
    see(seen) {
      for (const { audit } of held) audit.see(seen);
    },
    state: () => Object.fromEntries(held.map(({ name, audit }) => [name, audit.state()])),
    mergeState(state) {
      for (const { name, audit } of held) audit.mergeState(state[name]);
    },
    result: () =>
      Object.fromEntries(
        held.map(({ name, about, audit }) => [name, { about, ...audit.result() }]),
      ),
  };
}
