// Numbers and verdicts in words, in English and Korean. Never a number without its interval and n.

import type { PageLang } from "../../base/page/strings.ts";
import type { Comparison, Estimate, Report, SystemKind, Verdict } from "../score/types.ts";

/**
 * The verdict as one sentence, e.g. `tuned is better than base: ndcg@10/uni20 +0.21 [0.18, 0.24], n = 500`.
 * `(n needed: …)` follows where no difference was shown and more users could show one of this size.
 */
export function sentenceOf(comparison: Comparison, lang: PageLang = "en"): string {
  return `${claimOf(comparison, lang)}: ${evidenceOf(comparison, lang)}`;
}

/** The verdict of each primary comparison, in the suite's order; where one or none is primary, the report's own sentence. */
export function sentencesOf(report: Pick<Report, "comparisons" | "sentence">): string[] {
  const primary = report.comparisons.filter((comparison) => comparison.primary);
  return primary.length > 1 ? primary.map((c) => sentenceOf(c)) : [report.sentence];
}

/** The words of the verdict alone. */
export function claimOf({ system, against, verdict, margin }: Comparison, lang: PageLang): string {
  if (lang === "ko") {
    if (verdict === "better") return `${system} 시스템이 ${against} 시스템보다 낫습니다`;
    if (verdict === "worse") return `${system} 시스템이 ${against} 시스템보다 못합니다`;
    if (verdict === "equivalent")
      return `${system} 시스템은 ${against} 시스템과 ±${margin} 안에서 동등합니다`;
    return `${system} 시스템과 ${against} 시스템의 차이가 확인되지 않았습니다`;
  }
  if (verdict === "better" || verdict === "worse") return `${system} is ${verdict} than ${against}`;
  if (verdict === "equivalent") return `${system} is equivalent to ${against} within ±${margin}`;
  return `no difference shown between ${system} and ${against}`;
}

/** Metric, difference with its interval, n, and the n needed. */
export function evidenceOf(comparison: Comparison, lang: PageLang): string {
  const { metric, n, verdict, needed } = comparison;
  const more = verdict === "no difference shown" && needed !== null && needed > n;
  const amount =
    needed !== null && needed > 1e6
      ? lang === "ko"
        ? "100만 초과"
        : "over 1000000"
      : String(needed);
  const advice = more ? ` (${lang === "ko" ? "필요한 n" : "n needed"}: ${amount})` : "";
  return `${metric} ${formatDelta(comparison)}, n = ${n}${advice}${seedsOf(comparison, lang)}`;
}

/** What each training seed gave alone. */
function seedsOf({ seeds, seedSd, delta, low, high }: Comparison, lang: PageLang): string {
  if (!seeds || seedSd === undefined) return "";
  const digits = digitsFor([delta, low, high], 2);
  const each = seeds.map((one) => trimZero(one.delta.toFixed(digits))).join(", ");
  const named = seeds.map(({ seed }) => seed).join(", ");
  return `; ${lang === "ko" ? "학습 시드" : "training seeds"} ${named}: ${each} (SD ${seedSd.toFixed(digits)})`;
}

const kindWords = {
  en: {
    base: "base",
    "few-shot": "few-shot",
    tuned: "tuned",
    model: "model",
    classic: "classic",
    trivial: "trivial",
  },
  ko: {
    base: "기반",
    "few-shot": "퓨샷",
    tuned: "튜닝",
    model: "모델",
    classic: "고전",
    trivial: "단순",
  },
} as const satisfies Record<PageLang, Record<SystemKind, string>>;

const verdictWords = {
  better: "나음",
  worse: "못함",
  equivalent: "동등함",
  "no difference shown": "차이 확인 안 됨",
} as const satisfies Record<Verdict, string>;

/** How a kind of system is called. */
export function kindOf(kind: SystemKind, lang: PageLang): string {
  return kindWords[lang][kind];
}

/** The line that must stand out: the subject does not beat a system that costs next to nothing. */
export function redLineOf(comparison: Comparison, kind: SystemKind, lang: PageLang = "en"): string {
  const { system, against, verdict } = comparison;
  const evidence = evidenceOf(comparison, lang);
  if (lang === "ko") {
    const kindWord = kindOf(kind, lang);
    return `${system} 시스템이 ${kindWord} 시스템인 ${against}보다 낫다고 할 수 없습니다: ${verdictWords[verdict]}, ${evidence}`;
  }
  return `${system} does not beat ${against} (${kindOf(kind, lang)}): ${verdict}, ${evidence}`;
}

/** `+0.21 [0.18, 0.24]` with as many decimals (`fewest` to 4) as the interval deserves. */
export function formatDelta(
  { delta, low, high }: { delta: number; low: number; high: number },
  fewest = 2,
): string {
  const digits = digitsFor([delta, low, high], fewest);
  const value = trimZero(delta.toFixed(digits));
  return `${delta > 0 && !value.startsWith("-") ? "+" : ""}${value} [${trimZero(low.toFixed(digits))}, ${trimZero(high.toFixed(digits))}]`;
}

type Bounds = Pick<Estimate, "value" | "low" | "high">;

/** `0.412 [0.381, 0.443]`. */
export function formatEstimate({ value, low, high }: Bounds): string {
  return `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
}

/** `0.412 ±0.031`: half the width of the interval. */
export function formatPlusMinus({ value, low, high }: Bounds): string {
  return `${value.toFixed(3)} ±${((high - low) / 2).toFixed(3)}`;
}

/** `.032` style p-values: `<0.001` below what three decimals can say. */
export function formatP(p: number): string {
  return p < 0.001 ? "<0.001" : p.toFixed(3);
}

// More decimals while a bound that is not 0 would print as 0, which would hide which side of 0 it lies on.
function digitsFor([delta, low, high]: [number, number, number], fewest: number): number {
  const half = (high - low) / 2;
  let digits = Math.min(4, Math.max(fewest, half > 0 ? Math.ceil(-Math.log10(half)) : fewest));
  const hidden = (x: number): boolean => x !== 0 && Number(x.toFixed(digits)) === 0;
  while (digits < 4 && (hidden(delta) || hidden(low) || hidden(high))) digits++;
  return digits;
}

/** A number's text without the minus of a zero. */
export function trimZero(text: string): string {
  return Number(text) === 0 ? text.replace("-", "") : text;
}
