// SPDX-License-Identifier: Apache-2.0
// From a configuration to a loadable model: emit, Verilate, compile; or find it in the cache.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "generator/emitter.hpp"
#include "golden/config.hpp"

namespace gradloom {

/// `check`: registers and memories start with random values, assertions on. `speed`: for long runs;
/// not for tests of reset.
enum class Profile { check, speed };

struct BuildOptions {
  Profile profile = Profile::check;
  bool waves = false;               ///< able to write FST files; slower to build
  bool registers = false;           ///< registers can be reached from outside; slower
  bool coverage = false;            ///< lines, branches, toggles and cover points; very slow
  bool rebuild = false;             ///< do not look into the cache
  std::filesystem::path templates;  ///< RTL templates; empty: template_dir()
  /// Verilog in place of what the templates give, with the same ports. It is not linted.
  std::vector<EmittedFile> rtl;
  /// Bits of an input `gradloom_mutant_i` that `rtl` has besides; 0: none.
  int mutant_bits = 0;
  /// Told what is going on, once for each stage; may be empty.
  std::function<void(const std::string&)> progress;
};

struct BuiltModel {
  std::filesystem::path library;  ///< stays in the cache
  std::filesystem::path rtl;      ///< directory with the emitted Verilog
  bool cached = false;
  double seconds = 0;  ///< of wall clock that building took
};

/// The cache is keyed by all that the result depends on: emitted Verilog, shim, flags, versions of
/// Verilator and compiler. Throws ToolError if a tool is missing or fails, Interrupted on a signal;
/// then nothing half-made stays in the cache.
BuiltModel build_model(const Config& config, const BuildOptions& options);

/// $GRADLOOM_CACHE_DIR, else $XDG_CACHE_HOME/gradloom, else $HOME/.cache/gradloom.
std::filesystem::path cache_dir();

}  // namespace gradloom
