// Three tiers by folder, one after another: unit (milliseconds), recipe (the real program on copied workspaces, which
// seldom fills more than one core), conformance (other people's tools and files: one file at a time, as each can fill two).

import { defineConfig } from "vitest/config";

const heavy = { testTimeout: 300_000, hookTimeout: 300_000 };

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          sequence: { groupOrder: 0 },
          // They take milliseconds; a busy machine may stand still for longer than the default of 5 s.
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: "recipe",
          include: ["test/recipe/**/*.test.ts"],
          sequence: { groupOrder: 1 },
          ...heavy,
        },
      },
      {
        test: {
          name: "conformance",
          include: ["test/conformance/**/*.test.ts"],
          sequence: { groupOrder: 2 },
          fileParallelism: false,
          ...heavy,
        },
      },
    ],
  },
});
