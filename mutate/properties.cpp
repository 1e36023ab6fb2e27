// SPDX-License-Identifier: Apache-2.0
#include "mutate/properties.hpp"

#include <fmt/format.h>

#include <regex>

#include "generator/process.hpp"
#include "generator/template_files.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "sim/harness.hpp"

namespace gradloom::mutate {
namespace {

namespace fs = std::filesystem;

constexpr int kToolMissing = 3;  // exit code of formal/run.sh

}  // namespace

bool has_proof(const Netlist& netlist, const Mutant& mutant) {
  if (netlist.instances(mutant.module).size() != 1) return false;
  const fs::path formal = data_dir("formal");
  const std::regex line("(^|\n)" + mutant.module + " +test +[a-z_]+ +full +[a-z_,]+ +([a-z_]+) ");
  std::smatch match;
  const std::string proofs = read_text_file(formal / "proofs.txt");
  if (!std::regex_search(proofs, match, line)) return false;
  // A module of the netlist has no parameters any more.
  const std::string property = read_text_file(formal / (match[2].str() + ".v"));
  return property.find("dut_" + mutant.module + " #(") == std::string::npos;
}

std::optional<std::string> failed_assertion(const std::string& config, const Netlist& netlist,
                                            const Mutant& mutant, bool changed) {
  const fs::path formal = fs::absolute(data_dir("formal"));
  const std::string change =
      changed ? fmt::format("mutate {} -module {}", mutant.change, mutant.instance) : "";
  ProcessOptions options;
  options.environment = {{"FIRST", "1"},
                         {"JOBS", "1"},
                         {"KEEP", ""},
                         {"NETLIST", (netlist.dir / "design.il").string()},
                         {"INSTANCE", mutant.instance},
                         {"MUTATE", change}};
  const ProcessResult result = run_process(
      {(formal / "run.sh").string(), fs::absolute(config).string(), mutant.module}, options);
  if (result.exit_code == kToolMissing) throw ToolError(result.output);
  static const std::regex failure("Assert failed in [^\n]*");
  std::smatch match;
  if (result.good()) return std::nullopt;
  if (std::regex_search(result.output, match, failure)) return match[0].str();
  if (!changed) throw CheckError(mutant.module + ": its proof does not run: " + result.output, {});
  return std::nullopt;
}

}  // namespace gradloom::mutate
