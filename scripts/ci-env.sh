#!/usr/bin/env bash
# Brings what the tests need beyond npm: .venv with the Python oracles (scripts/oracles.txt), Chromium and Korean fonts.
# Idempotent: says "ready" within a second where all is there. CHROMIUM names another browser, PYTHON another python3.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-python3}
want=scripts/oracles.txt
have=.venv/oracles.txt

say() { printf 'ci-env: %s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else stop "not root and no sudo: install these yourself: ${debs[*]}"
  fi
}

if ! cmp -s "$want" "$have" || ! .venv/bin/python -c '' 2>/dev/null; then
  command -v "$python" >/dev/null || stop "no $python. Install Python 3.11 or newer, or set PYTHON."
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    stop "$("$python" --version) is too old for the oracles. Set PYTHON to Python 3.11 or newer."
  "$python" -c 'import ensurepip, venv' 2>/dev/null ||
    stop "$python lacks venv. On Debian and Ubuntu: apt-get install python3-venv. Or set PYTHON to one that has it."
  say "installing the Python oracles into .venv"
  rm -rf .venv
  "$python" -m venv .venv
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: --no-binary rouge_score -r "$want"
  .venv/bin/python -c 'import datasets, jsonschema, pyarrow.parquet, pytrec_eval, ranx, rouge_score.rouge_scorer, sacrebleu, safetensors.numpy, scipy.stats, sklearn.metrics, together, tokenizers, xllamacpp'
  cp "$want" "$have"
fi

debs=()
[ -x "${CHROMIUM:-/usr/bin/chromium}" ] || debs+=(chromium)
fc-list :lang=ko 2>/dev/null | grep -q . || debs+=(fontconfig fonts-noto-cjk)
command -v shellcheck >/dev/null || debs+=(shellcheck)
if [ ${#debs[@]} -gt 0 ]; then
  command -v apt-get >/dev/null || stop "no apt-get: install these yourself: ${debs[*]}"
  say "installing ${debs[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${debs[@]}" >&2
fi
say ready
