# Reads a micro model folder with Python's safetensors and tokenizers; prints what it saw as JSON.
import json
import sys

from safetensors.numpy import load_file
from tokenizers import Tokenizer

folder, texts = sys.argv[1], json.load(sys.stdin)
tensors = load_file(f"{folder}/model.safetensors")
tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
json.dump(
    {
        "tensors": {k: [list(v.shape), float(v.astype("float64").sum())] for k, v in tensors.items()},
        "ids": [tokenizer.encode(t, add_special_tokens=False).ids for t in texts],
    },
    sys.stdout,
)
