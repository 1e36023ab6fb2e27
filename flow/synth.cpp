// SPDX-License-Identifier: Apache-2.0
#include "flow/synth.hpp"

#include <fmt/format.h>

#include <functional>
#include <system_error>

#include "flow/netlist_text.hpp"
#include "flow/synth_script.hpp"
#include "flow/tools.hpp"
#include "generator/scratch_dir.hpp"
#include "generator/text_file.hpp"
#include "generator/version.hpp"
#include "golden/error.hpp"

namespace gradloom::flow {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

fs::path liberty_of(const SynthOptions& options) {
  return options.library == Library::osu018 ? find_liberty(options.liberty) : fs::path();
}

// All that a netlist depends on. The script names modules and options.
Json made_from(const Design& design, const SynthOptions& options, const fs::path& liberty) {
  const std::string version = kVersion;
  return {{"config", design.config.name},
          {"config_hash", design.hash},
          {"rtl_digest", design.rtl_digest},
          {"library", name(options.library)},
          {"liberty_digest", liberty.empty() ? "" : digest(read_text_file(liberty))},
          {"recipe_digest", digest(recipe_text(options))},
          {"gradloom", version}};
}

// What `stat -json` says of each module. What Yosys 0.23 prints behind the modules is no JSON.
Json stat_json(const fs::path& path) {
  const std::string text = read_text_file(path);
  const Json stat = Json::parse(text.substr(0, text.find("\n   },")) + "\n   }\n}", nullptr, false);
  if (!stat.is_object()) throw ToolError("yosys: the output of stat -json cannot be read");
  return stat;
}

std::map<std::string, ModuleCells> count_cells(const Json& stat, const Elaborated& elaborated,
                                               const std::string& top) {
  std::map<std::string, ModuleCells> modules;
  const auto plain = [](const std::string& id) { return id.starts_with("\\") ? id.substr(1) : id; };
  for (const auto& [id, module] : stat.at("modules").items()) modules[plain(id)] = {};
  for (const auto& [id, module] : stat.at("modules").items()) {
    ModuleCells& result = modules[plain(id)];
    const auto found = elaborated.modules.find(plain(id));
    result.base = found == elaborated.modules.end() ? plain(id) : found->second.base;
    for (const auto& [type, count] : module.at("num_cells_by_type").items()) {
      const std::string name = plain(type);
      const bool ours = modules.contains(name) || elaborated.modules.contains(name);
      (ours ? result.below : result.cells)[name] += count.get<std::int64_t>();
    }
  }
  const std::function<void(const std::string&, int)> visit = [&](const std::string& name, int n) {
    const auto [place, added] = modules.try_emplace(name);
    if (added) place->second.base = elaborated.modules.at(name).base;  // a black box
    place->second.instances += n;
    const auto below = place->second.below;
    for (const auto& [child, count] : below) visit(child, n * static_cast<int>(count));
  };
  visit(top, 1);
  return modules;
}

Json modules_json(const std::map<std::string, ModuleCells>& modules) {
  Json list = Json::object();
  for (const auto& [name, module] : modules) {
    list[name] = {{"base", module.base},
                  {"instances", module.instances},
                  {"cells", module.cells},
                  {"modules", module.below}};
  }
  return list;
}

Netlist open_netlist(const Design& design, const SynthOptions& options, const Json& info) {
  Netlist netlist;
  netlist.options = options;
  netlist.directory = netlist_directory(design, options);
  netlist.verilog = netlist.directory / "netlist.v";
  netlist.json = netlist.directory / "netlist.json";
  const bool boxes = black_box_rams(options.library) && !options.expand_rams;
  if (boxes) netlist.rams = netlist.directory / "rams.v";
  netlist.top = design.top;
  netlist.made_from = info.at("made_from");
  for (const auto& [name, module] : info.at("modules").items()) {
    netlist.modules[name] = {module.at("base"), module.at("instances"), module.at("cells"),
                             module.at("modules")};
  }
  if (options.library == Library::osu018) netlist.areas = cell_areas(liberty_of(options));
  return netlist;
}

[[noreturn]] void refuse(const Design& design, const SynthOptions& options, const fs::path& path,
                         const std::string& what) {
  throw InputError(fmt::format(
      "{}: stale netlist: {}; allowed one of configuration {}: run gradloom flow synth -c {} "
      "--library {}{}{} again",
      path.string(), what, design.hash, printable(design.config_file, 400), name(options.library),
      options.flatten ? " --flatten" : "", options.expand_rams ? " --expand-rams" : ""));
}

}  // namespace

fs::path netlist_directory(const Design& design, const SynthOptions& options) {
  const bool fpga = !black_box_rams(options.library);
  std::string place =
      fmt::format("{}{}{}{}{}", name(options.library), options.flatten ? "-flat" : "",
                  options.expand_rams && !fpga ? "-rams" : "", fpga && !options.dsp ? "-nodsp" : "",
                  options.library == Library::xilinx && options.wide_mux ? "-wide" : "");
  if (!options.reduce) place += "-nodc2";
  if (options.order != 0) place += fmt::format("-order{}", options.order);
  return design.work / place;
}

std::optional<Netlist> find_netlist(const Design& design, const SynthOptions& options) {
  const fs::path place = netlist_directory(design, options);
  const fs::path path = place / "netlist.json";
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return std::nullopt;
  const Json info = Json::parse(read_text_file(path), nullptr, false);
  if (!info.is_object() || !info.contains("made_from") || !info.contains("modules")) {
    refuse(design, options, path, "found no description of it");
  }
  const Json expected = made_from(design, options, liberty_of(options));
  for (const auto& [key, value] : expected.items()) {
    const std::string found = info["made_from"].value(key, "");
    if (found != value) refuse(design, options, path, fmt::format("found {} {}", key, found));
  }
  if (!fs::is_regular_file(place / "netlist.v", error) ||
      digest(read_text_file(place / "netlist.v")) != info.value("netlist_digest", "")) {
    refuse(design, options, place / "netlist.v", "found a file changed since synthesis");
  }
  return open_netlist(design, options, info);
}

Netlist synthesise(const Design& design, const SynthOptions& options) {
  const fs::path liberty = liberty_of(options);
  try {
    if (auto netlist = find_netlist(design, options)) return *netlist;
  } catch (const InputError&) {  // stale: made again below
  }
  if (!liberty.empty()) cell_areas(liberty);
  tool("yosys");
  const Elaborated elaborated = elaborate(design);
  const ScratchDir work(design.work, "synth-", "OUT");
  write_text_file(work.path() / "abc.txt", abc_script(options));
  write_text_file(work.path() / "constraints.txt", abc_constraints());
  run_yosys(synth_script(design, elaborated, options, liberty), work.path(), "synth");
  const fs::path verilog = work.path() / "netlist.v";
  write_text_file(verilog, split_assigns(read_text_file(verilog)));
  const auto modules = count_cells(stat_json(work.path() / "stat.json"), elaborated, design.top);
  const Json info{{"made_from", made_from(design, options, liberty)},
                  {"top", design.top},
                  {"netlist_digest", digest(read_text_file(verilog))},
                  {"modules", modules_json(modules)}};
  if (black_box_rams(options.library) && !options.expand_rams) {
    write_text_file(work.path() / "rams.v", read_text_file(elaborated.rams));
  }
  write_text_file(work.path() / "netlist.json", info.dump(1) + "\n");
  replace_directory(work.path(), netlist_directory(design, options));
  return open_netlist(design, options, info);
}

Netlist need_netlist(const Design& design, const SynthOptions& options) {
  if (auto netlist = find_netlist(design, options)) return *netlist;
  return synthesise(design, options);
}

}  // namespace gradloom::flow
