import { join } from "node:path";
import { expect, test } from "vitest";
import { missingPackages, packagesFor } from "../../../../src/job/provider/trainer-packages.ts";
import type { JobRequest } from "../../../../src/job/provider/types.ts";
import { makeRecipe } from "../fixture.ts";
import { scratchForPrograms } from "./fake-python.ts";
import { writeProgram } from "./write-program.ts";

const request = (more: object): JobRequest =>
  ({ ...makeRecipe("/nowhere"), model: "m", ...more }) as unknown as JobRequest;

test("a job needs what its method, its adapters and its model's format need", () => {
  const { hyperparameters } = makeRecipe("/nowhere");
  const always = ["torch", "transformers", "accelerate", "safetensors"];
  expect(packagesFor(request({}))).toEqual(always);
  const lora = { ...hyperparameters, lora: { rank: 8, alpha: 8 } };
  expect(
    packagesFor(request({ method: "dpo", model: "a.gguf", hyperparameters: lora })).slice(4),
  ).toEqual(["peft", "trl", "datasets", "gguf"]);
});

test("only a clear answer counts: names that were asked for, from a program that ended well", async () => {
  using home = scratchForPrograms();
  const program = join(home.dir, "program");
  const ask = async (script: string) => {
    writeProgram(program, script);
    return missingPackages(program, ["torch", "peft"], { env: process.env });
  };
  expect(await ask(`console.log('["peft", "other"]')`)).toEqual(["peft"]);
  expect(await ask(`console.log("{}")`)).toEqual([]);
  expect(await ask(`console.log("hello")`)).toEqual([]);
  expect(await ask(`console.log('["peft"]'); process.exit(1)`)).toEqual([]);
  // It reads what it is given, which is nothing.
  expect(await ask(`process.stdin.resume().on("end", () => console.log('["torch"]'))`)).toEqual([
    "torch",
  ]);
});
