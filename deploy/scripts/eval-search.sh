#!/usr/bin/env bash
# Measures keyword search on the judged queries that lie beside the project.
# usage: eval-search.sh SHARED_FOLDER
set -euo pipefail
shared=$1
if [ ! -d "$shared/data/esci" ] || [ ! -d "$shared/data/chorus" ]; then
    echo "eval-search: skipped: no judged queries in $shared/data"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gunzip --stdout "$shared/data/chorus/catalog.jsonl.gz" > "$work/chorus.jsonl"
cargo build --release --locked --quiet --package easymart-catalog-search --example measure_search
measure() {
    echo "== $1"
    target/release/examples/measure_search --catalogue "$2" --typos 3 --queries "$shared/data/$1/queries-dev.tsv" \
        --qrels "$shared/data/$1/qrels-dev.tsv" --compare "$shared/eval/search/$3"
}
measure esci "$shared/data/esci/catalog.jsonl" reference-bm25-dev.json
measure chorus "$work/chorus.jsonl" reference-bm25-chorus-dev.json
