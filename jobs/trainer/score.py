# /// script
# requires-python = ">=3.10,<3.14"
# dependencies = [
#   "accelerate==1.15.0",
#   "gguf==0.19.0",
#   "numpy>=2.0,<3",
#   "peft==0.21.2",
#   "safetensors==0.8.0",
#   "torch==2.15.0",
#   "transformers==5.24.0",
# ]
# ///
"""Answers prompts with a model folder: `uv run score.py --model DIR [--batch N] [--threads N] [--device D] [--dtype T]`.
DIR is what train.py leaves (an adapter, all weights, or base/) or any folder that transformers loads.

stdin, a JSON object a line: {"id", "messages": [{"role", "content"}], "choices": [text]|null, "maxTokens"}. A batch is N
lines, or what came before an empty line, the end of input, or a pause of a quarter of a second.
stdout: {"event": "ready", …}, then a line a prompt: {"id", "text", "finish", "tokensIn", "tokensOut", "logprobs",
"latencyMs"}, or {"id", "error"}. logprobs: natural log of each choice as the whole answer, with its end token.
"""

import argparse
import json
import os
import queue
import sys
import threading
import time
from pathlib import Path

# A model must be asked in the text that it was taught in, so there is one writer of it. The trainer stands alone, since
# Hugging Face Jobs get it as one file; this one lies beside it.
from train import PLAIN_TEMPLATE, choose_device, encode, find_gguf

# Rows of answers at a time that share the keys and values of their prompts.
CHOICE_ROWS = 64


def say(value):
    print(json.dumps(value, ensure_ascii=False), flush=True)


def find_base(folder, named):
    """Where an adapter's base lies now: the folder may have been moved, with base/ beside it."""
    if Path(named).is_dir():
        return named
    beside = folder.parent / "base"
    return follow(beside) if beside.is_dir() else named


def follow(folder):
    """base/ of a job holds the weights, or says where they are."""
    pointer = Path(folder) / "rectune.json"
    return json.loads(pointer.read_text(encoding="utf-8"))["model"] if pointer.exists() else str(folder)


def load(name, device, dtype):
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    path = Path(name)
    adapter = path / "adapter_config.json"
    source = follow(name) if path.is_dir() else name
    if adapter.exists():
        source = find_base(path, json.loads(adapter.read_text(encoding="utf-8"))["base_model_name_or_path"])
    where, weights = {"pretrained_model_name_or_path": source}, {}
    gguf = find_gguf(source)
    if gguf is not None:
        where = {"pretrained_model_name_or_path": str(gguf.parent), "gguf_file": gguf.name}
        weights = {"quantization_config": GgufConfig(dequantize=True)}
    attention = "eager" if device == "cpu" else "sdpa"
    model = AutoModelForCausalLM.from_pretrained(
        **where, **weights, dtype=getattr(torch, dtype), attn_implementation=attention
    )
    if adapter.exists():
        from peft import PeftModel

        # Not merged: in bf16 the sum of weight and adapter is rounded, and logits move by as much as 1.
        model = PeftModel.from_pretrained(model, path)
    has_tokenizer = (path / "tokenizer_config.json").exists()
    tokenizer = AutoTokenizer.from_pretrained(str(path)) if has_tokenizer else AutoTokenizer.from_pretrained(**where)
    if tokenizer.chat_template is None:
        tokenizer.chat_template = PLAIN_TEMPLATE
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return model.to(device).eval(), tokenizer


def choose_dtype(name, device):
    import torch

    if name != "auto":
        return name
    if device == "cuda":
        return "bfloat16" if torch.cuda.is_bf16_supported() else "float32"
    return "bfloat16" if device == "cpu" and torch.ops.mkldnn._is_mkldnn_bf16_supported() else "float32"


def answer_of(tokenizer, messages, text):
    return encode(tokenizer, messages, [{"role": "assistant", "content": text}])


def end_ids(model, tokenizer):
    """Tokens that end an answer: the model's, the tokenizer's, and the one that the template puts behind an answer."""
    held = model.generation_config.eos_token_id
    ends = set(held if isinstance(held, list) else [] if held is None else [held])
    _, ids = answer_of(tokenizer, [{"role": "user", "content": "?"}], "x")
    return ends | {tokenizer.eos_token_id, ids[-1]}


def pad_left(rows, pad, device):
    import torch

    width = max(len(row) for row in rows)
    ids = torch.tensor([[pad] * (width - len(row)) + row for row in rows], device=device)
    mask = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in rows], device=device)
    return ids, mask, (mask.cumsum(1) - 1).clamp(min=0)


def pad_right(rows, pad, device):
    import torch

    width = max(len(row) for row in rows)
    ids = torch.tensor([row + [pad] * (width - len(row)) for row in rows], device=device)
    return ids, torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows], device=device)


def choose(model, tokenizer, prompts):
    """For each (prompt ids, [answer ids]) the log-probability of each answer."""
    import torch

    first = model.get_base_model() if hasattr(model, "get_base_model") else model
    with torch.inference_mode():
        if can_share(first):
            return choose_shared(model, tokenizer, prompts)
        return choose_whole(model, tokenizer, prompts)


def can_share(model):
    """Whether every layer keeps all keys and values: what slides or recurs cannot be handed on to several answers."""
    from transformers import DynamicCache
    from transformers.cache_utils import DynamicLayer

    layers = DynamicCache(config=model.config).layers
    return all(type(layer) is DynamicLayer for layer in layers)


def choose_shared(model, tokenizer, prompts):
    """Each prompt is read once; its answers go on from its keys and values."""
    import torch
    from transformers import DynamicCache

    pad, device = tokenizer.pad_token_id, model.device
    ids, mask, positions = pad_left([prompt for prompt, _ in prompts], pad, device)
    config = (model.get_base_model() if hasattr(model, "get_base_model") else model).config
    read = model(
        input_ids=ids, attention_mask=mask, position_ids=positions, use_cache=True, logits_to_keep=1,
        past_key_values=DynamicCache(config=config),
    )
    head = torch.log_softmax(read.logits[:, -1].float(), -1)
    flat = [(i, answer) for i, (_, answers) in enumerate(prompts) for answer in answers]
    scores = [float(head[i, answer[0]]) for i, answer in flat]
    longer = [k for k, (_, answer) in enumerate(flat) if len(answer) > 1]
    for start in range(0, len(longer), CHOICE_ROWS):
        part = longer[start : start + CHOICE_ROWS]
        owner = torch.tensor([flat[k][0] for k in part], device=device)
        tokens, here = pad_right([flat[k][1] for k in part], pad, device)
        cache = DynamicCache(
            [(layer.keys.index_select(0, owner), layer.values.index_select(0, owner)) for layer in read.past_key_values.layers]
        )
        before = mask.index_select(0, owner)
        logits = model(
            input_ids=tokens[:, :-1], attention_mask=torch.cat([before, here[:, :-1]], 1), past_key_values=cache,
            position_ids=before.sum(1, keepdim=True) + torch.arange(tokens.shape[1] - 1, device=device), use_cache=True,
        ).logits
        taken = torch.log_softmax(logits.float(), -1).gather(2, tokens[:, 1:, None])[:, :, 0] * here[:, 1:]
        for k, score in zip(part, taken.sum(1).tolist()):
            scores[k] += score
    return regroup(scores, prompts)


def choose_whole(model, tokenizer, prompts):
    """Each answer with its prompt anew."""
    import torch

    pad, device = tokenizer.pad_token_id, model.device
    flat = [(prompt, answer) for prompt, answers in prompts for answer in answers]
    scores = []
    for start in range(0, len(flat), 16):
        part = flat[start : start + 16]
        ids, mask = pad_right([prompt + answer for prompt, answer in part], pad, device)
        logits = model(input_ids=ids, attention_mask=mask, use_cache=False).logits
        for row, (prompt, answer) in enumerate(part):
            at = slice(len(prompt) - 1, len(prompt) + len(answer) - 1)
            held = torch.log_softmax(logits[row, at].float(), -1)
            scores.append(float(held.gather(1, torch.tensor(answer, device=device)[:, None]).sum()))
    return regroup(scores, prompts)


def regroup(scores, prompts):
    left = iter(scores)
    return [[next(left) for _ in answers] for _, answers in prompts]


def write(model, tokenizer, prompts, most, ends):
    """The likeliest continuation of each prompt, token by token."""
    import torch
    from transformers import GenerationConfig

    pad = tokenizer.pad_token_id
    ids, mask, _ = pad_left(prompts, pad, model.device)
    how = GenerationConfig(do_sample=False, max_new_tokens=most, eos_token_id=sorted(ends), pad_token_id=pad)
    with torch.inference_mode():
        made = model.generate(input_ids=ids, attention_mask=mask, generation_config=how)[:, ids.shape[1] :].tolist()
    for row in made:
        end = next((i for i, token in enumerate(row) if token in ends), None)
        kept = row if end is None else row[:end]
        text = tokenizer.decode(kept, skip_special_tokens=True)
        yield text, "length" if end is None else "stop", len(kept) + (end is not None)


def read_batches(stream, size):
    """Lines in batches of `size`; an empty line, a pause or the end of input closes a batch."""
    lines = queue.Queue()

    def pump():
        for line in stream:
            lines.put(line)
        lines.put(None)

    threading.Thread(target=pump, daemon=True).start()
    batch = []
    while True:
        try:
            line = lines.get(timeout=0.25 if batch else None)
        except queue.Empty:
            line = ""
        if line is not None and line.strip() != "":
            batch.append(line)
        if batch and (len(batch) == size or line is None or line.strip() == ""):
            yield batch
            batch = []
        if line is None:
            return


def answer_batch(model, tokenizer, ends, lines, longest):
    started = time.monotonic()
    asked = [json.loads(line) for line in lines]
    usable = []
    for request in asked:
        try:
            messages, choices = request["messages"], request.get("choices")
            prompt, _ = answer_of(tokenizer, messages, "x")
            answers = [answer_of(tokenizer, messages, text)[1] for text in choices or []]
            most = max([len(answer) for answer in answers] or [request["maxTokens"]])
            if len(prompt) + most > longest:
                raise ValueError(f"{len(prompt)} + {most} tokens are more than the model's {longest}")
            usable.append((request, prompt, answers))
        except Exception as error:
            say({"id": request.get("id"), "error": f"{type(error).__name__}: {error}".splitlines()[0]})
    chosen = [one for one in usable if one[2]]
    written = [one for one in usable if not one[2]]
    made = []
    if chosen:
        logprobs = choose(model, tokenizer, [(prompt, answers) for _, prompt, answers in chosen])
        for (request, prompt, answers), scores in zip(chosen, logprobs):
            best = max(range(len(scores)), key=lambda i: scores[i])
            made.append((request, prompt, request["choices"][best], "stop", len(answers[best]), scores))
    for most in sorted({request["maxTokens"] for request, _, _ in written}):
        group = [one for one in written if one[0]["maxTokens"] == most]
        texts = write(model, tokenizer, [prompt for _, prompt, _ in group], most, ends)
        made += [(request, prompt, *told, None) for (request, prompt, _), told in zip(group, texts)]
    each = round((time.monotonic() - started) * 1000 / max(1, len(made)), 3)
    for request, prompt, text, finish, tokens, scores in made:
        say({
            "id": request["id"], "text": text, "finish": finish, "tokensIn": len(prompt), "tokensOut": tokens,
            "logprobs": scores, "latencyMs": each,
        })


def main():
    options = argparse.ArgumentParser(description="Answers prompts with a model folder; see the head of this file.")
    options.add_argument("--model", required=True)
    options.add_argument("--batch", type=int, default=16)
    options.add_argument("--threads", type=int)
    options.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda", "mps"])
    options.add_argument("--dtype", default="auto", choices=["auto", "float32", "bfloat16", "float16"])
    given = options.parse_args()

    import torch
    import transformers

    transformers.utils.logging.disable_progress_bar()
    if given.threads:
        torch.set_num_threads(given.threads)
    device = choose_device(given.device)
    dtype = choose_dtype(given.dtype, device)
    model, tokenizer = load(given.model, device, dtype)
    longest = getattr(model.config, "max_position_embeddings", None) or 2**30
    say({"event": "ready", "model": given.model, "device": device, "dtype": dtype, "threads": torch.get_num_threads()})
    ends = end_ids(model, tokenizer)
    for batch in read_batches(sys.stdin, given.batch):
        answer_batch(model, tokenizer, ends, batch, longest)


if __name__ == "__main__":
    main()
