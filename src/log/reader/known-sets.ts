// Published logs by the sha256 of their files, so that an altered copy is told from a true one. Every hash was taken
// from a file as its publisher distributes it; a set whose files were not at hand is not listed.

import { openBytes } from "./open-bytes.ts";
import type { Redistribution } from "./types.ts";

export type KnownFile = { sha256: string; lines: number };
export type KnownSet = {
  name: string;
  license: string;
  redistribution: Redistribution;
  files: Readonly<Record<string, KnownFile>>;
};

export const knownSets: readonly KnownSet[] = [
  {
    name: "MovieLens 100K",
    license:
      "MovieLens 100K: research use; may not be redistributed without separate permission; no commercial use without permission",
    redistribution: "forbidden",
    files: {
      README: {
        sha256: "4883b8cf340ed0059971b33f56ad3adc88a40792108ebca3d24aafc4c82e8b52",
        lines: 157,
      },
      "u.data": {
        sha256: "06416e597f82b7342361e41163890c81036900f418ad91315590814211dca490",
        lines: 100000,
      },
      "u.genre": {
        sha256: "9757e0d3e6b298159a80dd48eaf938114690e911e39af97a76949ef1663610bb",
        lines: 20,
      },
      "u.item": {
        sha256: "553841ebc7de3a0fd0d6b62a204ea30c1e651aacfb2814c7a6584ac52f2c5701",
        lines: 1682,
      },
      "u.user": {
        sha256: "f120e114da2e8cf314fd28f99417c94ae9ddf1cb6db8ce0e4b5995d40e90e62c",
        lines: 943,
      },
    },
  },
  {
    name: "MovieLens latest small (2018-09)",
    license:
      "MovieLens: may be redistributed only under the same licence conditions; no commercial use without permission",
    redistribution: "allowed",
    files: {
      "README.txt": {
        sha256: "63d22ac138e80fae37021797ed8e1b9424b5239dc576a137422adf783ae3f404",
        lines: 153,
      },
      "links.csv": {
        sha256: "97ad18e4e56a09363c65676b6cb3482ce3e2cea2372a24620c1599c843325f31",
        lines: 9743,
      },
      "movies.csv": {
        sha256: "5a5f32dd9bb3797b8e728a1b98958789d2b13f294a69fdfbc5727f8a9611aa07",
        lines: 9743,
      },
      "ratings.csv": {
        sha256: "aa289ca83157595d0df6aea1be6a4ded676ddc4385472e8313a8ed9805352646",
        lines: 100837,
      },
      "tags.csv": {
        sha256: "92a9f8bb7916dceef6151209845788c3643f794dfa79d1feaec7121b5960399d",
        lines: 3684,
      },
    },
  },
  {
    name: "Amazon 2018 Gift Cards, 5-core",
    license: "Amazon reviews (2018): published for research; the data set's page states its terms",
    redistribution: "unknown",
    files: {
      "Gift_Cards_5.json.gz": {
        sha256: "41e1f0e50d3c1c9d7d949fb6315944c8bde51ea6b7429a29fdd0d02cbc07ef25",
        lines: 2972,
      },
      "meta_Gift_Cards.json.gz": {
        sha256: "07fd154b7275ab9b1537e3802913508c7a5f84ed00f73201cd3fa18b2b51b342",
        lines: 1547,
      },
    },
  },
];

export type FileVerdict = {
  file: string;
  sha256: string;
  state: "intact" | "altered" | "unknown";
  /** Name of the set that the file is of, or looks to be of; null for one that is not known. */
  set: string | null;
  /** Line ends of the file (unpacked), and of the true one. */
  lines: number;
  trueLines: number | null;
};

/** A copy with fewer or more lines than this share of the true file is some other file of that name. */
const likeness = 0.5;

/**
 * Compares files with those of known sets: by hash, then, where the name and the length fit or a neighbour is intact,
 * as an altered copy.
 * @param files name, sha256 and line count of each
 */
export function judgeFiles(
  files: readonly { file: string; sha256: string; lines: number }[],
): FileVerdict[] {
  const intactIn = (set: KnownSet): boolean =>
    files.some(({ sha256 }) => Object.values(set.files).some((known) => known.sha256 === sha256));
  return files.map(({ file, sha256, lines }) => {
    const base = file.split("/").at(-1)!;
    for (const set of knownSets) {
      const [name, known] =
        Object.entries(set.files).find(([, held]) => held.sha256 === sha256) ?? [];
      if (name !== undefined && known)
        return { file, sha256, state: "intact", set: set.name, lines, trueLines: known.lines };
    }
    for (const set of knownSets) {
      const known = Object.hasOwn(set.files, base) ? set.files[base]! : null;
      if (known === null) continue;
      const isLike = lines > known.lines * likeness && lines < known.lines / likeness;
      if (isLike || intactIn(set))
        return { file, sha256, state: "altered", set: set.name, lines, trueLines: known.lines };
    }
    return { file, sha256, state: "unknown", set: null, lines, trueLines: null };
  });
}

/** Line ends in a file, after unpacking. */
export async function countLines(path: string): Promise<number> {
  let lines = 0;
  for await (const block of openBytes(path)) {
    for (let at = block.indexOf(10); at >= 0; at = block.indexOf(10, at + 1)) lines++;
  }
  return lines;
}
