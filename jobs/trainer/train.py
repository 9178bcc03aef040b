# /// script
# requires-python = ">=3.10,<3.14"
# dependencies = [
#   "accelerate==1.15.0",
#   "datasets==5.2.0",
#   "gguf==0.19.0",
#   "huggingface-hub>=1.0",
#   "numpy>=2.0,<3",
#   "peft==0.21.2",
#   "safetensors==0.8.0",
#   "torch==2.15.0",
#   "transformers==5.24.0",
#   "trl==1.16.0",
# ]
# ///
"""Fine-tunes a causal language model on a rectune dataset: `uv run train.py CONFIG.json`. One file for this machine, Slurm
and Hugging Face Jobs. SFT runs on transformers.Trainer with a loss over completion tokens only, DPO on trl.DPOTrainer.

stdout: a JSON object a line, `event` one of start, note, progress, checkpoint, done, error; stderr: what libraries say.
A killed run goes on from its last whole checkpoint. Secrets come from the environment alone (HF_TOKEN).
"""

import ctypes
import hashlib
import json
import os
import random
import shutil
import sqlite3
import sys
import time
import traceback
from pathlib import Path

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

# Given to a base model that has none; score.py takes it, and the text of a conversation, from here.
PLAIN_TEMPLATE = (
    "{{ bos_token or '' }}{% for m in messages %}{{ '### ' + m['role'] + '\n' + m['content'] }}"
    "{% if m['role'] == 'assistant' %}{{ eos_token }}{% else %}{{ '\n\n' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '### assistant\n' }}{% endif %}"
)
VALIDATION_ROWS = 256


class Refused(Exception):
    """What the user can act on: told in one line, without a trace."""


def emit(event, **fields):
    print(json.dumps({"event": event, **fields}, ensure_ascii=False), flush=True)


def write_json(path, value):
    """Whole or not at all, and on the disk before the name is."""
    beside = path.with_name(path.name + ".new")
    with open(beside, "w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, indent=2)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)


DEFAULTS = {
    "validation": None, "seed": 1, "saveSteps": None, "device": "auto", "threads": None, "pushTo": None,
    "rows": None, "merge": False, "beta": 0.1, "microBatchSize": None, "sha256": {},
}
NEEDED = ["version", "runKey", "model", "method", "train", "output", "hyperparameters"]


def read_config(path):
    config = json.loads(Path(path).read_text(encoding="utf-8"))
    missing, unknown = set(NEEDED) - set(config), set(config) - set(NEEDED) - set(DEFAULTS)
    if missing or unknown:
        raise Refused(f"{path}: missing keys {sorted(missing)}, unknown keys {sorted(unknown)}")
    if config["version"] != 1:
        raise Refused(f"{path}: version {config['version']} of the config; this trainer reads 1")
    if config["method"] not in ("sft", "dpo"):
        raise Refused(f"{path}: method {config['method']}; this trainer knows sft and dpo")
    return {**DEFAULTS, **config}


def settings(config):
    """The hyper-parameters with `auto` chosen; rates as in the LoRA and DPO recipes of peft's and trl's own examples."""
    given, lora = config["hyperparameters"], config["hyperparameters"].get("lora")
    rate, batch = given["learningRate"], given["batchSize"]
    auto_rate = {("sft", True): 2e-4, ("sft", False): 2e-5, ("dpo", True): 2e-5, ("dpo", False): 1e-6}
    return {
        "epochs": given["epochs"],
        "rate": auto_rate[config["method"], lora is not None] if rate == "auto" else rate,
        "batch": (16 if config["method"] == "sft" else 8) if batch == "auto" else batch,
        "lora": lora,
        "maxTokens": given["maxTokens"],
    }


def what_it_trains(config):
    """Hash of all that a checkpoint depends on; where it runs and where it writes are no part of it."""
    elsewhere = {"runKey", "output", "train", "validation", "device", "threads", "pushTo", "saveSteps", "merge"}
    text = json.dumps({k: v for k, v in config.items() if k not in elsewhere}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def hold(output):
    """An exclusive transaction on an empty SQLite file: the kernel lets go of it when this process ends, however it ends."""
    lock = sqlite3.connect(output / "lock", timeout=10, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise Refused(f"another process trains in {output}") from None
        emit("note", message=f"this file system has no locks ({error}); nothing keeps a second process out")
    # The start time as /proc/PID/stat has it, since a pid is given out again.
    stat = Path("/proc/self/stat")
    ticks = stat.read_text().rpartition(")")[2].split()[19] if stat.exists() else ""
    write_json(output / "holder.json", {"process": f"{os.getpid()}@{ticks}"})
    return lock


def read_rows(path, sha256=None):
    data = Path(path).read_bytes()
    if sha256 is not None and hashlib.sha256(data).hexdigest() != sha256:
        raise Refused(f"{path} is not the file that the job was made for; build the dataset again")
    return [json.loads(line) for line in data.decode("utf-8").split("\n") if line.strip() != ""]


def render(tokenizer, messages, **options):
    """The text of a conversation; templates without a system role get its text at the head of the first user message."""
    try:
        return tokenizer.apply_chat_template(messages, tokenize=False, **options)
    except Exception:
        head, *rest = messages
        if head["role"] != "system" or not rest or rest[0]["role"] != "user":
            raise
        first = {"role": "user", "content": f"{head['content']}\n\n{rest[0]['content']}"}
        return tokenizer.apply_chat_template([first, *rest[1:]], tokenize=False, **options)


def encode(tokenizer, prompt, completion):
    """(token ids of the prompt, of the answer up to and with its end token)."""
    start = render(tokenizer, prompt, add_generation_prompt=True)
    whole = render(tokenizer, prompt + completion)
    answer = whole[len(start):] if whole.startswith(start) else completion[-1]["content"] + tokenizer.eos_token
    ids = tokenizer(answer, add_special_tokens=False)["input_ids"]
    written = len(tokenizer(completion[-1]["content"], add_special_tokens=False)["input_ids"])
    special = set(tokenizer.all_special_ids)
    end = next((i for i in range(max(0, written - 1), len(ids)) if ids[i] in special), None)
    ids = ids + [tokenizer.eos_token_id] if end is None else ids[: end + 1]
    return tokenizer(start, add_special_tokens=False)["input_ids"], ids


def make_examples(tokenizer, rows, most):
    kept, dropped = [], 0
    for row in rows:
        prompt, completion = encode(tokenizer, row["prompt"], row["completion"])
        if len(prompt) + len(completion) > most:
            dropped += 1
            continue
        kept.append({"input_ids": prompt + completion, "labels": [-100] * len(prompt) + completion})
    return kept, dropped


def make_collator(pad):
    import torch
    def collate(batch):
        width = max(len(row["input_ids"]) for row in batch)
        fill = lambda key, value: torch.tensor([row[key] + [value] * (width - len(row[key])) for row in batch])
        mask = [[1] * len(row["input_ids"]) + [0] * (width - len(row["input_ids"])) for row in batch]
        return {"input_ids": fill("input_ids", pad), "labels": fill("labels", -100), "attention_mask": torch.tensor(mask)}
    return collate


def choose_device(name):
    import torch
    if name != "auto":
        return name
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def has_bf16(device):
    import torch
    if device == "cuda":
        return torch.cuda.is_bf16_supported()
    return device == "cpu" and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def keep_memory():
    """glibc gives big blocks back to the kernel after each step and asks for them again; keeping them saves a fifth."""
    if not sys.platform.startswith("linux"):
        return
    try:
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(-4, 0)  # M_MMAP_MAX: no block by mmap
        libc.mallopt(-1, 2**31 - 1)  # M_TRIM_THRESHOLD
    except OSError:
        pass


def find_gguf(model):
    path = Path(model)
    if path.is_file() and path.suffix == ".gguf":
        return path
    inside = sorted(path.glob("*.gguf")) if path.is_dir() and not (path / "config.json").exists() else []
    return inside[0] if len(inside) == 1 else None


def convert_gguf(path, folder, dtype):
    """A GGUF file as a plain model folder. save_pretrained refuses a model that came from GGUF, so its weights move into
    a new one made from the config alone."""
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig
    where = {"pretrained_model_name_or_path": str(path.parent), "gguf_file": path.name}
    # Since transformers 5.24 weights stay in their blocks unless told otherwise.
    loaded = AutoModelForCausalLM.from_pretrained(**where, dtype=dtype, quantization_config=GgufConfig(dequantize=True))
    plain = type(loaded.config).from_dict(
        {k: v for k, v in loaded.config.to_dict().items() if k not in ("quantization_config", "dtype", "torch_dtype")}
    )
    model = AutoModelForCausalLM.from_config(plain, dtype=dtype)
    model.load_state_dict(loaded.state_dict())
    model.generation_config = loaded.generation_config
    beside = folder.with_name(folder.name + ".new")
    shutil.rmtree(beside, ignore_errors=True)
    model.save_pretrained(beside)
    AutoTokenizer.from_pretrained(**where).save_pretrained(beside)
    os.replace(beside, folder)


def prepare_base(config, output, dtype):
    """Path or hub name that transformers loads. The folder base/ holds it, or says where it is."""
    folder, gguf = output / "base", find_gguf(config["model"])
    if gguf is None:
        folder.mkdir(exist_ok=True)
        model = config["model"]
        model = str(Path(model).resolve()) if Path(model).is_dir() else model
        write_json(folder / "rectune.json", {"model": model})
        return model
    if not (folder / "config.json").exists():
        shutil.rmtree(folder, ignore_errors=True)
        convert_gguf(gguf, folder, dtype)
    return str(folder)


def load_tokenizer(name):
    from transformers import AutoTokenizer
    tokenizer = AutoTokenizer.from_pretrained(name)
    if tokenizer.chat_template is None:
        tokenizer.chat_template = PLAIN_TEMPLATE
        emit("note", message="the base model has no chat template; a plain one is used and saved with the model")
    if tokenizer.eos_token is None:
        raise Refused(f"the tokenizer of {name} has no end token, so answers could not end")
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def load_model(name, lora, device, dtype):
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM
    # On CPUs eager attention was 1.7 times as fast as sdpa at these lengths.
    attention = "eager" if device == "cpu" else "sdpa"
    model = AutoModelForCausalLM.from_pretrained(name, dtype=dtype, attn_implementation=attention)
    model.config.use_cache = False
    if lora is None:
        return model
    about = LoraConfig(
        r=lora["rank"], lora_alpha=lora["alpha"], lora_dropout=0.0, target_modules="all-linear", task_type="CAUSAL_LM"
    )
    # Adapters stay in fp32 whatever the base is in.
    return get_peft_model(model, about)


def completion_loss(model, inputs, amp):
    """Summed cross-entropy of the answer tokens; the head sees only the positions that an answer token follows."""
    import torch
    labels = inputs["labels"][:, 1:]
    wanted = labels != -100
    base = model.get_base_model() if hasattr(model, "get_base_model") else model
    kept = {"input_ids": inputs["input_ids"], "attention_mask": inputs["attention_mask"]}
    with torch.autocast(inputs["input_ids"].device.type, dtype=torch.bfloat16, enabled=amp):
        scaled = ("final_logit_softcapping", "logit_scale", "logits_scaling", "lm_head_multiplier")
        if all(getattr(base.config, key, None) is None for key in scaled) and base.base_model is not base:
            hidden = base.base_model(**kept, use_cache=False).last_hidden_state[:, :-1][wanted]
            logits = base.get_output_embeddings()(hidden)
        else:
            logits = model(**kept, use_cache=False).logits[:, :-1][wanted]
    return torch.nn.functional.cross_entropy(logits.float(), labels[wanted], reduction="sum")


def make_callback(state):
    from transformers import TrainerCallback
    class Progress(TrainerCallback):
        def on_train_begin(self, args, trainer, control, **_):
            emit("start", step=trainer.global_step, steps=trainer.max_steps, **state["about"])
            state["since"] = time.monotonic()
        def on_log(self, args, trainer, control, logs=None, **_):
            if "loss" not in (logs or {}):
                return
            now = time.monotonic()
            tokens, state["fresh"] = state["fresh"], 0
            seconds, state["since"] = now - state["since"], now
            state["loss"] = float(logs["loss"])
            emit(
                "progress", phase="tune", step=trainer.global_step, steps=trainer.max_steps, loss=state["loss"],
                rate=float(logs["learning_rate"]), tokensPerSecond=round(tokens / seconds, 1) if tokens else None,
            )
        def on_save(self, args, trainer, control, **_):
            folder = Path(args.output_dir) / f"checkpoint-{trainer.global_step}"
            for path in (path for path in folder.rglob("*") if path.is_file()):
                with open(path, "rb") as file:
                    os.fsync(file.fileno())
            # Written last: a checkpoint without it was cut off by a kill.
            write_json(folder / "whole.json", {"of": state["of"], "tokens": state["tokens"]})
            emit("checkpoint", step=trainer.global_step, steps=trainer.max_steps, path=str(folder))
            # The time that saving took is no training time.
            state["since"] = time.monotonic()
    return Progress()


def last_whole(folder, of):
    """The newest checkpoint that was written to its end by a run of the same settings; cut ones are removed."""
    found = []
    for path in folder.glob("checkpoint-*"):
        try:
            held = json.loads((path / "whole.json").read_text())
        except (OSError, ValueError):
            shutil.rmtree(path, ignore_errors=True)
            continue
        if held["of"] == of:
            found.append((int(path.name.split("-")[1]), path, held["tokens"]))
    return max(found, default=None)


def trainer_of(config, chosen, model, tokenizer, output, device, state, amp):
    from transformers import Trainer, TrainingArguments
    micro = min(chosen["batch"], config["microBatchSize"] or chosen["batch"])
    rows = read_rows(config["train"], config["sha256"].get("train"))
    if config["rows"] is not None:
        random.Random(config["seed"]).shuffle(rows)
        rows = rows[: config["rows"]]
    common = {
        "output_dir": str(output / "checkpoints"), "per_device_train_batch_size": micro,
        "gradient_accumulation_steps": -(-chosen["batch"] // micro), "num_train_epochs": chosen["epochs"],
        "learning_rate": chosen["rate"], "lr_scheduler_type": "cosine", "warmup_steps": 0.05, "logging_steps": 1,
        "save_strategy": "steps", "save_steps": config["saveSteps"] or 0.1, "save_total_limit": 2, "report_to": "none",
        "disable_tqdm": True, "seed": config["seed"], "data_seed": config["seed"], "use_cpu": device == "cpu",
        "gradient_checkpointing": False, "bf16": False, "optim": "adamw_torch",
    }
    if config["method"] == "dpo":
        from datasets import Dataset
        from trl import DPOConfig, DPOTrainer
        class Preferences(DPOTrainer):
            def compute_loss(self, model, inputs, *args, **kwargs):
                count(state, inputs["attention_mask"])
                import torch
                with torch.autocast(device, dtype=torch.bfloat16, enabled=amp):
                    return super().compute_loss(model, inputs, *args, **kwargs)

        state["about"].update(rows=len(rows), dropped=0)
        return Preferences(
            model=model, processing_class=tokenizer, train_dataset=Dataset.from_list(rows),
            args=DPOConfig(**common, beta=config["beta"], max_length=chosen["maxTokens"], disable_dropout=True),
        )
    class Completions(Trainer):
        def compute_loss(self, model, inputs, return_outputs=False, num_items_in_batch=None):
            count(state, inputs["attention_mask"])
            return completion_loss(model, inputs, amp) / num_items_in_batch
    examples, dropped = make_examples(tokenizer, rows, chosen["maxTokens"])
    state["about"].update(rows=len(examples), dropped=dropped)
    if not examples:
        raise Refused(f"all {dropped} training rows are longer than maxTokens {chosen['maxTokens']}")
    if dropped:
        emit("note", message=f"{dropped} of {len(rows)} rows are longer than {chosen['maxTokens']} tokens and left out")
    trainer = Completions(
        model=model, processing_class=tokenizer, train_dataset=examples, data_collator=make_collator(tokenizer.pad_token_id),
        args=TrainingArguments(**common, remove_unused_columns=False, label_names=["labels"]),
    )
    # The loss is divided by the answer tokens of the whole step, also where a step has several batches.
    trainer.model_accepts_loss_kwargs = True
    return trainer


def count(state, mask):
    tokens = int(mask.sum())
    state["fresh"] += tokens
    state["tokens"] += tokens


def validation_loss(config, model, tokenizer, chosen, amp):
    """Mean loss an answer token on at most 256 validation rows; None where there is nothing to measure on."""
    import torch
    if config["validation"] is None or config["method"] != "sft":
        return None
    rows = read_rows(config["validation"], config["sha256"].get("validation"))[:VALIDATION_ROWS]
    examples, _ = make_examples(tokenizer, rows, chosen["maxTokens"])
    collate, total, tokens = make_collator(tokenizer.pad_token_id), 0.0, 0
    model.eval()
    with torch.no_grad():
        for start in range(0, len(examples), 16):
            batch = {k: v.to(model.device) for k, v in collate(examples[start : start + 16]).items()}
            total += float(completion_loss(model, batch, amp))
            tokens += int((batch["labels"][:, 1:] != -100).sum())
    return round(total / tokens, 6) if tokens else None


def save_result(config, model, tokenizer, base, output):
    """model/ (an adapter or all weights, with the tokenizer), and merged/ where asked for."""
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM
    folder = output / "model"
    model.config.use_cache = True
    # DPO holds its reference as a second adapter, which is no part of the result.
    model.save_pretrained(folder, **({"selected_adapters": ["default"]} if hasattr(model, "peft_config") else {}))
    tokenizer.save_pretrained(folder)
    if config["merge"] and config["hyperparameters"].get("lora") is not None:
        # In fp32: in bf16 the sum of weight and adapter is rounded, and logits move by as much as 1.
        whole = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
        merged = PeftModel.from_pretrained(whole, folder).merge_and_unload()
        merged.save_pretrained(output / "merged")
        tokenizer.save_pretrained(output / "merged")
    return folder


def open_repo(push):
    from huggingface_hub import HfApi
    token = os.environ.get("HF_TOKEN")
    if not token:
        raise Refused("HF_TOKEN is not set, and the result is to be pushed")
    hub = HfApi(token=token)
    hub.create_repo(push["repo"], private=push["private"], exist_ok=True)
    return hub


def main(path):
    config = read_config(path)
    output = Path(config["output"])
    output.mkdir(parents=True, exist_ok=True)
    lock = hold(output)
    finished = output / "result.json"
    if finished.exists():
        held = json.loads(finished.read_text(encoding="utf-8"))
        if held["runKey"] == config["runKey"]:
            return emit("done", **held)
    # Before anything is paid for: a token that may not write is known at once.
    hub = open_repo(config["pushTo"]) if config["pushTo"] else None
    started = time.time()
    keep_memory()
    import torch
    import transformers
    from transformers.trainer_callback import PrinterCallback
    device = choose_device(config["device"])
    if config["threads"]:
        torch.set_num_threads(config["threads"])
    transformers.utils.logging.disable_progress_bar()
    transformers.set_seed(config["seed"])
    chosen = settings(config)
    narrow = has_bf16(device)
    dtype = torch.bfloat16 if narrow and chosen["lora"] else torch.float32
    amp = narrow and chosen["lora"] is None
    base = prepare_base(config, output, dtype)
    tokenizer = load_tokenizer(base)
    model = load_model(base, chosen["lora"], device, dtype)
    about = {"device": device, "dtype": str(dtype).removeprefix("torch."), "batch": chosen["batch"]}
    state = {"fresh": 0, "tokens": 0, "loss": None, "since": 0.0, "of": what_it_trains(config), "about": about}
    trainer = trainer_of(config, chosen, model, tokenizer, output, device, state, amp)
    trainer.remove_callback(PrinterCallback)
    trainer.add_callback(make_callback(state))
    checkpoint = last_whole(output / "checkpoints", state["of"])
    if checkpoint:
        state["tokens"] = checkpoint[2]
    trainer.train(resume_from_checkpoint=str(checkpoint[1]) if checkpoint else None)
    on_validation = validation_loss(config, trainer.model, tokenizer, chosen, amp)
    folder = save_result(config, trainer.model, tokenizer, base, output)
    result = {
        "runKey": config["runKey"], "steps": trainer.state.global_step, "tokens": state["tokens"], "loss": state["loss"],
        "validationLoss": on_validation, "seconds": round(time.time() - started, 1), "model": str(folder), "base": base,
        "python": sys.executable, "pushed": None,
    }
    if hub:
        told = hub.upload_folder(repo_id=config["pushTo"]["repo"], folder_path=folder, commit_message=config["runKey"][:12])
        result["pushed"] = {"repo": config["pushTo"]["repo"], "revision": told.oid}
    write_json(finished, result)
    emit("done", **result)
    lock.close()


if __name__ == "__main__":
    try:
        if len(sys.argv) != 2:
            raise Refused("usage: train.py CONFIG.json")
        main(sys.argv[1])
    except Refused as refusal:
        emit("error", message=str(refusal))
        sys.exit(2)
    except Exception as error:
        traceback.print_exc()
        emit("error", message=f"{type(error).__name__}: {error}".splitlines()[0])
        sys.exit(1)
