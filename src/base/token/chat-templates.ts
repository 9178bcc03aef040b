// Chat templates: how messages become the one text that a model reads. The well-known shapes in our own Jinja, and any
// model's own from its file (the engine is Hugging Face's: github.com/huggingface/huggingface.js, packages/jinja).

import { readFile } from "node:fs/promises";
import { Template } from "@huggingface/jinja";
import { UsageError } from "../errors.ts";

export type ChatMessage = { role: string; content: string };

export type ChatTemplate = {
  name: string;
  /** Texts that this template uses as markup; data that holds one can pass for a turn. */
  markers: readonly string[];
  /** @throws UsageError for messages that the template refuses. */
  render(messages: readonly ChatMessage[]): string;
};

const sources = {
  chatml: {
    markers: ["<|im_start|>", "<|im_end|>"],
    text: "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}",
  },
  "llama-3": {
    markers: ["<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"],
    text: "<|begin_of_text|>{% for m in messages %}<|start_header_id|>{{ m.role }}<|end_header_id|>\n\n{{ m.content | trim }}<|eot_id|>{% endfor %}",
  },
  // Without a system turn of its own: the system text opens the first user message.
  mistral: {
    markers: ["[INST]", "[/INST]", "<s>", "</s>"],
    text: "<s>{% for m in messages %}{% if m.role == 'user' %}[INST] {{ m.content }} [/INST]{% else %} {{ m.content }}</s>{% endif %}{% endfor %}",
  },
  gemma: {
    markers: ["<bos>", "<start_of_turn>", "<end_of_turn>"],
    text: "<bos>{% for m in messages %}<start_of_turn>{{ 'model' if m.role == 'assistant' else m.role }}\n{{ m.content | trim }}<end_of_turn>\n{% endfor %}",
  },
  none: {
    markers: [],
    text: "{% for m in messages %}{{ m.content }}{{ '' if loop.last else '\n\n' }}{% endfor %}",
  },
} as const;

const systemless = new Set<string>(["mistral", "gemma"]);

/** The built-in ones. */
export const chatTemplateNames = Object.keys(sources);

/**
 * A built-in template by name, or the one of a file: Jinja, or a tokenizer_config.json with `chat_template`.
 * @throws UsageError for a name that is neither, or a file without a template.
 */
export async function openChatTemplate(nameOrPath: string): Promise<ChatTemplate> {
  if (Object.hasOwn(sources, nameOrPath)) {
    const { markers, text } = sources[nameOrPath as keyof typeof sources];
    const render = compile(text, nameOrPath, {});
    const prepare = systemless.has(nameOrPath) ? joinSystem : undefined;
    return {
      name: nameOrPath,
      markers,
      render: (messages) => render(prepare ? prepare(messages) : messages),
    };
  }
  const held = await readFile(nameOrPath, "utf8").catch((error: unknown) => {
    throw new UsageError("there is no such chat template", {
      code: "chat-template-unknown",
      where: nameOrPath,
      next: `Built in are ${chatTemplateNames.join(", ")}; else name a file of Jinja or a tokenizer_config.json.`,
      cause: error,
    });
  });
  const { text, variables } = nameOrPath.endsWith(".json")
    ? readConfig(held, nameOrPath)
    : { text: held, variables: {} };
  // Markup of a file's template is what stands outside its tags and looks like a special token.
  const markers = [...new Set(text.match(/<\|[\w]+\|>|\[\/?[A-Z_]{3,}\]|<\w+_of_\w+>/g) ?? [])];
  return { name: nameOrPath, markers, render: compile(text, nameOrPath, variables) };
}

function compile(
  text: string,
  where: string,
  variables: Record<string, unknown>,
): ChatTemplate["render"] {
  const refuse = (what: string, error: unknown): never => {
    throw new UsageError(`${what}: ${(error as Error).message}`, {
      code: "chat-template-broken",
      where,
      next: "The template has to render a list of messages with role and content.",
      cause: error,
    });
  };
  let template: Template;
  try {
    template = new Template(text);
  } catch (error) {
    return refuse("the chat template cannot be read", error);
  }
  return (messages) => {
    try {
      return template.render({ ...variables, messages, add_generation_prompt: false });
    } catch (error) {
      return refuse("the chat template cannot render the example", error);
    }
  };
}

/** Template and special tokens of a tokenizer_config.json; of several templates the one called default. */
function readConfig(
  text: string,
  where: string,
): { text: string; variables: Record<string, unknown> } {
  const none = (): never => {
    throw new UsageError("the file holds no chat_template", {
      code: "chat-template-unknown",
      where,
      next: "Name a tokenizer_config.json with chat_template, or a file of Jinja.",
    });
  };
  let config: Record<string, unknown>;
  try {
    config = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return none();
  }
  const held = config["chat_template"];
  const found = Array.isArray(held)
    ? (held as { name?: string; template?: unknown }[]).find(({ name }) => name === "default")
        ?.template
    : held;
  if (typeof found !== "string") return none();
  const token = (value: unknown): unknown =>
    (value as { content?: unknown } | null)?.content ?? value;
  const variables = Object.fromEntries(
    ["bos_token", "eos_token", "pad_token", "unk_token"].map((key) => [
      key,
      token(config[key]) ?? "",
    ]),
  );
  return { text: found, variables };
}

function joinSystem(messages: readonly ChatMessage[]): ChatMessage[] {
  const [first, second, ...rest] = messages;
  if (first?.role !== "system" || second?.role !== "user") return [...messages];
  return [{ role: "user", content: `${first.content}\n\n${second.content}` }, ...rest];
}
