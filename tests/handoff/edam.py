# SPDX-License-Identifier: Apache-2.0
"""Loads an EDAM file and runs it through a flow of Edalize: edam.py EDAM FLOW TOOL [KEY=VALUE ...].

FLOW sim runs what the file says; any other flow is for the design alone: the top module of the manifest, without
the files with the tag simulation. The working directory must be that of the design.
"""
import json
import os
import sys

import yaml
from edalize.flows.edaflow import Edaflow  # noqa: F401  (an Edalize without flows is too old)
from edalize.edatool import get_edatool  # noqa: F401
import importlib


def main() -> int:
    path, flow, tool, *options = sys.argv[1:]
    with open(path, encoding="utf-8") as handle:
        edam = yaml.safe_load(handle)
    missing = [f["name"] for f in edam["files"] if not os.path.isfile(f["name"])]
    if missing or not edam["files"]:
        print(f"edam.py: {path}: files that do not exist: {missing}")
        return 1
    if flow != "sim":
        with open("manifest.json", encoding="utf-8") as handle:
            edam["toplevel"] = json.load(handle)["top"]
        edam["files"] = [f for f in edam["files"] if "simulation" not in f.get("tags", [])]
    edam["flow_options"] = {"tool": tool}
    for option in options:
        key, value = option.split("=", 1)
        edam["flow_options"][key] = value.split(",") if key.endswith("_options") else value
    module = importlib.import_module(f"edalize.flows.{flow}")
    backend = getattr(module, flow.capitalize())(edam, ".")
    backend.configure()
    backend.build()
    backend.run()
    return 0


sys.exit(main())
