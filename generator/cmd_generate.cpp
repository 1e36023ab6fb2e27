// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <string>

#include "generator/commands.hpp"
#include "generator/config_schema.hpp"
#include "generator/config_yaml.hpp"
#include "generator/emitter.hpp"
#include "generator/handoff.hpp"
#include "generator/interrupt.hpp"
#include "generator/output_dir.hpp"
#include "generator/template_files.hpp"
#include "golden/error.hpp"
#include "sim/testbench.hpp"

namespace gradloom {
namespace {

struct Options {
  std::string config;
  std::string output;
  bool force = false;
  bool testbench = false;
  bool print_config = false;
  bool print_hash = false;
  bool print_schema_doc = false;
};

int run(const Options& options) {
  if (options.print_schema_doc) {
    fmt::print("{}", schema_markdown());
    return 0;
  }
  if (options.config.empty()) throw InputError("generate: found no --config, which is required");
  if (options.print_config) {
    fmt::print("{}", full_yaml(load_config(options.config)));
    return 0;
  }
  if (options.print_hash) {
    fmt::print("{}\n", hash_text(load_config(options.config)));
    return 0;
  }
  if (options.output.empty()) {
    throw InputError("generate: found neither --output nor --print-config, one is required");
  }
  const Config config = load_config(options.config);
  std::vector<EmittedFile> files = emit_design(config, template_dir());
  if (options.testbench) add_testbench(config, files);
  add_handoff(config, files);
  OutputDir dir(options.output, options.force);
  write_files(files, dir.path());
  check_interrupt();
  dir.commit();
  fmt::print("{}: {} files, top module {}_top, configuration {}\n", options.output, files.size(),
             config.name, hash_text(config));
  return 0;
}

}  // namespace

void add_generate(CLI::App& app, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("generate", "Write the Verilog of a configuration");
  command->add_option("-c,--config", options->config, "configuration, YAML");
  auto* output = command->add_option("-o,--output", options->output, "directory to make");
  command->add_flag("--testbench", options->testbench,
                    "add a self-checking Verilog testbench with vectors from the golden model");
  command->add_flag("--force", options->force, "replace a directory that gradloom made");
  command
      ->add_flag("--print-config", options->print_config,
                 "print the full effective configuration instead")
      ->excludes(output);
  command->add_flag("--print-hash", options->print_hash, "print the configuration hash instead")
      ->excludes(output);
  command->add_flag("--print-schema-doc", options->print_schema_doc)->group("");
  command->footer(
      "Example:\n  gradloom generate -c examples/configs/gl8x8_int8.yaml -o out/gl8x8_int8");
  command->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace gradloom
