"""Makes a random Llama of two layers with a byte-level tokenizer, without and with a chat template, and rows that train
it: `make_tiny.py FOLDER`. Nothing is downloaded."""

import json
import sys
from pathlib import Path

import tokenizers
import torch
import transformers

TEMPLATE = (
    "{% for m in messages %}{{ '<|start|>' + m['role'] + '\n' + m['content'] + '<|end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|start|>assistant\n' }}{% endif %}"
)


def make_tokenizer(template):
    held = tokenizers.Tokenizer(tokenizers.models.BPE())
    held.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    held.decoder = tokenizers.decoders.ByteLevel()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=300, special_tokens=["<|pad|>", "<|start|>", "<|end|>"],
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
    )
    held.train_from_iterator(["Will the user like this film? Yes. No.", "rectune"], trainer)
    made = transformers.PreTrainedTokenizerFast(tokenizer_object=held, pad_token="<|pad|>", eos_token="<|end|>")
    made.chat_template = template
    return made


def main(folder):
    torch.manual_seed(7)
    for name, template in (("tiny", TEMPLATE), ("bare", None)):
        tokenizer = make_tokenizer(template)
        config = transformers.LlamaConfig(
            vocab_size=len(tokenizer), hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=4,
            num_key_value_heads=2, max_position_embeddings=2048, tie_word_embeddings=True, initializer_range=0.2,
            bos_token_id=None, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id,
        )
        transformers.LlamaForCausalLM(config).save_pretrained(folder / name)
        tokenizer.save_pretrained(folder / name)
    rows, pairs = [], []
    for i in range(64):
        answer, other = ("Yes.", "No.") if i % 3 else ("No.", "Yes.")
        prompt = [
            {"role": "system", "content": "Answer yes or no."},
            {"role": "user", "content": f"Will user {i % 7} like film {i}?" + " really" * (i % 5)},
        ]
        rows.append({"prompt": prompt, "completion": [{"role": "assistant", "content": answer}]})
        pairs.append({
            "prompt": prompt,
            "chosen": [{"role": "assistant", "content": answer}],
            "rejected": [{"role": "assistant", "content": other}],
        })
    for name, made in (("train", rows), ("validation", rows[:10]), ("pairs", pairs)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in made))


main(Path(sys.argv[1]))
