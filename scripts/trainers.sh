#!/usr/bin/env bash
# `npm run test:trainers`: the trainers' own readers, which need PyTorch, on files that this checkout exports. Builds their
# environment in .venv/trainers (some gigabytes; TORCH_INDEX names an index of smaller CPU wheels), exports, loads, trains a step.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-python3}
env=.venv/trainers
want=scripts/trainers.txt

if ! cmp -s "$want" "$env/trainers.txt" || ! "$env/bin/python" -c '' 2>/dev/null; then
  echo "trainers: installing $want into $env" >&2
  rm -rf "$env"
  "$python" -m venv "$env"
  pip=("$env/bin/python" -m pip install --quiet --disable-pip-version-check)
  if [ -n "${TORCH_INDEX:-}" ]; then "${pip[@]}" --index-url "$TORCH_INDEX" "$(grep '^torch==' "$want")"; fi
  # LLaMA-Factory pins older trainers than its data code needs: it is installed beside them, as it is.
  "${pip[@]}" -r <(grep -v '^llamafactory==' "$want")
  "${pip[@]}" --no-deps "$(grep '^llamafactory==' "$want")"
  cp "$want" "$env/trainers.txt"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
node=$(PATH="$PWD/node_modules/.bin:$PATH" command -v node)
rectune() { "$node" src/cli/main.ts -q --state-dir "$work/state" "$@" >&2; }
rectune build datasets/sample.yaml -o "$work/films" --limit 20 \
  --set 'lang=[en, ko]' --set 'tasks=[{type: next-item}, {type: ranking, candidates: {n: 5}}, {type: preference}]'
for format in trl-sft trl-dpo trl-kto openai-chat llama-factory alpaca-json sharegpt; do
  rectune export "$work/films" --format "$format" -o "$work/$format"
done
HF_HUB_OFFLINE=1 HF_HOME="$work/home" "$env/bin/python" test/conformance/oracles/formats_trainers.py "$work"
