// SPDX-License-Identifier: Apache-2.0
#include "flow/lec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <regex>
#include <set>
#include <sstream>

#include "flow/lec_logic.hpp"
#include "flow/lec_products.hpp"
#include "flow/lec_sequential.hpp"
#include "flow/tools.hpp"
#include "generator/process.hpp"
#include "generator/scratch_dir.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"

namespace gradloom::flow {
namespace fs = std::filesystem;
namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

// Both sides with instances of other modules turned into ports, memories into flip-flops, and
// flip-flops into plain ones. gold.il and gate.il are left for the second kind of proof.
std::string prepare_script(const Design& design, const Netlist& netlist, const Elaborated& rtl,
                           const GateSources& sources, const fs::path& liberty) {
  std::string script = fmt::format("read_rtlil {}\n", rtl.rtlil.string());
  if (!netlist.rams.empty()) {
    for (const std::string& ram : rtl.ram_names) script += "blackbox " + ram + "\n";
  }
  script += evert_instances(rtl, design.top) +
            "memory_map\nopt_expr\nopt_dff\nopt_clean\ndffunmap\nwrite_rtlil gold.il\n";
  script += "design -reset\n";
  if (!sources.rams.empty()) script += fmt::format("read_verilog -lib {}\n", sources.rams.string());
  if (sources.library == Library::osu018) {
    script += fmt::format("read_liberty -ignore_miss_func {}\nread_verilog {}\nflatten",
                          liberty.string(), sources.netlist.string());
    for (const auto& [cell, area] : cell_areas(liberty)) script += " t:" + cell;
  } else {
    script += fmt::format("read_verilog -icells {}", sources.netlist.string());
  }
  script += fmt::format("\nhierarchy -check -top {}\n{}opt_clean\ndffunmap\n", design.top,
                        evert_instances(rtl, design.top));
  return script + "write_rtlil gate.il\n";
}

// Bits of words with names of their own, in both.
std::string split_script(const fs::path& dir) {
  return "read_rtlil gold.il\nsplitnets -ports\ndesign -save rtl\ndesign -reset\nread_rtlil "
         "gate.il\n" +
         rename_recoded(read_text_file(dir / "gold.il"), read_text_file(dir / "gate.il")) +
         "splitnets -ports\ndesign -save netlist\n";
}

// <i>_gold.blif and <i>_gate.blif: logic alone, where flip-flops of the same name became ports.
std::string cut_script(const std::string& module, std::size_t i) {
  return fmt::format(
      "design -reset\ndesign -copy-from rtl -as gold {0}\ndesign -copy-from netlist -as gate {0}\n"
      "expose -shared -evert-dff gold/t:* gate/t:*\nopt_clean -purge\ndesign -save pair\n"
      "delete gate\nwreduce\nalumacc\ntechmap\nopt_clean -purge\nwrite_blif {1}_gold.blif\n"
      "design -load pair\ndelete gold\ntechmap\nopt_clean -purge\nwrite_blif {1}_gate.blif\n",
      module, i);
}

std::string induction_script(const std::string& module) {
  return fmt::format(
      "read_rtlil gold.il\nrename {0} gold\ndesign -stash rtl\n"
      "read_rtlil gate.il\nrename {0} gate\ndesign -stash netlist\n"
      "design -copy-from rtl -as gold gold\ndesign -copy-from netlist -as gate gate\n"
      "equiv_make gold gate equiv\nhierarchy -top equiv\n"
      "equiv_simple -undef\nequiv_induct -undef\ntee -o status.txt equiv_status\n",
      module);
}

constexpr int kFirstSeconds = 10;  // what cec proves it mostly proves in less

using Verdict = Comparison::Verdict;

void take(ModuleProof& proof, Proof kind, const Comparison& comparison) {
  proof.proof = kind;
  proof.points = comparison.points;
  proof.proven = comparison.verdict == Verdict::equal;
  proof.reason = comparison.reason;
}

// What has been said against it before stays, if this does not prove it either.
void take_if_equal(ModuleProof& proof, Proof kind, const Comparison& comparison) {
  if (comparison.verdict == Verdict::equal) {
    take(proof, kind, comparison);
  } else {
    proof.reason += fmt::format("; {}: {}", name(kind), comparison.reason);
  }
}

void prove_by_induction(ModuleProof& proof, const fs::path& dir, int seconds) {
  write_text_file(dir / "induct.ys", induction_script(proof.module));
  std::error_code error;
  fs::remove(dir / "status.txt", error);
  const ProcessResult run = run_process({tool("timeout").string(), std::to_string(seconds),
                                         tool("yosys").string(), "-q", "-s", "induct.ys"},
                                        {dir, dir / "induct.log", {}});
  proof.proof = Proof::induction;
  if (!run.good()) {
    proof.reason += run.exit_code == 124
                        ? fmt::format("; by induction: not decided in {} s", seconds)
                        : "; by induction: ports do not match";
    return;
  }
  static const std::regex counts("Of those cells (\\d+) are proven and (\\d+) are unproven");
  const std::string status = read_text_file(dir / "status.txt");
  std::smatch match;
  if (!std::regex_search(status, match, counts)) {
    proof.reason += "; by induction: nothing was compared";
    return;
  }
  const std::int64_t proven = std::stoll(match[1].str());
  const std::int64_t unproven = std::stoll(match[2].str());
  proof.points = proven + unproven;
  proof.proven = unproven == 0 && proven > 0;
  if (proof.proven)
    proof.reason.clear();
  else
    proof.reason += fmt::format("; by induction: {} of {} not proven", unproven, proof.points);
}

void require_modules(const GateSources& sources, const std::vector<std::string>& modules) {
  const std::string text = read_text_file(sources.netlist);
  for (const std::string& module : modules) {
    if (text.find("module " + module + "(") == std::string::npos &&
        text.find("module " + module + " ") == std::string::npos) {
      throw InputError(
          fmt::format("{}: found no module {}, allowed a netlist with all modules of the RTL",
                      printable(sources.netlist.string(), 400), module));
    }
  }
}

}  // namespace

const char* name(Proof proof) {
  switch (proof) {
    case Proof::combinational: return "combinational";
    case Proof::around_products: return "around products";
    case Proof::after_reset: return "after reset";
    case Proof::around_products_after_reset: return "around products, after reset";
    case Proof::induction: return "induction";
  }
  return "";
}

std::vector<ModuleProof> prove_modules(const Design& design, const Netlist& netlist,
                                       const GateSources& sources,
                                       const std::vector<std::string>& only, int seconds,
                                       const std::function<void(const std::string&)>& progress) {
  tool("yosys-abc");
  const Elaborated rtl = elaborate(design);
  std::vector<std::string> modules;
  for (const auto& [module, info] : rtl.modules) {
    const bool ram = info.base == design.config.name + "_ram";
    if (!ram || netlist.rams.empty()) modules.push_back(module);
  }
  require_modules(sources, modules);
  for (const std::string& module : only) {
    if (std::find(modules.begin(), modules.end(), module) == modules.end()) {
      throw InputError(fmt::format("--module: found {}, allowed {}", printable(module),
                                   fmt::join(modules, ", ")));
    }
  }
  if (!only.empty()) modules = only;
  const ScratchDir work(design.work, "lec-", "OUT");
  const fs::path liberty =
      sources.library == Library::osu018 ? find_liberty(netlist.options.liberty) : fs::path();
  run_yosys(prepare_script(design, netlist, rtl, sources, liberty), work.path(), "prepare");
  std::string script = split_script(work.path());
  for (std::size_t i = 0; i < modules.size(); ++i) script += cut_script(modules[i], i);
  run_yosys(script, work.path(), "cut");
  bool staged = false;
  const auto around_products = [&](ModuleProof& proof, const std::string& name, Proof kind) {
    if (!staged) write_stages(design, netlist, rtl, liberty, work.path());
    staged = true;
    const bool after_reset = kind == Proof::around_products_after_reset;
    take_if_equal(proof, kind,
                  compare_around_products(proof.module, name, work.path(), seconds, after_reset));
  };
  std::vector<ModuleProof> proofs;
  for (std::size_t i = 0; i < modules.size(); ++i) {
    progress(modules[i]);
    ModuleProof proof;
    proof.module = modules[i];
    const std::string name = std::to_string(i);
    const auto begin = Clock::now();
    const auto compare = [&](int limit) {
      const Comparison comparison = compare_logic(work.path(), name, limit);
      take(proof, Proof::combinational, comparison);
      return comparison.verdict;
    };
    if (compare(std::min(seconds, kFirstSeconds)) == Verdict::undecided) {
      around_products(proof, name, Proof::around_products);
      if (!proof.proven && seconds > kFirstSeconds) {
        const std::string reason = proof.reason;
        if (compare(seconds) == Verdict::undecided) proof.reason = reason;
      }
    }
    // Logic that differs may do so in states that flip-flops which were merged cannot reach.
    if (!proof.proven) {
      take_if_equal(proof, Proof::after_reset, compare_after_reset(work.path(), name, seconds));
    }
    if (!proof.proven) around_products(proof, name, Proof::around_products_after_reset);
    if (!proof.proven) prove_by_induction(proof, work.path(), seconds);
    proof.seconds = since(begin);
    proofs.push_back(proof);
  }
  return proofs;
}

}  // namespace gradloom::flow
