// The catalog: items with their titles in each language, as columns. Built from the log, saved as items.parquet,
// cloned to worker threads as plain data.

/** Plain columns, one entry an item, ordered by item id (code point order). Structured-clonable. */
export type CatalogData = {
  ids: string[];
  /** Main title as the log gives it. */
  title: string[];
  /** Titles by language, e.g. {en: [...], ko: [...]}; null where that language lacks one. */
  titles: Record<string, (string | null)[]>;
  /** Release year; 0 where unknown. */
  year: Int32Array;
  genres: string[][];
  text: (string | null)[];
  /** Interactions in train. */
  trainCount: Int32Array;
};

/** Read access to the catalog by index. */
export type Catalog = {
  data: CatalogData;
  size: number;
  /** Index of an item id, or -1. */
  indexOf(id: string): number;
  /**
   * The title as prompts and answers show it in a language: the main title where that language has none, with the
   * year in brackets appended where the title does not already end in one.
   */
  label(index: number, lang: string): string;
};

const endsInYear = /\(\d{4}[^)]*\)\s*$/;

export function makeCatalog(data: CatalogData): Catalog {
  const positions = new Map(data.ids.map((id, i) => [id, i]));
  const labels = new Map<string, string[]>();
  const labelsIn = (lang: string): string[] => {
    let held = labels.get(lang);
    if (!held) {
      held = data.ids.map((_, i) => {
        const title = data.titles[lang]?.[i] ?? data.title[i]!;
        const year = data.year[i]!;
        return year > 0 && !endsInYear.test(title) ? `${title} (${year})` : title;
      });
      labels.set(lang, held);
    }
    return held;
  };
  return {
    data,
    size: data.ids.length,
    indexOf: (id) => positions.get(id) ?? -1,
    label: (index, lang) => labelsIn(lang)[index]!,
  };
}
