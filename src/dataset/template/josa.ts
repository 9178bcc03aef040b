// Korean particles: the form that follows a word, by the last sound of the word as it is read aloud.
// Rules: National Institute of Korean Language, Standard Korean Orthography; loanwords by their usual transcription.

import { nearest, UsageError } from "../../base/errors.ts";

/** How a word ends when read in Korean; `unknown` when nothing readable stands there. */
export type Ending = "vowel" | "rieul" | "consonant" | "unknown";

type Particle = { afterConsonant: string; afterVowel: string };

const particles: Particle[] = [
  { afterConsonant: "을", afterVowel: "를" },
  { afterConsonant: "이", afterVowel: "가" },
  { afterConsonant: "은", afterVowel: "는" },
  { afterConsonant: "과", afterVowel: "와" },
  { afterConsonant: "으로", afterVowel: "로" },
  { afterConsonant: "아", afterVowel: "야" },
  { afterConsonant: "이라", afterVowel: "라" },
  { afterConsonant: "이나", afterVowel: "나" },
  { afterConsonant: "이랑", afterVowel: "랑" },
  { afterConsonant: "이며", afterVowel: "며" },
  { afterConsonant: "이고", afterVowel: "고" },
  { afterConsonant: "이에요", afterVowel: "예요" },
];

const particleOf = new Map<string, Particle>();
for (const particle of particles) {
  particleOf.set(`${particle.afterConsonant}/${particle.afterVowel}`, particle);
  particleOf.set(`${particle.afterVowel}/${particle.afterConsonant}`, particle);
}

/**
 * The particle alone, e.g. josa("영화", "을/를") = "를". The pair may be written either way round.
 * A word whose reading is not known (other scripts, no letter at all) gets both forms, "을(를)", as Korean software does.
 * Throws UsageError on a pair that is no particle.
 */
export function josa(word: string, pair: string): string {
  const particle = particleOf.get(pair);
  if (!particle) {
    const near = nearest(pair, particleOf.keys());
    throw new UsageError(`josa does not know the particle "${pair}"`, {
      code: "template-unknown-particle",
      next: near ? `Did you mean "${near}"?` : `Known: ${[...particleOf.keys()].join(" ")}`,
    });
  }
  const ending = endingOf(word);
  if (ending === "unknown") return `${particle.afterConsonant}(${particle.afterVowel})`;
  if (ending === "rieul" && particle.afterVowel === "로") return "로";
  return ending === "vowel" ? particle.afterVowel : particle.afterConsonant;
}

/** The last sound of a word; closing brackets, quotes and punctuation are skipped. */
export function endingOf(word: string): Ending {
  const text = word.normalize("NFKC").replace(/[^\p{L}\p{N}%]+$/u, "");
  const last = text.at(-1);
  if (last === undefined) return "unknown";
  if (last >= "가" && last <= "힣") {
    const final = (last.charCodeAt(0) - 0xac00) % 28;
    return final === 0 ? "vowel" : final === 8 ? "rieul" : "consonant";
  }
  if (last === "%") return "vowel"; // 퍼센트
  if (/[0-9]/.test(last))
    return endingOfNumber(/[0-9][0-9,]*$/.exec(text)![0]!.replaceAll(",", ""), text);
  if (/[ㄱ-ㅎ]/u.test(last)) return last === "ㄹ" ? "rieul" : "consonant";
  if (/[ぁ-ヿ]/u.test(last)) return last === "ん" || last === "ン" ? "consonant" : "vowel";
  const latin = /[\p{Script=Latin}'’.]+$/u.exec(text);
  return latin ? endingOfLatin(latin[0]) : "unknown";
}

// 영 일 이 삼 사 오 육 칠 팔 구
const digitEndings: Ending[] = [
  "consonant",
  "rieul",
  "vowel",
  "consonant",
  "vowel",
  "vowel",
  "consonant",
  "rieul",
  "rieul",
  "vowel",
];

function endingOfNumber(digits: string, text: string): Ending {
  const last = Number(digits.at(-1));
  if (last !== 0) return digitEndings[last]!;
  // 십 백 천 만 억 end in a consonant, 조 (10^12 to 10^15) in a vowel; after a decimal point zeros are read one by one.
  const zeros = /0*$/.exec(digits)![0].length;
  const decimal = text.at(-digits.length - 1) === ".";
  return !decimal && zeros >= 12 && zeros < 16 && zeros < digits.length ? "vowel" : "consonant";
}

const letterEndings: Record<string, Ending> = {
  l: "rieul",
  r: "rieul",
  m: "consonant",
  n: "consonant",
};

function endingOfLatin(run: string): Ending {
  const word = run.replace(/['’.]/g, "");
  const plain = word.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const spelt = word === word.toUpperCase() && (word.length <= 3 || !/[aeiou]/.test(plain));
  if (spelt) return letterEndings[plain.at(-1)!] ?? "vowel";
  if (/\p{M}$/u.test(word.normalize("NFD"))) return "vowel";
  if (/(l|[^aeiou]le|[aeiou]le)$/.test(plain)) return "rieul";
  if (/(m|n|ng|[aeiou][mn]e)$/.test(plain)) return "consonant";
  // 매직, 북, 아웃, 캣: a stop after one short vowel closes the syllable; elsewhere the transcription adds 으.
  if (/(ck|[aeiou]c|oo[kt]|out)$/.test(plain)) return "consonant";
  return /(^|[^aeiou])[aeiou][ptkb]$/.test(plain) ? "consonant" : "vowel";
}
