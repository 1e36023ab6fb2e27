// SPDX-License-Identifier: Apache-2.0
// Netlists: how they are made, kept, and recognised as stale.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "flow/design.hpp"
#include "flow/library.hpp"

namespace gradloom::flow {

struct SynthOptions {
  Library library = Library::osu018;
  std::filesystem::path liberty;  ///< osu018 only; empty: that of Debian
  bool flatten = false;           ///< one module
  bool expand_rams = false;       ///< RAM modules as flip-flops; else black boxes (generic, osu018)
  bool dsp = true;                ///< FPGAs: multipliers may become DSP blocks
  bool wide_mux = false;          ///< xilinx: MUXF7 and MUXF8, as in the stock script
  bool reduce = true;             ///< osu018: abc first restructures for area
  int order = 0;                  ///< osu018: seed of the order abc sees the logic in; 0: as it is
};

/// Cells of one module; what lies in modules below it is not in it.
struct ModuleCells {
  std::string base;                           ///< module of the RTL
  int instances = 0;                          ///< in the design
  std::map<std::string, std::int64_t> cells;  ///< cells of the library, by type
  std::map<std::string, std::int64_t> below;  ///< modules of the design that it has
};

struct Netlist {
  SynthOptions options;
  std::filesystem::path directory;
  std::filesystem::path verilog;  ///< netlist.v
  std::filesystem::path json;     ///< netlist.json: what it was made from
  std::filesystem::path rams;     ///< Verilog of the RAM modules; empty if they are in the netlist
  std::string top;
  std::map<std::string, ModuleCells> modules;
  std::map<std::string, double> areas;  ///< um^2 of a cell; osu018 only
  nlohmann::ordered_json made_from;     ///< what the netlist depends on
};

/// The place of this kind of netlist:
/// OUT/flow/<name>/<library>[-flat][-rams][-nodsp][-wide][-nodc2][-order<n>].
std::filesystem::path netlist_directory(const Design& design, const SynthOptions& options);

/// The netlist on disk; nothing if there is none. Throws InputError if it is stale: made from
/// another configuration, RTL, liberty or tool, or changed since.
std::optional<Netlist> find_netlist(const Design& design, const SynthOptions& options);

/// Makes the netlist, or takes the one on disk if it is up to date. A stale one is replaced. Throws
/// ToolError, and InputError for a liberty file.
Netlist synthesise(const Design& design, const SynthOptions& options);

/// For targets that use a netlist: the one on disk; one is made if there is none. Throws InputError
/// if it is stale, so that what was looked at is not replaced silently.
Netlist need_netlist(const Design& design, const SynthOptions& options);

}  // namespace gradloom::flow
