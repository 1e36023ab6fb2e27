// SPDX-License-Identifier: Apache-2.0
#include "flow/lec_products.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "flow/lec_sequential.hpp"
#include "flow/synth_script.hpp"
#include "flow/tools.hpp"
#include "generator/text_file.hpp"

namespace gradloom::flow {
namespace fs = std::filesystem;
namespace {

// Ports of the black box that stands for a product; a connection may be narrower.
constexpr const char* kBlackBox =
    "module lec_product(input [4095:0] A, input [4095:0] B, output [4095:0] Y);\nendmodule\n";

// A module alone in the design `saved`, words as bits with names of their own.
std::string load(const std::string& file, const std::string& module, const std::string& renames,
                 const std::string& saved) {
  return fmt::format(
      "design -reset\nread_rtlil {}\n{}hierarchy -top {}\nsplitnets -ports\ndesign -save {}\n",
      file, renames, module, saved);
}

// Flip-flops of the same name become ports; then each side alone.
std::string write_pair(const std::string& name) {
  return fmt::format(
      "expose -shared -evert-dff gold/t:* gate/t:*\nopt_clean -purge\ndesign -save pair\n"
      "delete gate\ntechmap\nopt_clean -purge\nwrite_blif {0}_gold.blif\n"
      "design -load pair\ndelete gold\ntechmap\nopt_clean -purge\nwrite_blif {0}_gate.blif\n",
      name);
}

std::string words_script(const std::string& module, const std::string& name) {
  return fmt::format(
             "design -reset\ndesign -copy-from rtl -as gold {0}\n"
             "design -copy-from words -as gate {0}\nwreduce gold\nalumacc gold\n"
             "rename -enumerate -pattern lec_product_% t:$macc\n"
             "dump -o {1}_gold.txt gold/t:$macc\ndump -o {1}_gate.txt gate/t:$macc\n"
             "chtype -set lec_product t:$macc\n"
             "setparam -unset A_WIDTH -unset B_WIDTH -unset Y_WIDTH -unset CONFIG -unset "
             "CONFIG_WIDTH t:lec_product\n"
             "read_verilog -lib product.v\n"
             "expose -evert gold/t:lec_product\nexpose -evert gate/t:lec_product\n",
             module, name) +
         write_pair(name);
}

std::string cells_script(const std::string& module, const std::string& name) {
  return fmt::format(
             "design -reset\ndesign -copy-from mapped -as gold {0}\n"
             "design -copy-from netlist -as gate {0}\n",
             module) +
         write_pair(name);
}

}  // namespace

std::vector<std::string> read_products(const std::string& dump) {
  std::vector<std::string> products;
  std::vector<std::string> parameters;
  std::string cell;
  std::istringstream lines(dump);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string first;
    std::string second;
    std::string third;
    words >> first >> second >> third;
    if (first == "cell") {
      cell = third;
      parameters.clear();
    } else if (first == "parameter") {
      parameters.push_back(fmt::format("{}={}", second, third));
    } else if (first == "end" && !cell.empty()) {
      std::sort(parameters.begin(), parameters.end());
      products.push_back(fmt::format("{} {}", cell, fmt::join(parameters, " ")));
      cell.clear();
    }
  }
  std::sort(products.begin(), products.end());
  return products;
}

void write_stages(const Design& design, const Netlist& netlist, const Elaborated& rtl,
                  const fs::path& liberty, const fs::path& directory) {
  std::string script =
      stages_script(design, rtl, netlist.options, liberty, "words_all.il", "mapped_all.il");
  for (const std::string stage : {"words", "mapped"}) {
    script += fmt::format(
        "design -reset\nread_rtlil {0}_all.il\n{1}memory_map\nopt_clean\ndffunmap\n"
        "write_rtlil {0}.il\n",
        stage, evert_instances(rtl, design.top));
  }
  run_yosys(script, directory, "stages");
  write_text_file(directory / "product.v", kBlackBox);
}

Comparison compare_around_products(const std::string& module, const std::string& name,
                                   const fs::path& directory, int seconds, bool after_reset) {
  const std::string gold = read_text_file(directory / "gold.il");
  const std::string words = name + "_words";
  const std::string cells = name + "_cells";
  run_yosys(load("gold.il", module, "", "rtl") +
                load("words.il", module,
                     rename_recoded(gold, read_text_file(directory / "words.il")), "words") +
                load("mapped.il", module, "", "mapped") + load("gate.il", module, "", "netlist") +
                words_script(module, words) + cells_script(module, cells),
            directory, name + "_products");
  const auto products = read_products(read_text_file(directory / (words + "_gold.txt")));
  Comparison result;
  result.verdict = Comparison::Verdict::unmatched;
  if (products.empty()) {
    result.reason = "has no products";
    return result;
  }
  if (products != read_products(read_text_file(directory / (words + "_gate.txt")))) {
    result.reason = "products without a partner";
    return result;
  }
  const auto compare = [&](const std::string& pair) {
    const Comparison logic = compare_logic(directory, pair, seconds);
    const bool more = after_reset && logic.verdict != Comparison::Verdict::equal;
    return more ? compare_after_reset(directory, pair, seconds) : logic;
  };
  result = compare(words);
  return result.verdict == Comparison::Verdict::equal ? compare(cells) : result;
}

}  // namespace gradloom::flow
