// SPDX-License-Identifier: Apache-2.0
#include "flow/synth_script.hpp"

#include <fmt/format.h>

namespace gradloom::flow {
namespace {

// abc of a module: restructuring and mapping for delay, then buffers and cell sizes for the loads
// that are there (docs/decisions/0023).
constexpr const char* kMapForDelay = "&get -n; &synch2; &nf; &put; buffer -c; topo; upsize; dnsize";

std::string osu_script(const std::string& synth, const std::string& liberty) {
  return fmt::format(
      "{}\ndfflibmap -liberty {}\nabc -liberty {} -constr constraints.txt -script abc.txt\n"
      "opt_clean\nselect -assert-none t:$*\n",
      synth, liberty, liberty);
}

std::string read_script(const std::string& rtlil, const Elaborated& elaborated,
                        const SynthOptions& options, const std::string& liberty) {
  std::string script = "read_rtlil " + rtlil + "\n";
  if (options.library == Library::osu018) {
    script += fmt::format("read_liberty -lib -ignore_miss_func {}\n", liberty);
  }
  if (black_box_rams(options.library) && !options.expand_rams) {
    for (const std::string& ram : elaborated.ram_names) script += "blackbox " + ram + "\n";
  }
  return script;
}

}  // namespace

std::string stages_script(const Design& design, const Elaborated& elaborated,
                          const SynthOptions& options, const std::filesystem::path& liberty,
                          const std::string& words, const std::string& mapped) {
  return read_script(elaborated.rtlil.string(), elaborated, options, liberty.string()) +
         fmt::format(
             "synth -top {0} -run :fine\nwrite_rtlil {1}\nsynth -top {0} -noabc -run fine:check\n"
             "write_rtlil {2}\n",
             design.top, words, mapped);
}

std::string synth_script(const Design& design, const Elaborated& elaborated,
                         const SynthOptions& options, const std::filesystem::path& liberty) {
  std::string script = read_script("../elab/design.il", elaborated, options, liberty.string());
  const std::string top = " -top " + design.top;
  const std::string flatten = options.flatten ? " -flatten" : "";
  const std::string noflatten = options.flatten ? "" : " -noflatten";
  switch (options.library) {
    case Library::generic: script += "synth" + top + flatten + "\n"; break;
    case Library::osu018: script += osu_script("synth" + top + flatten, liberty.string()); break;
    case Library::ice40:
      script += "synth_ice40" + top + noflatten + (options.dsp ? " -dsp" : "") + "\n";
      break;
    case Library::ecp5:
      script += "synth_ecp5" + top + noflatten + (options.dsp ? "" : " -nodsp") + "\n";
      break;
    case Library::xilinx:
      script += "synth_xilinx -family xc7 -noiopad" + top + flatten +
                (options.dsp ? "" : " -nodsp") + (options.wide_mux ? "" : " -nowidelut") + "\n";
      break;
  }
  script +=
      "check -assert\nselect -assert-none t:$mem*\n"
      "select -assert-none t:$_DLATCH_* t:LATCH t:LDCE t:$dlatch\n"
      "tee -q -o stat.json stat -json\n";
  // Instances of cells, not expressions.
  script += options.library == Library::generic ? "write_verilog -noattr -noexpr netlist.v\n"
                                                : "write_verilog -noattr netlist.v\n";
  if (options.library == Library::ice40) script += "write_json nextpnr.json\n";
  return script;
}

std::string abc_constraints() { return "set_driving_cell INVX4\nset_load 50\n"; }

std::string recipe_text(const SynthOptions& options) {
  Design design;
  design.top = "top";
  const Elaborated elaborated{{}, {}, {}, {"ram"}};
  return "netlist 2\n" + synth_script(design, elaborated, options, "liberty") +
         abc_script(options) + abc_constraints();
}

std::string abc_script(const SynthOptions& options) {
  // permute shuffles inputs, outputs and nodes, and keeps their names.
  const std::string order =
      options.order == 0 ? "" : fmt::format("permute -S {}; strash; ", options.order);
  const std::string reduce = options.reduce ? "scorr; dc2; strash; " : "";
  return "strash; " + order + "ifraig; " + reduce + kMapForDelay + "\n";
}

}  // namespace gradloom::flow
