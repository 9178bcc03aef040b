// How long before the target a row of the history happened, in words: "2 days ago", "2일 전". Whole units, rounded down.

import type { Lang } from "./types.ts";

const hourS = 3600;
const dayS = 24 * hourS;
const units = [
  { below: dayS / hourS, seconds: hourS, en: "hour", ko: "시간" },
  { below: 60, seconds: dayS, en: "day", ko: "일" },
  { below: 24, seconds: 30 * dayS, en: "month", ko: "달" },
  { below: Infinity, seconds: 365 * dayS, en: "year", ko: "년" },
] as const;

/** The words for an age; null for one that is not known. */
export function describeAge(ageS: number, lang: Lang): string | null {
  if (Number.isNaN(ageS)) return null;
  const unit = units.find(({ below, seconds }) => ageS / seconds < below)!;
  const count = Math.floor(ageS / unit.seconds);
  if (count < 1) return lang === "ko" ? "1시간 이내" : "within the hour";
  if (lang === "ko") return `${count}${unit.ko} 전`;
  return `${count} ${unit.en}${count === 1 ? "" : "s"} ago`;
}
