# Loads exported files with the readers they are for. Reads a JSON document {cache, folders: {name: dir}, together:
# [file], openai: {sft, dpo}, parquet, arrow, examples} on stdin, and prints what each reader saw.

import json
import os
import sys

ask = json.load(sys.stdin)
os.environ.update(HF_HOME=ask["cache"], HF_HUB_OFFLINE="1", HF_DATASETS_DISABLE_PROGRESS_BARS="1")

import datasets
import jsonschema
import pyarrow.ipc
import pyarrow.parquet
from together.lib.utils.files import check_file

datasets.disable_progress_bars()


def load(folder):
    try:
        loaded = datasets.load_dataset(folder)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}
    return {
        split: {"rows": held.num_rows, "columns": held.column_names, "first": held[0], "last": held[-1]}
        for split, held in loaded.items()
    }


# FineTuneChatRequestInput and FineTunePreferenceRequestInput of OpenAI's published OpenAPI document 2.3.0, for text.
def message(role, **more):
    return {
        "type": "object",
        "required": ["role", "content"],
        "properties": {"role": {"enum": [role]}, "content": {"type": "string"}, "name": {"type": "string"}, **more},
        "additionalProperties": False,
    }


assistant = message("assistant", weight={"enum": [0, 1]})
messages = {
    "type": "array",
    "minItems": 1,
    "items": {"oneOf": [message("system"), message("user"), assistant]},
}
sides = {"tools": {"type": "array"}, "parallel_tool_calls": {"type": "boolean"}}
output = {"type": "array", "maxItems": 1, "items": message("assistant")}
schemas = {
    "sft": {"type": "object", "properties": {"messages": messages, **sides}, "additionalProperties": False},
    "dpo": {
        "type": "object",
        "properties": {
            "input": {"type": "object", "properties": {"messages": messages, **sides}, "additionalProperties": False},
            "preferred_output": output,
            "non_preferred_output": output,
        },
        "additionalProperties": False,
    },
}


def refused(kind, file):
    validator = jsonschema.Draft202012Validator(schemas[kind])
    with open(file, encoding="utf-8") as lines:
        return [error.message for line in lines for error in validator.iter_errors(json.loads(line))][:3]


def equal(table):
    with open(ask["examples"], encoding="utf-8") as lines:
        return table.to_pylist() == [json.loads(line) for line in lines]


parquet = pyarrow.parquet.read_table(ask["parquet"])
with pyarrow.memory_map(ask["arrow"]) as source:
    arrow = pyarrow.ipc.open_file(source).read_all()

json.dump(
    {
        "folders": {name: load(folder) for name, folder in ask["folders"].items()},
        "together": [check_file(file)["message"] for file in ask["together"]],
        "openai": {kind: refused(kind, file) for kind, file in ask["openai"].items()},
        "parquet": {"equal": equal(parquet), "types": {f.name: str(f.type) for f in parquet.schema}},
        "arrow": {"equal": equal(arrow), "types": {f.name: str(f.type) for f in arrow.schema}},
    },
    sys.stdout,
)
