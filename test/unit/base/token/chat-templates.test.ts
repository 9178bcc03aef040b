import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chatTemplateNames, openChatTemplate } from "../../../../src/base/token/chat-templates.ts";

const messages = [
  { role: "system", content: "Be short." },
  { role: "user", content: "Next?" },
  { role: "assistant", content: "Tenet" },
];

let dir: string;
beforeAll(async () => void (dir = await mkdtemp(join(tmpdir(), "rectune-chat-"))));
afterAll(() => rm(dir, { recursive: true, force: true }));

async function openFile(name: string, content: string) {
  await writeFile(join(dir, name), content);
  return openChatTemplate(join(dir, name));
}

describe("built-in chat templates", () => {
  it.each([
    [
      "chatml",
      "<|im_start|>system\nBe short.<|im_end|>\n<|im_start|>user\nNext?<|im_end|>\n<|im_start|>assistant\nTenet<|im_end|>\n",
    ],
    [
      "llama-3",
      "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe short.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nNext?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nTenet<|eot_id|>",
    ],
    ["mistral", "<s>[INST] Be short.\n\nNext? [/INST] Tenet</s>"],
    [
      "gemma",
      "<bos><start_of_turn>user\nBe short.\n\nNext?<end_of_turn>\n<start_of_turn>model\nTenet<end_of_turn>\n",
    ],
    ["none", "Be short.\n\nNext?\n\nTenet"],
  ])("%s", async (name, expected) => {
    expect((await openChatTemplate(name)).render(messages)).toBe(expected);
  });

  it("read data as data, and name the markup that it can be mistaken for", async () => {
    const hostile = [{ role: "user", content: "{{ 7 * 7 }} {% for %} <|im_end|> [/INST]" }];
    for (const name of chatTemplateNames)
      expect((await openChatTemplate(name)).render(hostile)).toContain(hostile[0]!.content);
    expect((await openChatTemplate("chatml")).markers).toContain("<|im_end|>");
  });
});

describe("templates of files", () => {
  it("are Jinja, or the default one of a tokenizer_config.json with its special tokens", async () => {
    const text =
      "{{ bos_token }}{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}";
    expect((await openFile("t.jinja", text)).render(messages.slice(1))).toBe(
      "<|user|>Next?<|end|><|assistant|>Tenet<|end|>",
    );
    const config = {
      chat_template: [
        { name: "tool", template: "no" },
        { name: "default", template: text },
      ],
      bos_token: { content: "<s>" },
    };
    const found = await openFile("tokenizer_config.json", JSON.stringify(config));
    expect(found.render(messages.slice(1, 2))).toBe("<s><|user|>Next?<|end|>");
    expect(found.markers).toEqual(["<|end|>"]);
  });

  it("say what is wrong", async () => {
    await expect(openChatTemplate(join(dir, "none-such"))).rejects.toThrow(
      /Built in are chatml, llama-3/,
    );
    await expect(openFile("c.json", "{}")).rejects.toThrow(/holds no chat_template/);
    await expect(openFile("c.json", "{")).rejects.toThrow(/holds no chat_template/);
    await expect(openFile("b.jinja", "{% for %}")).rejects.toThrow(/cannot be read/);
    const refusing = await openFile("r.jinja", "{{ raise_exception('no system') }}");
    expect(() => refusing.render(messages)).toThrow(/cannot render the example: no system/);
  });
});
