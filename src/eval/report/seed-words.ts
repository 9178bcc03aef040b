// What training seeds gave, in words and as a table of the page, in English and Korean: the delta of each with its interval,
// and how far they lie apart.

import { html, type Html } from "../../base/page/html.ts";
import type { PageLang } from "../../base/page/strings.ts";
import { renderTable } from "../../base/page/table.ts";
import type { Comparison } from "../score/types.ts";
import { formatDelta } from "./words.ts";

type SeededComparison = Comparison & Required<Pick<Comparison, "seeds" | "seedSd">>;

/** The comparisons that hold training seeds. */
export function seededOf(comparisons: readonly Comparison[]): SeededComparison[] {
  return comparisons.filter(
    (c): c is SeededComparison => c.seeds !== undefined && c.seedSd !== undefined,
  );
}

/** Those of them that carry the verdict. */
export function primarySeedsOf(comparisons: readonly Comparison[]): SeededComparison[] {
  return seededOf(comparisons).filter(({ primary }) => primary);
}

/** `tuned − base on ndcg@10/uni20 by training seed: 1 +0.21 [0.18, 0.24], 2 +0.19 [0.16, 0.22]; mean +0.20, SD 0.014`. */
export function seedLineOf(c: SeededComparison): string {
  const each = c.seeds.map((seed) => `${seed.seed} ${formatDelta(seed)}`).join(", ");
  return `${c.system} − ${c.against} on ${c.metric} by training seed: ${each}; mean ${signed(c.delta)}, SD ${c.seedSd.toFixed(3)}`;
}

const words = {
  en: {
    title: "Training seeds",
    note: "The same job, tuned once a seed. The verdict rests on each user's mean over the seeds; its interval tells how far users differ, the standard deviation of the deltas how far runs do.",
    mean: "mean of users' means",
    sd: "standard deviation of the seeds",
    pair: "comparison",
    seed: "seed",
  },
  ko: {
    title: "학습 시드",
    note: "같은 작업을 시드마다 한 번씩 튜닝했습니다. 판정은 사용자마다 시드에 걸쳐 평균한 값에 따릅니다. 구간은 사용자 사이의 차이를, 차이들의 표준편차는 학습 사이의 차이를 나타냅니다.",
    mean: "사용자 평균의 평균",
    sd: "시드의 표준편차",
    pair: "비교",
    seed: "시드",
  },
} as const satisfies Record<PageLang, Record<string, string>>;

/** The table of training seeds; null without any. */
export function renderSeeds(comparisons: readonly Comparison[], lang: PageLang): Html | null {
  const seeded = primarySeedsOf(comparisons);
  if (seeded.length === 0) return null;
  const own = words[lang];
  const names = [...new Set(seeded.flatMap(({ seeds }) => seeds.map(({ seed }) => seed)))];
  const rows = seeded.map((c) => {
    const cells = names.map((name) => {
      const found = c.seeds.find(({ seed }) => seed === name);
      return html`<td>${found ? formatDelta(found, 3) : "–"}</td>`;
    });
    return html`<tr>
      <th scope="row">${c.system} − ${c.against}<small>${c.metric}</small></th>
      ${cells}
      <td>${formatDelta(c, 3)}</td>
      <td>${c.seedSd.toFixed(3)}</td>
    </tr>`;
  });
  const heads = [...names.map((name) => `${own.seed} ${name}`), own.mean, own.sd];
  return html`<h2>${own.title}</h2>
    <p class="note">${own.note}</p>
    ${renderTable(own.pair, heads, rows)}`;
}

function signed(value: number): string {
  return `${value > 0 ? "+" : ""}${value.toFixed(3)}`;
}
