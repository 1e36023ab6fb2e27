#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `cmake --install` to a folder, which is then moved: gradloom must find its templates there, and not
# in the source tree.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
build=${BUILD:-build/release}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake --install "$build" --prefix "$work/first" >/dev/null
mkdir -p "$work/with space/else"
mv "$work/first" "$work/with space/else/where"
gradloom="$work/with space/else/where/bin/gradloom"
example="$work/with space/else/where/share/gradloom/examples/configs/gl3x5_int4.yaml"

cd /
"$gradloom" --version
"$gradloom" generate -c "$example" -o "$work/absolute"
cd "$work"
ln -s "$gradloom" link
./link generate -c "$example" -o relative
diff -r absolute relative
PATH="$(dirname "$gradloom"):$PATH" gradloom generate -c "$example" -o by_path
diff -r absolute by_path

# Without its templates it says so: the source tree is no way out.
rm -r "$work/with space/else/where/share"
cp absolute/config.yaml config.yaml
code=0
"$gradloom" generate -c config.yaml -o none 2>err.txt || code=$?
[[ $code == 2 ]] && grep -q 'share/gradloom/rtl_templates: found no such directory' err.txt
[[ ! -e none ]]
echo 'installed gradloom works wherever it is put'
