// SPDX-License-Identifier: Apache-2.0
// From a configuration to the files of a design; nothing is written here but by `write_files`.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "golden/config.hpp"

namespace gradloom {

/// A file of the generated design.
struct EmittedFile {
  std::string path;  ///< relative to the output directory, with '/'
  std::string text;
};

/// All files of the design: rtl/*.v in dependency order, then filelist.f, manifest.json,
/// config.yaml and README.md. The same input gives the same bytes. Throws InputError if the
/// templates are missing or broken.
std::vector<EmittedFile> emit_design(const Config& config,
                                     const std::filesystem::path& template_dir);

/// Only the Verilog files, in dependency order.
std::vector<EmittedFile> emit_rtl(const Config& config, const std::filesystem::path& template_dir);

/// Sixteen hexadecimal digits (64-bit FNV-1a) that change with any byte and any name of the Verilog
/// files, `rtl/*.v`, among `files`; others do not count. In manifest.json and in every result.
std::string rtl_digest(const std::vector<EmittedFile>& files);
/// Of what the configuration gives with the templates of today.
std::string rtl_digest(const Config& config);

/// Writes the files below `dir`, making directories as needed. Throws InputError, or Interrupted.
void write_files(const std::vector<EmittedFile>& files, const std::filesystem::path& dir);

}  // namespace gradloom
