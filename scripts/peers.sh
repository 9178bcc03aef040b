#!/usr/bin/env bash
# `npm run test:peers [DATA]`: our baselines and metrics beside RecBole's own on ml-100k (DATA/data/ml-100k; default: the folder of
# the tests). Builds RecBole's environment in .venv/peers from nothing (five gigabytes, minutes; TORCH_INDEX names an index of
# smaller CPU wheels); a second run finds it there.
set -euo pipefail
cd "$(dirname "$0")/.."

data=${1:-${RECTUNE_TEST_DATA:-../shared}}/data/ml-100k
python=${PYTHON:-python3}
env=.venv/peers
want=scripts/peers.txt

[ -f "$data/u.data" ] || { echo "peers: no ml-100k in $data; unpack it there, or name the folder above data/" >&2; exit 3; }
if ! cmp -s "$want" "$env/peers.txt" || ! "$env/bin/python" -c '' 2>/dev/null; then
  "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' ||
    { echo "peers: RecBole's pins need Python 3.11; set PYTHON to one" >&2; exit 1; }
  echo "peers: installing $want into $env" >&2
  rm -rf "$env"
  "$python" -m venv "$env"
  "$env/bin/python" -m pip install --quiet --disable-pip-version-check "$(grep '^uv==' "$want")"
  install=("$env/bin/uv" pip install --quiet --python "$env/bin/python" --no-deps --only-binary :all:)
  if [ -n "${TORCH_INDEX:-}" ]; then
    "${install[@]}" --index-url "$TORCH_INDEX" "$(grep '^torch==' "$want")"
    "${install[@]}" -r <(grep -v '^nvidia-' "$want")
  else
    "${install[@]}" -r "$want"
  fi
  cp "$want" "$env/peers.txt"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
node=$(PATH="$PWD/node_modules/.bin:$PATH" command -v node)
rectune() { "$node" src/cli/main.ts -q --state-dir "$work/state" "$@" >&2; }
rectune eval eval/movielens-100k-classic.yaml --set log.path="$data" -o "$work/run" \
  --set 'systems=[{name: popularity}]' --set 'primary=[]'
rectune report "$work/run" --export recbole -o "$work/atomic"
"$env/bin/python" -W ignore test/peers/recbole_scores.py "$work/atomic" "$work/recbole" >&2
"$node" test/peers/recbole.ts "$work/run" "$work/recbole"
