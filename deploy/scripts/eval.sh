#!/usr/bin/env bash
# Plays the development conversations against a freshly started release build.
# usage: eval.sh SHARED_FOLDER HTTP_ADDRESS MINIMUM_RATE
set -euo pipefail
shared=$1 http=$2 rate=$3
catalogue=$shared/data/easymart/products.csv
if [ ! -f "$catalogue" ]; then
    echo "eval: skipped: no catalogue at $catalogue"
    [ "${CI:-}" != true ] || { echo "eval: CI must not skip it"; exit 1; }
    exit 0
fi
data=$(mktemp -d)
trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null || true; rm -rf "$data"' EXIT
target/release/easymart --http "$http" --data-dir "$data" --catalogue "$catalogue" &
server=$!
for _ in $(seq 100); do
    curl --silent --fail --output /dev/null "http://$http/readyz" && break
    kill -0 "$server" || { echo "eval: the server ended"; exit 1; }
    sleep 0.2
done
python3 "$shared/eval/conversations/run.py" --base "http://$http" --catalogue "$catalogue" \
    --cases "$shared/eval/conversations/dev.json" --min-rate "$rate" --max-violations 0
