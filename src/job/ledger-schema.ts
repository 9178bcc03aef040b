// The tables of the ledger, as a list of migrations: `user_version` counts how many have run. Rows of events are never
// changed or removed; triggers see to it, so that the history of a paid job can be trusted.

import { jobStates } from "./states.ts";

const states = jobStates.map((state) => `'${state}'`).join(", ");

/** "rctn" in ASCII: tells a ledger from any other SQLite file. */
export const applicationId = 0x7263746e;

/** Append only; a migration that has shipped is never edited. */
export const migrations: readonly string[] = [
  `
CREATE TABLE jobs (
  id TEXT PRIMARY KEY,
  run_key TEXT NOT NULL UNIQUE,
  provider TEXT NOT NULL,
  account TEXT NOT NULL,
  dedupe TEXT NOT NULL CHECK (dedupe IN ('A', 'B', 'C')),
  model TEXT NOT NULL,
  method TEXT NOT NULL,
  dataset_sha256 TEXT NOT NULL,
  spec TEXT NOT NULL CHECK (json_valid(spec)),
  state TEXT NOT NULL CHECK (state IN (${states})),
  remote_id TEXT,
  ceiling_usd REAL NOT NULL DEFAULT 0 CHECK (ceiling_usd >= 0),
  attempt INTEGER NOT NULL CHECK (attempt >= 1),
  job_dir TEXT NOT NULL,
  owner TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX jobs_by_state ON jobs (state);
CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  job TEXT NOT NULL REFERENCES jobs (id),
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  state_from TEXT,
  state_to TEXT,
  data TEXT NOT NULL CHECK (json_valid(data))
) STRICT;
CREATE INDEX events_by_job ON events (job, seq);
CREATE TABLE spend (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  job TEXT NOT NULL REFERENCES jobs (id),
  kind TEXT NOT NULL CHECK (kind IN ('tune', 'serve', 'eval')),
  usd REAL NOT NULL CHECK (usd >= 0),
  at INTEGER NOT NULL,
  note TEXT NOT NULL
) STRICT;
CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER events_no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER spend_no_update BEFORE UPDATE ON spend BEGIN SELECT RAISE(ABORT, 'spend is append-only'); END;
CREATE TRIGGER spend_no_delete BEFORE DELETE ON spend BEGIN SELECT RAISE(ABORT, 'spend is append-only'); END;
CREATE TRIGGER jobs_no_delete BEFORE DELETE ON jobs BEGIN SELECT RAISE(ABORT, 'jobs are never removed'); END;
`,
  `
CREATE TABLE leases (
  id TEXT PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  job TEXT NOT NULL REFERENCES jobs (id),
  state TEXT NOT NULL CHECK (state IN ('INTENT', 'OPEN', 'CLOSED')),
  remote_id TEXT,
  minutes REAL NOT NULL CHECK (minutes > 0),
  ceiling_usd REAL NOT NULL CHECK (ceiling_usd >= 0),
  owner TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE TRIGGER leases_no_delete BEFORE DELETE ON leases BEGIN SELECT RAISE(ABORT, 'leases are never removed'); END;
`,
];
