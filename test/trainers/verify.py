"""Loads what the trainer left, as others would: `verify.py FOLDER` with tiny/ and out/ in it. Prints JSON; the caller
decides. peft opens the adapter, transformers the merged model; the scorer's two ways of choosing must agree."""

import json
import sys
from pathlib import Path

import torch
from peft import AutoPeftModelForCausalLM
from transformers import AutoModelForCausalLM, AutoTokenizer

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "jobs" / "trainer"))
import score
import train

folder = Path(sys.argv[1])
out = folder / "whole" / "output"
adapted = AutoPeftModelForCausalLM.from_pretrained(out / "model", dtype=torch.float32).eval()
merged = AutoModelForCausalLM.from_pretrained(out / "merged", dtype=torch.float32).eval()
plain = AutoModelForCausalLM.from_pretrained(folder / "tiny", dtype=torch.float32).eval()
tokenizer = AutoTokenizer.from_pretrained(out / "model")
ids = tokenizer("Will user 3 like film 9?", return_tensors="pt")["input_ids"]
with torch.inference_mode():
    logits = [model(input_ids=ids).logits for model in (adapted, merged, plain)]

prompt = [{"role": "system", "content": "Answer yes or no."}, {"role": "user", "content": "Will user 3 like film 9?"}]
asked = []
for texts, messages in ((["Yes.", "No.", "Perhaps not at all"], prompt), (["No."], prompt[1:])):
    answers = [score.answer_of(tokenizer, messages, text) for text in texts]
    asked.append((answers[0][0], [ids for _, ids in answers]))
loaded, _ = score.load(str(out / "model"), "cpu", "float32")
with torch.inference_mode():
    shared = sum(score.choose_shared(loaded, tokenizer, asked), [])
    whole = sum(score.choose_whole(loaded, tokenizer, asked), [])
choice = "Yes."
print(json.dumps({
    "mergedDiffers": float((logits[0] - logits[1]).abs().max()),
    "tunedDiffers": float((logits[0] - logits[2]).abs().max()),
    "choosingDiffers": max(abs(a - b) for a, b in zip(shared, whole)),
    "sameTemplate": score.PLAIN_TEMPLATE == train.PLAIN_TEMPLATE,
    "sameTokens": score.answer_of(tokenizer, prompt, choice)
    == train.encode(tokenizer, prompt, [{"role": "assistant", "content": choice}]),
    "endsWithEnd": asked[0][1][0][-1] == tokenizer.eos_token_id,
}))
