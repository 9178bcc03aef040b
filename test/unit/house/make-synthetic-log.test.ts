import { expect, it } from "vitest";
import { filmLines, ratingLines, sizeOf } from "../../../scripts/make-synthetic-log.ts";

it.each([1, 20, 1000, 20_000])("a log of %i rows has that many, and no pair twice", (rows) => {
  const size = sizeOf(rows);
  const [, ...lines] = [...ratingLines(size, 1)];
  const pairs = lines.map((line) => line.split(",").slice(0, 2).join());
  expect(lines).toHaveLength(rows);
  expect(new Set(pairs).size).toBe(rows);
  const [, ...films] = [...filmLines(size, 1)];
  expect(films).toHaveLength(size.films);
  const known = new Set(films.map((line) => line.split(",")[0]));
  expect(lines.filter((line) => !known.has(line.split(",")[1]))).toEqual([]);
});

it("users' rows rise in time, with ties, and ratings use the scale", () => {
  const [, ...lines] = [...ratingLines(sizeOf(5000), 1)];
  const rows = lines.map((line) => line.split(",").map(Number) as [number, number, number, number]);
  const steps = rows
    .slice(1)
    .flatMap((row, i) => (row[0] === rows[i]![0] ? [row[3] - rows[i]![3]] : []));
  expect(Math.min(...steps)).toBe(0);
  expect(Math.max(...steps)).toBeGreaterThan(86_400);
  expect([...new Set(rows.map((row) => row[2]))].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5]);
});

it("depends on the seed alone", () => {
  const size = sizeOf(500);
  expect([...ratingLines(size, 1)]).toEqual([...ratingLines(size, 1)]);
  expect([...ratingLines(size, 1)]).not.toEqual([...ratingLines(size, 2)]);
});
