// The words of the report page, in English and Korean.

import type { PageLang } from "../../base/page/strings.ts";
import type { Verdict } from "../../base/stat/verdict.ts";
import type { FailureKind } from "../score/failures.ts";
import type { SampleKind } from "../score/samples.ts";
import type { SliceName } from "../score/slices.ts";

export type ReportWords = {
  title: string;
  systems: string;
  systemsNote: string;
  system: string;
  deltaFrom: (base: string) => string;
  comparisons: string;
  comparisonsNote: string;
  columns: Record<
    "pair" | "metric" | "difference" | "p" | "n" | "wins" | "mde" | "verdict",
    string
  >;
  primary: string;
  exploratory: string;
  verdicts: Record<Verdict, string>;
  forest: string;
  forestNote: (metric: string, base: string | null) => string;
  slices: string;
  slicesNote: (system: string, against: string, metric: string) => string;
  overall: string;
  sliceNames: Record<SliceName, string>;
  failures: string;
  failure: string;
  failuresNote: string;
  failureNames: Record<FailureKind, string>;
  cost: string;
  costNote: string;
  costColumns: Record<
    "answers" | "tokensIn" | "tokensOut" | "latency" | "tail" | "total" | "perThousand",
    string
  > & { gain: (metric: string) => string };
  bias: Record<"title" | "position" | "positionNote" | "popularity" | "popularityNote", string> & {
    thirds: (first: string, last: string) => string;
    ties: (shares: string) => string;
  };
  orders: Record<
    "title" | "slope" | "rankSd" | "rankRange" | "topChanged" | "gain" | "curves",
    string
  > & {
    note: (orders: string) => string;
    users: (usable: number, asked: number, n: number) => string;
  };
  allMetrics: string;
  samples: string;
  samplesNote: string;
  sampleKinds: (system: string, against: string) => Record<SampleKind, string>;
  browser: Record<"all" | "search" | "keys" | "count", string>;
  prompt: string;
  truth: string;
  read: string;
  right: string;
  wrong: string;
  user: string;
  protocol: string;
  protocolNames: Record<string, string>;
  warnings: string;
};

const en: ReportWords = {
  title: "Evaluation report",
  systems: "Systems",
  systemsNote:
    "Mean over users with its 95% bootstrap interval. The difference is paired: same users, same candidates.",
  system: "System",
  deltaFrom: (base) => `Difference from ${base}`,
  comparisons: "Comparisons",
  comparisonsNote:
    "Primary comparisons were named before the run and carry the verdict; the others are exploratory. p is corrected by Holm within each family.",
  columns: {
    pair: "Comparison",
    metric: "Metric",
    difference: "Difference, 95%",
    p: "p (Holm)",
    n: "n",
    wins: "Wins / ties / losses",
    mde: "Detectable",
    verdict: "Verdict",
  },
  primary: "primary",
  exploratory: "exploratory",
  verdicts: {
    better: "better",
    worse: "worse",
    equivalent: "equivalent",
    "no difference shown": "no difference shown",
  },
  forest: "Where each system stands",
  forestNote: (metric, base) =>
    `${metric}, mean over users with its 95% interval.${base === null ? "" : ` The dashed line is ${base}.`}`,
  slices: "Where the difference comes from",
  slicesNote: (system, against, metric) =>
    `Difference in ${metric}, ${system} − ${against}. The dashed line is no difference. Slices are exploratory.`,
  overall: "All users",
  sliceNames: {
    "history-length": "History of the user",
    "item-popularity": "Popularity of the item (in train)",
    warmth: "known to train",
    time: "time",
    language: "language",
    wording: "wording",
    genre: "genre",
  },
  failures: "How answers go wrong",
  failure: "Failure",
  failuresNote:
    "Shares of all answers. Unusable answers count as misses above. Of leanings, 1 in n picks the first shown by chance alone.",
  failureNames: {
    malformed: "Malformed",
    truncated: "Truncated",
    refused: "Refused",
    error: "Error",
    "off-catalog": "Written, without a title of the catalog",
    "off-list": "Not offered",
    "repeats-history": "Repeats history",
    duplicates: "Duplicates",
    "copies-order": "Keeps the order shown (LCS)",
    "picks-first-shown": "Picks the first shown",
    "pick-popularity": "Popularity of the pick",
  },
  cost: "Cost and latency",
  costNote:
    "Beside what it buys: the difference from the base. Latency is that of one answer; cost is what the price in the suite or the provider's list says.",
  allMetrics: "All other metrics",
  bias: {
    title: "Position and popularity",
    position: "Where the true item was shown",
    positionNote:
      "Expected rank of the true item (1 is best, at the top) by its place in the prompt's list, first to last, with its 95% interval. A system that reads the whole list draws a level line.",
    thirds: (first, last) => `first third ${first}, last ${last}`,
    popularity: "Popularity of the pick",
    popularityNote:
      "Share of the other candidates that are less popular in train than the pick. 50%: popularity does not matter to the system.",
    ties: (shares) => `The true item ties with another in: ${shares}.`,
  },
  orders: {
    title: "Order of the candidates",
    note: (orders) =>
      `Every ranking was put in ${orders} orders; all tables above are of the stored one. Slope: places that the true item falls for each slot it is shown later, 0 where the order does not matter, 1 where the answer copies it. Borda: the ranking by all orders together. Baselines read no prompt and were asked once.`,
    slope: "Slope",
    rankSd: "Rank of the truth, SD over orders",
    rankRange: "Its range",
    topChanged: "No item first in all orders",
    gain: "Gain over the stored order",
    curves:
      "Expected rank of the true item (1 is best, at the top) by its slot, first to last, over all orders.",
    users: (usable, asked, n) => `${usable} of ${asked} answers, n = ${n}`,
  },
  costColumns: {
    gain: (metric) => `Gain in ${metric}`,
    answers: "Answers",
    tokensIn: "Tokens in",
    tokensOut: "Tokens out",
    latency: "Latency p50, ms",
    tail: "p95 / p99, ms",
    total: "Cost, USD",
    perThousand: "USD per 1,000",
  },
  samples: "Answers to read",
  samplesNote: "Drawn at random with the suite's seed.",
  sampleKinds: (system, against) => ({
    fixed: `${system} right, ${against} wrong`,
    broke: `${system} wrong, ${against} right`,
    "both-wrong": "Both wrong",
  }),
  browser: {
    all: "All",
    search: "Search prompts and answers",
    keys: "Keys: / to search, j and k to move, Enter to open, Escape to clear",
    count: "{n} of {all}",
  },
  prompt: "Prompt",
  truth: "Truth",
  read: "Read as",
  right: "right",
  wrong: "wrong",
  user: "user",
  protocol: "Protocol",
  protocolNames: {},
  warnings: "Warnings",
};

const ko: ReportWords = {
  title: "평가 보고서",
  systems: "시스템",
  systemsNote:
    "사용자 평균과 95% 부트스트랩 구간입니다. 차이는 같은 사용자, 같은 후보에서 짝지어 계산했습니다.",
  system: "시스템",
  deltaFrom: (base) => `${base} 대비 차이`,
  comparisons: "비교",
  comparisonsNote:
    "주 비교는 실행 전에 정해 둔 것으로 판정의 근거가 됩니다. 나머지는 탐색적 비교입니다. p는 비교 묶음마다 Holm 방법으로 보정했습니다.",
  columns: {
    pair: "비교 대상",
    metric: "지표",
    difference: "차이, 95%",
    p: "p (Holm)",
    n: "n",
    wins: "승 / 무 / 패",
    mde: "검출 가능한 차이",
    verdict: "판정",
  },
  primary: "주 비교",
  exploratory: "탐색적",
  verdicts: {
    better: "나음",
    worse: "못함",
    equivalent: "동등함",
    "no difference shown": "차이 확인 안 됨",
  },
  forest: "시스템별 위치",
  forestNote: (metric, base) =>
    `${metric}, 사용자 평균과 95% 구간입니다.${base === null ? "" : ` 점선은 ${base} 시스템입니다.`}`,
  slices: "차이가 나는 곳",
  slicesNote: (system, against, metric) =>
    `${metric}의 차이(${system} − ${against})입니다. 점선은 차이 없음을 뜻합니다. 구간별 결과는 탐색적입니다.`,
  overall: "전체 사용자",
  sliceNames: {
    "history-length": "사용자의 이력 수",
    "item-popularity": "아이템의 인기(학습 데이터 기준)",
    warmth: "학습에 있던 사용자·항목",
    time: "시기",
    language: "언어",
    wording: "문구",
    genre: "장르",
  },
  failures: "잘못된 답",
  failure: "유형",
  failuresNote:
    "전체 답 가운데 차지하는 비율입니다. 쓸 수 없는 답은 위의 점수에서 오답으로 셉니다. 후보가 n개일 때 첫 후보를 고르는 비율이 1/n이면 첫 자리 쏠림이 없습니다.",
  failureNames: {
    malformed: "형식 오류",
    truncated: "잘림",
    refused: "거절",
    error: "오류",
    "off-catalog": "쓴 답에 카탈로그의 제목이 없음",
    "off-list": "후보 밖",
    "repeats-history": "이력 반복",
    duplicates: "중복",
    "copies-order": "보여 준 순서를 따름 (LCS)",
    "picks-first-shown": "첫 후보 선택",
    "pick-popularity": "고른 아이템의 인기",
  },
  cost: "비용과 지연 시간",
  costNote:
    "비용 옆에는 그 대가로 얻은 base 대비 차이를 적었습니다. 지연 시간은 답 하나 기준이며, 비용은 스위트에 적힌 가격이나 제공자의 가격표로 계산했습니다.",
  allMetrics: "그 밖의 모든 지표",
  bias: {
    title: "위치와 인기 쏠림",
    position: "정답이 놓인 자리",
    positionNote:
      "프롬프트 목록에서 정답이 놓인 자리(앞에서 뒤로)에 따른 정답의 기대 순위와 95% 구간입니다. 위로 갈수록 1위에 가깝습니다. 목록 전체를 읽는 시스템이라면 선이 평평합니다.",
    thirds: (first, last) => `앞 1/3 ${first}, 뒤 1/3 ${last}`,
    popularity: "고른 아이템의 인기",
    popularityNote:
      "나머지 후보 가운데 학습 데이터에서 인기가 더 낮은 아이템의 비율입니다. 50%면 인기에 쏠리지 않습니다.",
    ties: (shares) => `정답의 점수가 다른 후보와 같은 비율: ${shares}.`,
  },
  orders: {
    title: "후보 순서",
    note: (orders) =>
      `모든 순위 문항을 후보 순서 ${orders}가지로 물었습니다. 위의 표는 모두 저장된 순서의 결과입니다. 기울기는 정답이 한 자리 뒤에 놓일 때마다 밀려나는 순위이며, 순서와 무관하면 0, 순서를 베끼면 1입니다. Borda는 모든 순서를 합친 순위입니다. 기준선은 프롬프트를 읽지 않으므로 한 번만 물었습니다.`,
    slope: "기울기",
    rankSd: "정답 순위의 표준편차(순서 간)",
    rankRange: "정답 순위의 범위",
    topChanged: "1위가 순서에 따라 바뀜",
    gain: "저장된 순서 대비 차이",
    curves: "모든 순서에서 정답이 놓인 자리(앞에서 뒤로)에 따른 정답의 기대 순위입니다.",
    users: (usable, asked, n) => `답 ${asked}개 중 ${usable}개, n = ${n}`,
  },
  costColumns: {
    gain: (metric) => `${metric} 차이`,
    answers: "답",
    tokensIn: "입력 토큰",
    tokensOut: "출력 토큰",
    latency: "지연 시간 p50, ms",
    tail: "p95 / p99, ms",
    total: "비용, USD",
    perThousand: "1,000건당 USD",
  },
  samples: "읽어 볼 답",
  samplesNote: "평가의 시드로 무작위로 뽑았습니다.",
  sampleKinds: (system, against) => ({
    fixed: `${system} 정답, ${against} 오답`,
    broke: `${system} 오답, ${against} 정답`,
    "both-wrong": "둘 다 오답",
  }),
  browser: {
    all: "전체",
    search: "프롬프트와 답에서 찾기",
    keys: "단축키: / 찾기, j·k 이동, Enter 펼치기, Escape 지우기",
    count: "{all}개 중 {n}개",
  },
  prompt: "프롬프트",
  truth: "정답",
  read: "해석한 답",
  right: "정답",
  wrong: "오답",
  user: "사용자",
  protocol: "평가 방법",
  protocolNames: {
    variant: "후보 구성",
    users: "사용자 수",
    examples: "예제 수",
    seed: "시드",
    interval: "구간",
    test: "검정",
    ties: "동점 처리",
    unparsable: "해석할 수 없는 답",
    split: "분할",
    dataset: "데이터셋",
    candidates: "후보",
    "tie share": "마지막 두 시각이 같은 사용자 비율",
    "users in log": "로그의 사용자 수",
    items: "아이템 수",
    "orders of candidates": "후보 순서",
    "dataset seed": "데이터셋 시드",
    limits: "물은 사용자 수 제한",
    models: "모델",
    job: "작업",
    baselines: "기준선",
    "always run": "항상 실행하는 시스템",
  },
  warnings: "주의할 점",
};

export const reportWords: Record<PageLang, ReportWords> = { en, ko };
