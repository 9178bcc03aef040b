// The fragments of the sample's reviews, in English and Korean side by side. Every aspect holds its genre's word
// (story.ts); openers and closings belong to a rating. `{a}` is the place of the aspect, `{a:이/가}` with that particle.

import type { Genre } from "./story.ts";

export type Phrase = { en: string; ko: string };

/** What of a genre a reviewer can point at; two English words each, nouns. */
export const aspects: Record<Genre, readonly Phrase[]> = {
  Action: [
    { en: "action scenes", ko: "액션 장면" },
    { en: "action choreography", ko: "액션 동작" },
    { en: "action pacing", ko: "액션의 속도감" },
  ],
  Adventure: [
    { en: "adventure spirit", ko: "모험의 설렘" },
    { en: "adventure scale", ko: "모험의 규모" },
    { en: "adventure journey", ko: "모험 여정" },
  ],
  Animation: [
    { en: "animation artwork", ko: "애니메이션 작화" },
    { en: "animation colours", ko: "애니메이션의 색감" },
    { en: "animation detail", ko: "애니메이션의 섬세함" },
  ],
  Comedy: [
    { en: "comedy timing", ko: "코미디 호흡" },
    { en: "comedy banter", ko: "코미디 대사" },
    { en: "comedy energy", ko: "코미디의 활력" },
  ],
  Crime: [
    { en: "crime plot", ko: "범죄 이야기" },
    { en: "crime atmosphere", ko: "범죄물 분위기" },
    { en: "crime investigation", ko: "범죄 수사 과정" },
  ],
  Drama: [
    { en: "drama depth", ko: "드라마의 깊이" },
    { en: "drama dialogue", ko: "드라마 대사" },
    { en: "drama moments", ko: "드라마의 순간들" },
  ],
  Family: [
    { en: "family warmth", ko: "가족의 온기" },
    { en: "family bonds", ko: "가족 사이의 정" },
    { en: "family story", ko: "가족 이야기" },
  ],
  Fantasy: [
    { en: "fantasy world", ko: "판타지 세계" },
    { en: "fantasy imagery", ko: "판타지 영상" },
    { en: "fantasy imagination", ko: "판타지 상상력" },
  ],
  History: [
    { en: "history detail", ko: "역사 고증" },
    { en: "history backdrop", ko: "역사 배경" },
    { en: "history storytelling", ko: "역사 서술" },
  ],
  Horror: [
    { en: "horror mood", ko: "공포 분위기" },
    { en: "horror scares", ko: "공포 장면" },
    { en: "horror build-up", ko: "공포의 고조" },
  ],
  Music: [
    { en: "music numbers", ko: "음악 장면" },
    { en: "music choices", ko: "음악 선곡" },
    { en: "music performances", ko: "음악 공연" },
  ],
  Mystery: [
    { en: "mystery puzzle", ko: "미스터리의 얼개" },
    { en: "mystery clues", ko: "미스터리 단서" },
    { en: "mystery mood", ko: "미스터리 분위기" },
  ],
  Romance: [
    { en: "romance chemistry", ko: "로맨스 호흡" },
    { en: "romance tenderness", ko: "로맨스의 애틋함" },
    { en: "romance scenes", ko: "로맨스 장면" },
  ],
  "Sci-Fi": [
    { en: "sci-fi ideas", ko: "SF 발상" },
    { en: "sci-fi world", ko: "SF 세계관" },
    { en: "sci-fi visuals", ko: "SF 영상미" },
  ],
  Superhero: [
    { en: "superhero spectacle", ko: "히어로물의 볼거리" },
    { en: "superhero conflict", ko: "히어로의 갈등" },
    { en: "superhero charm", ko: "히어로의 매력" },
  ],
  Thriller: [
    { en: "thriller tension", ko: "스릴러의 긴장감" },
    { en: "thriller twists", ko: "스릴러 반전" },
    { en: "thriller pacing", ko: "스릴러의 호흡" },
  ],
  War: [
    { en: "war scenes", ko: "전쟁 장면" },
    { en: "war tension", ko: "전쟁의 긴박함" },
    { en: "war realism", ko: "전쟁의 사실감" },
  ],
};

export type Opinion = {
  openers: readonly Phrase[];
  closings: readonly Phrase[];
  /** What stands between opener and closing in English; the Korean opener ends in its own connective. */
  joint: string;
};

/** Openers and closings of the ratings 1 to 5. */
export const opinions: readonly Opinion[] = [
  {
    joint: "; ",
    openers: [
      { en: "Hated the {a}", ko: "{a:이/가} 정말 싫었고" },
      { en: "Awful {a}", ko: "{a:이/가} 형편없었고" },
      { en: "No patience for the {a}", ko: "{a:을/를} 견디기 힘들었고" },
      { en: "Painful {a}", ko: "{a:이/가} 괴로울 정도였고" },
    ],
    closings: [
      { en: "I nearly walked out", ko: "중간에 나갈 뻔했어요" },
      { en: "two wasted hours", ko: "두 시간이 아까웠어요" },
      { en: "please skip this one", ko: "다른 작품을 보는 게 나아요" },
      { en: "I will never rewatch it", ko: "다시는 안 볼 거예요" },
      { en: "my worst pick this year", ko: "올해 고른 것 중 최악이에요" },
    ],
  },
  {
    joint: "; ",
    openers: [
      { en: "Weak {a}", ko: "{a:이/가} 약했고" },
      { en: "Tired {a}", ko: "{a:이/가} 진부했고" },
      { en: "Not sold on the {a}", ko: "{a:에} 공감하기 어려웠고" },
      { en: "Unconvincing {a}", ko: "{a:이/가} 와닿지 않았고" },
    ],
    closings: [
      { en: "it dragged on and on", ko: "너무 늘어졌어요" },
      { en: "I kept checking my watch", ko: "자꾸 시계를 보게 됐어요" },
      { en: "not really my thing", ko: "제 취향은 아니에요" },
      { en: "I had hoped for more", ko: "기대에 못 미쳤어요" },
      { en: "the story never took off", ko: "이야기가 끝내 살아나지 않았어요" },
    ],
  },
  {
    joint: ", but ",
    openers: [
      { en: "Decent {a}", ko: "{a:은/는} 무난했지만" },
      { en: "Passable {a}", ko: "{a:은/는} 나쁘지 않았지만" },
      { en: "Some nice {a}", ko: "{a:은/는} 볼 만했지만" },
      { en: "Fairly good {a}", ko: "{a:은/는} 제법 괜찮았지만" },
    ],
    closings: [
      { en: "it feels too long", ko: "조금 길게 느껴졌어요" },
      { en: "little stayed with me", ko: "기억에 남는 게 적었어요" },
      { en: "the ending fell flat", ko: "결말이 밋밋했어요" },
      { en: "I never felt drawn in", ko: "끝까지 몰입하지는 못했어요" },
      { en: "a single viewing is enough", ko: "한 번 본 걸로 충분해요" },
    ],
  },
  {
    joint: "; ",
    openers: [
      { en: "Really liked the {a}", ko: "{a:이/가} 꽤 좋았고" },
      { en: "Enjoyed the {a}", ko: "{a:을/를} 즐겁게 봤고" },
      { en: "Good {a}", ko: "{a:이/가} 괜찮았고" },
      { en: "Pleasantly strong {a}", ko: "{a:이/가} 기분 좋게 탄탄했고" },
    ],
    closings: [
      { en: "an evening well spent", ko: "만족스러운 저녁이었어요" },
      { en: "I would recommend it", ko: "추천할 만해요" },
      { en: "time flew by", ko: "시간 가는 줄 몰랐어요" },
      { en: "better than I expected", ko: "기대보다 나았어요" },
      { en: "the cast is convincing too", ko: "배우들 연기도 설득력 있어요" },
    ],
  },
  {
    joint: "; ",
    openers: [
      { en: "Loved the {a}", ko: "{a:이/가} 정말 좋았고" },
      { en: "Adored the {a}", ko: "{a:에} 푹 빠졌고" },
      { en: "Brilliant {a}", ko: "{a:이/가} 훌륭했고" },
      { en: "Savoured the {a}", ko: "{a:을/를} 마음껏 즐겼고" },
    ],
    closings: [
      { en: "easily my favourite this month", ko: "이번 달에 본 것 중 최고예요" },
      { en: "I will watch it again", ko: "꼭 다시 볼 거예요" },
      { en: "worth every minute", ko: "일 분도 아깝지 않았어요" },
      { en: "still thinking about it", ko: "아직도 여운이 남아요" },
      { en: "telling all my friends", ko: "주변에 다 추천하고 있어요" },
    ],
  },
];
