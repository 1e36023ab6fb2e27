#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# SCALE-Sim from PyPI against the formulas of model/baseline.cpp, on every product of small networks. Installs it to
# OUT/scalesim unless PYTHON can import it already; a network is needed for that. Takes some minutes.
#   scalesim_compare.sh [VERSION]
# Exit codes: 0 all equal, 1 not, 3 SCALE-Sim cannot be installed.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
version=${1:-3.0.0}
out=${OUT:-out}/scalesim
python=${PYTHON:-$out/venv/bin/python}
mkdir -p "$out"
if ! "$python" -c 'import scalesim' 2>/dev/null; then
  echo "installing scalesim $version to $out/venv" >&2
  { python3 -m venv "$out/venv" && "$out/venv/bin/pip" install --quiet "scalesim==$version" "numpy<2.3"; } >&2 || {
    echo "scalesim_compare.sh: scalesim $version cannot be installed" >&2
    exit 3
  }
  python=$out/venv/bin/python
fi
cmake --build --preset release --target evidence >"$out/build.log" 2>&1 || { tail -n 20 "$out/build.log" >&2; exit 3; }
networks=(--network examples/networks/lenet_300_100.yaml --network examples/networks/lenet5.yaml)
failed=0
for case in '8 8 4' '16 6 2' '5 32 2'; do
  read -r rows cols batch <<<"$case"
  rm -rf "$out/${rows}x$cols"
  build/release/bin/evidence --products "${networks[@]}" --array "$rows" --cols "$cols" --batch "$batch" >"$out/products.csv"
  "$python" bench/scalesim_compare.py "$out/products.csv" "$out/${rows}x$cols" || failed=1
done
exit "$failed"
