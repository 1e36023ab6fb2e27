// SPDX-License-Identifier: Apache-2.0
// A configuration with its RTL in the working directory of the flow.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "generator/emitter.hpp"
#include "golden/config.hpp"

namespace gradloom::flow {

struct Design {
  Config config;
  std::string config_file;                 ///< as the user named it
  std::string hash;                        ///< of the configuration, 16 hexadecimal digits
  std::string rtl_digest;                  ///< of all Verilog files, likewise
  std::string top;                         ///< the top module
  std::filesystem::path out;               ///< OUT
  std::filesystem::path work;              ///< OUT/flow/<config name>, absolute
  std::vector<std::filesystem::path> rtl;  ///< its Verilog, in dependency order, absolute
};

/// Reads the configuration and writes its RTL to OUT/flow/<name>/rtl; files that are the same stay
/// untouched. Throws InputError.
Design prepare_design(const std::string& config_file, const std::filesystem::path& out);

/// The same for a configuration that is there already, below another directory; `more` are files of
/// Verilog besides those that are emitted.
Design prepare_design(const Config& config, const std::string& config_file,
                      const std::filesystem::path& out, const std::filesystem::path& work,
                      const std::vector<EmittedFile>& more);

/// A module as Yosys elaborated it: all parameters are set.
struct ElaboratedModule {
  std::string base;                               ///< module of the RTL it comes from
  std::map<std::string, std::string> parameters;  ///< values, decimal or as Yosys prints them
  std::int64_t memory_bits = 0;
  std::map<std::string, std::string> instances;  ///< of modules below: name to module
};

/// The RTL elaborated by Yosys (hierarchy, proc): each pair of module and parameters is a module of
/// its own. The name is that of the RTL if there is only one set of parameters; else the values of
/// those that differ are appended. Modules of logic alone are dissolved into those above them. RAMs
/// are named <name>_ram_<words>x<bits>.
struct Elaborated {
  std::filesystem::path rtlil;                      ///< for `read_rtlil`: what was elaborated
  std::filesystem::path rams;                       ///< Verilog of the RAM modules alone
  std::map<std::string, ElaboratedModule> modules;  ///< by name
  std::vector<std::string> ram_names;
};

/// Elaborates, in OUT/flow/<name>/elab; kept as long as the RTL stays the same.
Elaborated elaborate(const Design& design);

/// Renames `made` to `place`, which is removed before if it is there. Throws InputError.
void replace_directory(const std::filesystem::path& made, const std::filesystem::path& place);

/// FNV-1a of a text as 16 hexadecimal digits.
std::string digest(std::string_view text);

}  // namespace gradloom::flow
