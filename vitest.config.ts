// Three tiers by folder: unit (milliseconds), recipe (the real program on copied workspaces), conformance (other
// people's tools and files). The last two run one file at a time, after unit: each of theirs can fill both cores.

import { defineConfig } from "vitest/config";

const heavy = { fileParallelism: false, testTimeout: 300_000, hookTimeout: 300_000 };

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
          ...heavy,
        },
      },
    ],
  },
});
