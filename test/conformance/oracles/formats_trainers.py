# Exported folders through the trainers' own code: a training step of TRL's SFT, DPO and KTO trainers with a model of two
# layers, and LLaMA-Factory's loader with our dataset_info.json. Prints a line a reader; exit 1 when one refuses.

import importlib.machinery
import json
import os
import sys
import traceback
import types

work = sys.argv[1]
os.environ["DISABLE_VERSION_CHECK"] = "1"
os.environ["CUDA_VISIBLE_DEVICES"] = ""


def folder(name):
    return os.path.join(work, name)


def rows(name, split="train"):
    import datasets

    return datasets.load_dataset(folder(name))[split]


def tokenizer():
    import tokenizers
    import transformers

    held = tokenizers.Tokenizer(tokenizers.models.BPE())
    held.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    held.decoder = tokenizers.decoders.ByteLevel()
    names = ["<pad>", "<s>", "</s>"]
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=600, special_tokens=names, initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet()
    )
    texts = [message["content"] for row in rows("openai-chat").select(range(200)) for message in row["messages"]]
    held.train_from_iterator(texts, trainer)
    made = transformers.PreTrainedTokenizerFast(
        tokenizer_object=held, pad_token="<pad>", bos_token="<s>", eos_token="</s>"
    )
    made.chat_template = (
        "{% for m in messages %}{{ '<s>' + m['role'] + '\n' + m['content'] + '</s>' }}{% endfor %}"
        "{% if add_generation_prompt %}{{ '<s>assistant\n' }}{% endif %}"
    )
    return made


def model(size):
    import transformers

    made = transformers.LlamaForCausalLM(
        transformers.LlamaConfig(
            vocab_size=size, hidden_size=32, intermediate_size=64, num_hidden_layers=2,
            num_attention_heads=4, num_key_value_heads=4, max_position_embeddings=2048,
        )
    )
    # DPO and KTO load their reference model a second time, by its path.
    made.save_pretrained(folder("model"))
    return folder("model")


def step(trainer_name, config_name, data, **more):
    import trl

    words = tokenizer()
    config = getattr(trl, config_name)(
        output_dir=folder("out"), max_steps=1, per_device_train_batch_size=4, report_to=[], use_cpu=True,
        bf16=False, logging_steps=1, save_strategy="no", disable_tqdm=True, **more,
    )
    trainer = getattr(trl, trainer_name)(
        model=model(len(words)), args=config, train_dataset=data, processing_class=words
    )
    loss = trainer.train().training_loss
    assert 0 < loss < 100, loss
    return f"{len(trainer.train_dataset)} rows, loss {loss:.2f}"


def sft(name):
    return step("SFTTrainer", "SFTConfig", rows(name).select(range(64)))


def llama_factory(name, dataset, info=None):
    # The loader imports it for audio, which no row of text touches, and its wheels fit few builds of torch.
    if "torchaudio" not in sys.modules:
        audio = types.ModuleType("torchaudio")
        audio.__spec__ = importlib.machinery.ModuleSpec("torchaudio", None)
        sys.modules["torchaudio"] = audio
    from llamafactory.data.loader import _load_single_dataset
    from llamafactory.data.parser import get_dataset_list
    from llamafactory.hparams import DataArguments, ModelArguments
    from transformers import Seq2SeqTrainingArguments

    if info is not None:
        with open(os.path.join(folder(name), "dataset_info.json"), "w") as file:
            json.dump({dataset: info}, file)
    data_args = DataArguments(dataset=dataset, dataset_dir=folder(name), template="default")
    model_args = ModelArguments(model_name_or_path="none", cache_dir=folder("home"))
    training_args = Seq2SeqTrainingArguments(output_dir=folder("out"), use_cpu=True)
    [attributes] = get_dataset_list([dataset], folder(name))
    loaded = _load_single_dataset(attributes, model_args, data_args, training_args)
    with open(os.path.join(folder(name), "manifest.json")) as file:
        expected = json.load(file)["rows"]["train"]
    assert len(loaded) == expected, (len(loaded), expected)
    answers = [row["_response"][0]["content"] for row in loaded]
    assert all(answers) and all(row["_prompt"][-1]["role"] == "user" for row in loaded)
    systems = sum(1 for row in loaded if row["_system"])
    return f"{len(loaded)} rows, {systems} with a system message"


checks = {
    "trl sft, trl-sft": lambda: sft("trl-sft"),
    "trl sft, openai-chat": lambda: sft("openai-chat"),
    "trl dpo, trl-dpo": lambda: step("DPOTrainer", "DPOConfig", rows("trl-dpo").select(range(64))),
    "trl kto, trl-kto": lambda: step("KTOTrainer", "KTOConfig", rows("trl-kto").select(range(64))),
    "llama-factory, llama-factory": lambda: llama_factory("llama-factory", "sample-train"),
    "llama-factory, alpaca-json": lambda: llama_factory("alpaca-json", "films", {"file_name": "train.json"}),
    "llama-factory, sharegpt": lambda: llama_factory(
        "sharegpt", "films", {"file_name": "train.jsonl", "formatting": "sharegpt"}
    ),
}
failed = 0
for name, check in checks.items():
    try:
        print(f"ok    {name}: {check()}", flush=True)
    except Exception:
        failed += 1
        print(f"FAIL  {name}\n{traceback.format_exc()}", flush=True)
print(f"{len(checks) - failed} passed, {failed} failed")
sys.exit(1 if failed else 0)
