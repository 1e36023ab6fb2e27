// SPDX-License-Identifier: Apache-2.0
#include "mutate/search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "generator/process.hpp"
#include "generator/text_file.hpp"

namespace gradloom::mutate {

namespace fs = std::filesystem;

namespace {

// The last lines of the file are the inputs of each cycle; ABC puts a remark behind the last one.
std::vector<std::vector<Patterns>> read_example(const std::string& text, std::size_t inputs,
                                                std::size_t cycles) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    line.resize(std::min(line.size(), line.find('#')));
    if (line.size() == inputs && line.find_first_not_of("01") == std::string::npos) {
      lines.push_back(line);
    }
  }
  if (lines.size() < cycles) return {};
  std::vector<std::vector<Patterns>> values;
  for (std::size_t i = lines.size() - cycles; i < lines.size(); ++i) {
    values.emplace_back();
    for (const char c : lines[i]) {
      const std::uint64_t word = c == '1' ? ~std::uint64_t{0} : 0;
      values.back().push_back({word, word, word, word});
    }
  }
  return values;
}

}  // namespace

Search search(const fs::path& stem, const std::string& aiger, std::size_t inputs,
              const std::string& commands, int seconds) {
  const fs::path abc = require_program("yosys-abc", "yosys");
  const std::string name = stem.filename().string();
  write_text_file(stem.string() + ".aig", aiger);
  const fs::path example = stem.string() + ".cex";
  fs::remove(example);
  ProcessOptions options;
  options.directory = stem.parent_path();
  options.log = stem.string() + ".log";
  const std::string script =
      fmt::format("read_aiger {0}.aig; strash; {1}; write_cex -a {0}.cex", name, commands);
  const std::string limited =
      fmt::format("ulimit -t {}; exec {} -c '{}'", seconds, abc.string(), script);
  const std::string said = run_process({"sh", "-c", limited}, options).output;
  const auto says = [&](const char* words) { return said.find(words) != std::string::npos; };
  if (says("Property proved") || says("UNSATISFIABLE")) return {true, {}};
  const std::string_view asserted = "was asserted in frame ";
  const std::size_t at = said.find(asserted);
  if ((at == std::string::npos && !says("SATISFIABLE")) || !fs::exists(example)) return {};
  std::size_t cycles = 1;
  if (at != std::string::npos) {
    cycles += std::strtoul(said.c_str() + at + asserted.size(), nullptr, 10);
  }
  return {false, read_example(read_text_file(example), inputs, cycles)};
}

std::vector<const Check*> failing(const Miter& miter, const std::vector<Lit>& inputs,
                                  const std::vector<std::vector<Patterns>>& values,
                                  bool any_state) {
  std::vector<Lit> watched;
  for (const Check& check : miter.checks) watched.push_back(check.differs);
  const std::vector<Patterns> found = miter.graph.simulate(inputs, values, watched, any_state);
  std::vector<const Check*> result;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const bool any = std::any_of(found[i].begin(), found[i].end(), [](auto w) { return w != 0; });
    if (any) result.push_back(&miter.checks[i]);
  }
  return result;
}

Search search_any_state(const Miter& miter, const fs::path& stem, std::vector<Lit>& inputs,
                        int seconds) {
  const std::string aiger = miter.graph.aiger(miter.bad, inputs, true);
  return search(stem, aiger, inputs.size(), "dsat", seconds);
}

}  // namespace gradloom::mutate
