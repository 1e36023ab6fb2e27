// SPDX-License-Identifier: Apache-2.0
// What the interleaved schedule is worth: whole networks against every other schedule, and against
// SCALE-Sim's formulas, in closed form. Prints layers, totals, sweeps and claims; writes
// docs/evidence.md and CSV.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>

#include "bench/evidence_csv.hpp"
#include "bench/evidence_tables.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "model/network_file.hpp"

namespace gradloom::evidence {
namespace {

struct Options {
  std::vector<std::string> networks;
  std::string folder = "examples/networks";
  std::string energy = "examples/energy/horowitz_45nm.yaml";
  std::string gates = "examples/energy/osu018_gates.yaml";
  std::string areas = "docs/flow.md";
  int array = 64;
  int cols = 0;
  std::int64_t batch = 32;
  int words = 4096;
  std::string csv;
  std::string update;
  std::string check;
  bool products = false;
};

/// Those of the documents, in the order of their size.
const std::vector<std::string>& network_names() {
  static const std::vector<std::string> names{
      "lenet_300_100", "lenet5",      "alexnet",      "vgg16",     "resnet50",  "resnet152",
      "inception_v4",  "densenet264", "mobilenet_v1", "bert_base", "gpt2_small"};
  return names;
}

std::vector<model::ModelNetwork> load_networks(const Options& options) {
  std::vector<std::string> files = options.networks;
  if (files.empty()) {
    for (const std::string& name : network_names()) {
      files.push_back(options.folder + "/" + name + ".yaml");
    }
  }
  std::vector<model::ModelNetwork> networks;
  for (const std::string& file : files) networks.push_back(model::load_model_network(file));
  return networks;
}

/// `document` with what stands between `<!-- evidence: NAME -->` and `<!-- evidence: end -->`
/// replaced by the block of that name.
std::string with_blocks(const std::string& file, std::string document,
                        const std::vector<Block>& all) {
  for (const Block& block : all) {
    const std::string opening = fmt::format("<!-- evidence: {} -->\n", block.name);
    const auto at = document.find(opening);
    const auto from = at == std::string::npos ? at : at + opening.size();
    const auto to = at == std::string::npos ? at : document.find("<!-- evidence: end -->", from);
    if (to == std::string::npos) {
      throw InputError(fmt::format("{}: found no block {}, allowed one", file, block.name));
    }
    document.replace(from, to - from, block.text);
  }
  return document;
}

int check(const std::string& file, const std::vector<Block>& all) {
  const std::string document = read_text_file(file);
  int stale = 0;
  for (const Block& block : all) {
    if (with_blocks(file, document, {block}) == document) continue;
    ++stale;
    fmt::print(stderr, "{}: block {} is stale: make -f Makefile.hw evidence-update\n", file,
               block.name);
  }
  if (stale == 0) fmt::print("{}: {} blocks are up to date\n", file, all.size());
  return stale == 0 ? 0 : 1;
}

int run(const Options& options) {
  const std::vector<model::ModelNetwork> networks = load_networks(options);
  if (options.products) {
    const int cols = options.cols > 0 ? options.cols : options.array;
    fmt::print("{}", product_csv(networks, options.array, cols, options.batch));
    return 0;
  }
  Contest contest(model::load_energy_table(options.energy));
  Contest gates(model::load_energy_table(options.gates));
  const Study study{contest,
                    gates,
                    networks,
                    options.array,
                    options.batch,
                    options.words,
                    read_pe_areas(options.areas)};
  if (!options.csv.empty()) write_csv(study, options.csv);
  if (!options.check.empty()) return check(options.check, blocks(study));
  if (!options.update.empty()) {
    replace_text_file(options.update,
                      with_blocks(options.update, read_text_file(options.update), blocks(study)));
    return 0;
  }
  fmt::print("{}", layer_tables(study));
  for (const Block& block : blocks(study)) fmt::print("\n## {}\n\n{}", block.name, block.text);
  return 0;
}

void add_options(CLI::App& app, Options& o) {
  app.add_option("--network", o.networks, "network files instead of those of the folder");
  app.add_option("--folder", o.folder, "folder of the networks")->capture_default_str();
  app.add_option("--energy", o.energy, "energy table")->capture_default_str();
  app.add_option("--gates", o.gates, "energy table of this project's own PEs")
      ->capture_default_str();
  app.add_option("--areas", o.areas, "document with the areas of PEs")->capture_default_str();
  app.add_option("--array", o.array, "rows and columns of tables with one array")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  app.add_option("--cols", o.cols, "columns of --products, if they are not as many")
      ->check(CLI::Range(1, 256));
  app.add_option("--batch", o.batch, "samples of tables with one batch")
      ->check(CLI::Range(1, 65536))
      ->capture_default_str();
  app.add_option("--words", o.words, "words of each bank of each buffer")
      ->check(CLI::Range(1, 1 << 24))
      ->capture_default_str();
  app.add_option("--csv", o.csv, "folder for layers.csv and sweep.csv");
  app.add_option("--update", o.update, "document whose blocks are rewritten");
  app.add_option("--check", o.check, "document whose blocks must be up to date");
  app.add_flag("--products", o.products,
               "SCALE-Sim's figures of each product by our formulas, as CSV, and nothing else");
  app.footer("Example:\n  evidence --array 32 --batch 64 --csv out/evidence");
}

}  // namespace
}  // namespace gradloom::evidence

int main(int argc, char** argv) {
  CLI::App app("Evidence: interleaved against other schedules, on whole networks");
  gradloom::evidence::Options options;
  gradloom::evidence::add_options(app, options);
  CLI11_PARSE(app, argc, argv);
  try {
    return gradloom::evidence::run(options);
  } catch (const gradloom::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return static_cast<int>(error.code());
  }
}
