// Makes the pack of TALLRec's prompts from the first row of its published train file: the wording is that paper's and
// stays out of the repository; its shape is in docs/presets.md.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { stringify } from "yaml";

type Row = { instruction: string; input: string; output: string };

/** Writes `preference/en.yaml` below `folder`, from `train.json.gz` of `published`. */
export async function writeTallrecPack(published: string, folder: string): Promise<void> {
  const text = gunzipSync(await readFile(join(published, "train.json.gz"))).toString("utf8");
  const [row] = JSON.parse(text) as [Row];
  const [likes, dislikes, question] = row.input.split("\n") as [string, string, string];
  const titles = (list: string): string =>
    `{% for h in ${list} %}"{{ h.title }}"{% if not loop.last %}, {% endif %}{% endfor %}`;
  const head = (line: string): string => line.slice(0, line.indexOf('"'));
  const target = /"[^"]*"/.exec(question)![0];
  const pack = {
    version: 1,
    task: "preference",
    lang: "en",
    replace: true,
    wordings: [
      {
        name: "tallrec",
        instruction: row.instruction,
        context: `${head(likes)}${titles("liked")}\n${head(dislikes)}${titles("disliked")}`,
        task: question.replace(target, '"{{ item.title }}"'),
        join: "\n",
        answer: "{% if likes %}Yes.{% else %}No.{% endif %}",
      },
    ],
  };
  await mkdir(join(folder, "preference"), { recursive: true });
  await writeFile(join(folder, "preference/en.yaml"), stringify(pack, { lineWidth: 0 }));
}
