// The piece of a suite that gives a system shots: examples of other people before each question.

import { z } from "zod";
import { shotPicks } from "../../dataset/shots.ts";

export const shotStyles = ["turns", "inline"] as const;

export const shotsSchema = z.strictObject({
  k: z.int().min(1).max(32).default(3).describe("Shots a question, at most one of each user"),
  pick: z
    .enum(shotPicks)
    .default("random")
    .describe("random: with the seed; similar: shares most with the history; recent: the last"),
  style: z
    .enum(shotStyles)
    .default("turns")
    .describe("turns: whole questions with their answers; inline: a line each in the question"),
});
export type ShotSettings = z.infer<typeof shotsSchema>;
