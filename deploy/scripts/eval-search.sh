#!/usr/bin/env bash
# Measures search on the judged queries that lie beside the project: by words, and where there is a model by words and meaning.
# usage: eval-search.sh SHARED_FOLDER MODEL_FOLDER
set -euo pipefail
shared=$1
model=$2
if [ ! -d "$shared/data/esci" ] || [ ! -d "$shared/data/chorus" ]; then
    echo "eval-search: skipped: no judged queries in $shared/data"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gunzip --stdout "$shared/data/chorus/catalog.jsonl.gz" > "$work/chorus.jsonl"
cargo build --release --locked --quiet --package easymart-catalog-search --features embedding --example measure_search
measure() {
    echo "== $1: $4"
    target/release/examples/measure_search --catalogue "$2" --typos 3 --queries "$shared/data/$1/queries-dev.tsv" \
        --qrels "$shared/data/$1/qrels-dev.tsv" --compare "$shared/eval/search/$3" "${@:5}"
}
measure esci "$shared/data/esci/catalog.jsonl" reference-bm25-dev.json "by words"
measure chorus "$work/chorus.jsonl" reference-bm25-chorus-dev.json "by words"
if [ ! -d "$model" ]; then
    echo "eval-search: by meaning: skipped: no model in $model (make embedding-model)"
    exit 0
fi
measure esci "$shared/data/esci/catalog.jsonl" reference-hybrid-dev.json "by words and meaning" --model "$model"
measure chorus "$work/chorus.jsonl" reference-hybrid-chorus-dev.json "by words and meaning" --model "$model"
