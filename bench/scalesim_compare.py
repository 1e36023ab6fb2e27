# SPDX-License-Identifier: Apache-2.0
"""Runs SCALE-Sim on the products of a CSV file and compares it with our formulas.

scalesim_compare.py PRODUCTS.csv FOLDER

PRODUCTS.csv is what `evidence --products` prints. Exit codes: 0 all equal, 1 not, 3 SCALE-Sim cannot
be run.
"""

import csv
import itertools
import pathlib
import sys

CONFIG = """[general]
run_name = compare
[architecture_presets]
ArrayHeight : {rows}
ArrayWidth : {cols}
IfmapSramSzkB : 1024
FilterSramSzkB : 1024
OfmapSramSzkB : 1024
IfmapOffset : 0
FilterOffset : 10000000
OfmapOffset : 20000000
Bandwidth : 10
Dataflow : {dataflow}
ReadRequestBuffer : 32
WriteRequestBuffer : 32
[layout]
IfmapCustomLayout : False
IfmapSRAMBankBandwidth : 10
IfmapSRAMBankNum : 10
IfmapSRAMBankPort : 2
FilterCustomLayout : False
FilterSRAMBankBandwidth : 10
FilterSRAMBankNum : 10
FilterSRAMBankPort : 2
[sparsity]
SparsitySupport : false
SparseRep : ellpack_block
OptimizedMapping : false
BlockSize : 8
RandomNumberGeneratorSeed : 40
[run_presets]
InterfaceBandwidth : CALC
UseRamulatorTrace : False
"""

# Our column, the report of SCALE-Sim, its column there.
COLUMNS = [
    ("cycles", "COMPUTE_REPORT.csv", "Total Cycles"),
    ("a_read", "DETAILED_ACCESS_REPORT.csv", "SRAM IFMAP Reads"),
    ("b_read", "DETAILED_ACCESS_REPORT.csv", "SRAM Filter Reads"),
    ("c_written", "DETAILED_ACCESS_REPORT.csv", "SRAM OFMAP Writes"),
]


def run(scalesim, rows, folder):
    """The reports of SCALE-Sim on rows of one array and dataflow, by file name."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "array.cfg").write_text(CONFIG.format(**rows[0]))
    (folder / "layout.csv").write_text("Layer name,\n")
    (folder / "products.csv").write_text(
        "Layer, M, N, K,\n" + "".join(f"{r['name']}, {r['m']}, {r['n']}, {r['k']},\n" for r in rows)
    )
    simulation = scalesim(
        save_disk_space=True,
        verbose=False,
        config=str(folder / "array.cfg"),
        topology=str(folder / "products.csv"),
        layout=str(folder / "layout.csv"),
        input_type_gemm=True,
    )
    simulation.run_scale(top_path=str(folder))
    reports = {}
    for name in sorted({report for _, report, _ in COLUMNS}):
        path = next(folder.rglob(name))
        with open(path, newline="", encoding="utf-8") as text:
            reports[name] = list(csv.DictReader(text, skipinitialspace=True))
    return reports


def counted_beside(row):
    """Writes that SCALE-Sim 3.0.0 counts with os though nothing is written: R + C for each fold."""
    if row["dataflow"] != "os":
        return 0
    rows, cols = int(row["rows"]), int(row["cols"])
    return -(-int(row["m"]) // rows) * -(-int(row["n"]) // cols) * (rows + cols)


def compare(rows, reports):
    """Prints a line for each row; the number of those that differ."""
    different = 0
    for i, row in enumerate(rows):
        stalls = float(reports["COMPUTE_REPORT.csv"][i]["Stall Cycles"])
        line = f"{row['name']:34} {row['rows']:>3}x{row['cols']:<3} {row['dataflow']}"
        equal = stalls == 0
        for ours, report, theirs in COLUMNS:
            found = float(reports[report][i][theirs])
            if ours == "c_written":
                found -= counted_beside(row)
            equal = equal and found == float(row[ours])
            line += f" {int(row[ours]):>10} {int(found):>10}"
        print(line + ("" if equal else "  DIFFERENT"))
        different += not equal
    return different


def main():
    try:
        from importlib.metadata import version

        from scalesim.scale_sim import scalesim
    except ImportError as error:
        print(f"scalesim_compare.py: scalesim cannot be imported: {error}", file=sys.stderr)
        return 3
    with open(sys.argv[1], newline="", encoding="utf-8") as text:
        rows = list(csv.DictReader(text))
    print(f"scalesim {version('scalesim')}; of each pair the first number is ours")
    print("C writes of os: less the R + C a fold that it counts beside those of results")
    print(f"{'product':34} {'array':7} df {'cycles':>21} {'A reads':>21} {'B reads':>21} {'C writes':>21}")
    key = lambda row: (row["dataflow"], row["rows"], row["cols"])
    different = 0
    for i, (_, group) in enumerate(itertools.groupby(sorted(rows, key=key), key=key)):
        group = list(group)
        different += compare(group, run(scalesim, group, pathlib.Path(sys.argv[2]) / str(i)))
    print(f"{len(rows)} products, {different} different")
    return 1 if different or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
