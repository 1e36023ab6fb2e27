// SPDX-License-Identifier: Apache-2.0
#include "generator/handoff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "generator/config_schema.hpp"
#include "generator/interrupt.hpp"
#include "generator/template_engine.hpp"
#include "generator/template_files.hpp"
#include "generator/text_file.hpp"

namespace gradloom {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxTemplate = std::size_t{1} << 20;
constexpr const char* kClockPort = "clk_i";

EmittedFile& manifest_file(std::vector<EmittedFile>& files) {
  for (EmittedFile& file : files) {
    if (file.path == "manifest.json") return file;
  }
  throw std::logic_error("handoff: the design has no manifest.json");
}

// One bit: "name"; more: "name[*]", which SDC, XDC and Quartus take for all bits alike.
std::string port_pattern(const Port& port) {
  return port.width > 1 ? port.name + "[*]" : port.name;
}

std::vector<RamShape> ram_shapes(const Plan& plan) {
  std::vector<RamShape> shapes;
  for (const BufferPlan& b : plan.buffers) {
    if (!b.built) continue;
    shapes.push_back({b.name,
                      fmt::format("u_core.u_array.{}[*].u_lane.u_{}",
                                  by_row(b.code) ? "g_row" : "g_col", b.name),
                      b.banks, b.bits, b.words, b.addr_bits});
  }
  const Config& config = plan.config;
  if (const int words = config.buffers.delta_hold; words > 0) {
    shapes.push_back({"hold", "u_core.u_array.g_col[*].u_lane.u_hold", config.cols,
                      config.operand_bits, words, index_bits(words)});
  }
  return shapes;
}

// --- what is no template
// ---------------------------------------------------------------------------

Json ram_ports(const RamShape& ram) {
  const auto port = [](const char* name, const char* direction, int width) {
    return Json{{"name", name}, {"direction", direction}, {"width", width}};
  };
  return {port("clk_i", "input", 1),
          port("we_i", "input", 1),
          port("waddr_i", "input", ram.addr_bits),
          port("wdata_i", "input", ram.width),
          port("re_i", "input", 1),
          port("raddr_i", "input", ram.addr_bits),
          port("rdata_o", "output", ram.width)};
}

std::string rams_json(const HandoffPlan& plan) {
  const std::string& name = plan.design.config.name;
  Json list = Json::array();
  for (const RamShape& ram : plan.rams) {
    list.push_back(
        {{"buffer", ram.buffer},
         {"instance", ram.instance},
         {"count", ram.count},
         {"width", ram.width},
         {"depth", ram.depth},
         {"parameters", {{"WIDTH", ram.width}, {"DEPTH", ram.depth}, {"ADDR_W", ram.addr_bits}}},
         {"ports", ram_ports(ram)}});
  }
  const Json json{{"tool", "gradloom"},
                  {"version", plan.design.version},
                  {"config_hash", plan.design.config_hash},
                  {"top", plan.top},
                  {"module", name + "_ram"},
                  {"file", "rtl/" + name + "_ram.v"},
                  {"blackbox", fmt::format("handoff/{}_ram_blackbox.v", name)},
                  {"behaviour",
                   {{"write_ports", 1},
                    {"read_ports", 1},
                    {"clocks", 1},
                    {"read",
                     "synchronous: rdata_o shows the word of raddr_i one cycle after re_i = 1 and "
                     "holds while re_i = 0"},
                    {"same_word", "a word read and written in one cycle is not relied on"},
                    {"reset", "none; contents and rdata_o are undefined until written and read"}}},
                  {"rams", list}};
  return json.dump(2) + "\n";
}

// OpenLane: relative to the directory of the file, which is that of the design.
std::string openlane_json(const HandoffPlan& plan) {
  const auto in_design = [](const std::string& file) { return "dir::" + file; };
  Json verilog = Json::array();
  for (const std::string& file : plan.rtl) verilog.push_back(in_design(file));
  const std::string sdc = fmt::format("dir::handoff/{}.sdc", plan.design.config.name);
  const Json json{{"DESIGN_NAME", plan.top},
                  {"VERILOG_FILES", verilog},
                  {"CLOCK_PORT", plan.clock_port},
                  {"CLOCK_NET", plan.clock_port},
                  {"CLOCK_PERIOD", static_cast<double>(plan.design.config.clock.period_ps) / 1000},
                  {"PNR_SDC_FILE", sdc},
                  {"SIGNOFF_SDC_FILE", sdc},
                  {"DESIGN_IS_CORE", 0},
                  {"FP_PDN_CORE_RING", 0},
                  {"FP_CORE_UTIL", 40},
                  {"SYNTH_NO_FLAT", 1}};
  return json.dump(2) + "\n";
}

// --- templates
// -------------------------------------------------------------------------------------

void add_ports(const std::vector<Port>& ports, std::vector<TemplateItem>& list) {
  for (const Port& port : ports) list.push_back({{{"pattern", port_pattern(port)}}, {}});
}

void add_files(const std::vector<std::string>& files, std::vector<TemplateItem>& list) {
  for (const std::string& file : files) list.push_back({{{"file", file}}, {}});
}

TemplateContext handoff_context(const HandoffPlan& plan) {
  TemplateContext context = make_context(plan.design);
  const ClockOptions& clock = plan.design.config.clock;
  auto& text = context.values;
  text["top"] = plan.top;
  text["clock_port"] = plan.clock_port;
  text["period_ns"] = nanoseconds_text(clock.period_ps);
  text["uncertainty_ns"] = nanoseconds_text(clock.uncertainty_ps);
  text["io_delay_ns"] = nanoseconds_text(plan.io_delay_ps);
  text["io_delay_percent"] = std::to_string(clock.io_delay_percent);
  text["testbench_top"] = plan.testbench_top;
  text["largest_ram_bits"] = std::to_string(plan.largest_ram_bits);
  context.flags["testbench"] = !plan.testbench_top.empty();
  add_files(plan.rtl, context.lists["rtl_files"]);
  add_files(plan.testbench, context.lists["testbench_files"]);
  add_files(plan.vectors, context.lists["vector_files"]);
  add_ports(plan.inputs, context.lists["input_ports"]);
  add_ports(plan.outputs, context.lists["output_ports"]);
  return context;
}

std::string render(const char* source, const TemplateContext& context) {
  const std::filesystem::path file = data_dir("handoff_templates") / source;
  return render_template(read_text_file(file, kMaxTemplate), context, file.string());
}

std::vector<EmittedFile> handoff_files(const HandoffPlan& plan) {
  const std::string& name = plan.design.config.name;
  const TemplateContext context = handoff_context(plan);
  struct Source {
    const char* source;
    std::string path;
  };
  std::vector<EmittedFile> files;
  for (const Source& s : {Source{"fusesoc.core", name + ".core"},
                          {"edam.yaml", "handoff/edam.yaml"},
                          {"constraints.sdc", "handoff/" + name + ".sdc"},
                          {"constraints.xdc", "handoff/" + name + ".xdc"},
                          {"vivado.tcl", "handoff/vivado.tcl"},
                          {"quartus.tcl", "handoff/quartus.tcl"},
                          {"synth.ys", "handoff/synth.ys"},
                          {"ram_blackbox.v", "handoff/" + name + "_ram_blackbox.v"},
                          {"config.mk", "handoff/orfs/config.mk"},
                          {"constraint.sdc", "handoff/orfs/constraint.sdc"}}) {
    check_interrupt();
    files.push_back({s.path, render(s.source, context)});
  }
  files.push_back({"handoff/rams.json", rams_json(plan)});
  files.push_back({"config.json", openlane_json(plan)});
  return files;
}

}  // namespace

HandoffPlan make_handoff_plan(const Config& config, const std::vector<EmittedFile>& files) {
  HandoffPlan plan;
  plan.design = make_plan(config);
  plan.top = config.name + "_top";
  plan.clock_port = kClockPort;
  for (const Port& port : plan.design.ports) {
    if (port.trace || port.name == plan.clock_port) continue;
    (port.input ? plan.inputs : plan.outputs).push_back(port);
  }
  for (const EmittedFile& file : files) {
    const bool verilog = file.path.ends_with(".v");
    if (verilog && file.path.starts_with("rtl/")) plan.rtl.push_back(file.path);
    if (verilog && file.path.starts_with("tb/")) plan.testbench.push_back(file.path);
    if (file.path.starts_with("tb/") && file.path.ends_with(".hex")) {
      plan.vectors.push_back(file.path);
    }
  }
  if (!plan.testbench.empty()) plan.testbench_top = config.name + "_tb";
  plan.io_delay_ps = config.clock.period_ps * config.clock.io_delay_percent / 100;
  plan.rams = ram_shapes(plan.design);
  for (const RamShape& ram : plan.rams) {
    plan.largest_ram_bits =
        std::max(plan.largest_ram_bits, std::int64_t{ram.width} * std::int64_t{ram.depth});
  }
  return plan;
}

void add_handoff(const Config& config, std::vector<EmittedFile>& files) {
  std::vector<EmittedFile> added = handoff_files(make_handoff_plan(config, files));
  EmittedFile& file = manifest_file(files);
  Json manifest = Json::parse(file.text);
  for (const EmittedFile& part : added) manifest["handoff"].push_back(part.path);
  file.text = manifest.dump(2) + "\n";
  files.insert(files.end(), std::make_move_iterator(added.begin()),
               std::make_move_iterator(added.end()));
}

}  // namespace gradloom
