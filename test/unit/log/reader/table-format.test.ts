import { expect, test } from "vitest";
import { headColumns } from "../../../../src/log/reader/table-format.ts";

const columns = (head: string, format: "csv" | "tsv" | "jsonl" = "csv") =>
  headColumns({ name: "a", path: "/a", head }, format);

test("a header is read as its file is: commas inside quotes belong to their field", () => {
  expect(columns('user,"item, name",rating\n1,2,3\n')).toEqual(["user", "item, name", "rating"]);
  expect(columns('"a ""b""",,c,\n')).toEqual(['a "b"', "", "c", ""]);
  expect(columns(",a\n")).toEqual(["", "a"]);
  expect(columns("user\titem,x\r\n", "tsv")).toEqual(["user", "item,x"]);
});

test("keys of a JSON line are its own", () => {
  expect(columns('{"user": 1, "about": {"item": 2}}\n', "jsonl")).toEqual(["user", "about"]);
});
