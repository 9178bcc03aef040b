import { expect, it } from "vitest";
import { tasks, taskSchema } from "../../../../src/dataset/task/index.ts";
import { variableShapes } from "../../../../src/dataset/template/shapes.ts";

it("lists every task under its own name, and reads its piece of the recipe", () => {
  for (const [name, task] of Object.entries(tasks)) {
    expect(task.name).toBe(name);
    expect(taskSchema.parse({ type: name })).toEqual(task.options.parse({ type: name }));
  }
  expect(taskSchema.safeParse({ type: "rankin" }).success).toBe(false);
});

it("declares only variables whose shape the linter knows", () => {
  for (const task of Object.values(tasks)) {
    for (const variable of [...task.variables.prompt, ...task.variables.answer]) {
      if (variable !== "words") expect(variableShapes, variable).toHaveProperty(variable);
    }
  }
});
