// The two languages of pages, and the words that every page shares. A room's own words stand beside its page.

export type PageLang = "en" | "ko";

/** The language of a page about data in `langs`: the first one that pages are written in, else English. */
export function pageLangOf(langs: readonly string[]): PageLang {
  return langs.find((lang): lang is PageLang => lang === "en" || lang === "ko") ?? "en";
}

export const sharedWords = {
  en: {
    madeBy: "Made by rectune. One file; nothing is loaded from the network.",
    none: "none",
    open: "Show",
  },
  ko: {
    madeBy:
      "rectune이 만든 보고서입니다. 파일 하나로 완결되며, 네트워크에서 아무것도 불러오지 않습니다.",
    none: "없음",
    open: "펼치기",
  },
} as const satisfies Record<PageLang, Record<string, string>>;
