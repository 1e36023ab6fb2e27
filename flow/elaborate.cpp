// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <system_error>

#include "flow/design.hpp"
#include "flow/tools.hpp"
#include "generator/scratch_dir.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"

namespace gradloom::flow {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::json;

constexpr int kFormat = 2;  // of modules.json

// "000...1010" as a decimal number if it has up to 32 bits; other values as they are.
std::string parameter_text(const Json& value) {
  const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  const bool binary = !text.empty() && text.find_first_not_of("01") == std::string::npos;
  if (!binary || text.size() > 32) return text;
  return std::to_string(std::stoull(text, nullptr, 2));
}

// What a name may hold.
std::string name_part(const std::string& text) {
  std::string result;
  for (const char c : text) result += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return result;
}

struct Raw {
  std::string yosys_name;
  ElaboratedModule module;
  bool dissolved = false;
};

// True for a module of logic alone: no register, no memory, no module below it.
bool is_logic(const Json& module) {
  const Json cells = module.value("cells", Json::object());
  for (const auto& [name, cell] : cells.items()) {
    const std::string type = cell.at("type");
    const bool state = type.find("dff") != std::string::npos || type.starts_with("$mem");
    if (state || !type.starts_with("$") || type.starts_with("$paramod")) return false;
  }
  return !module.contains("memories");
}

std::vector<Raw> raw_modules(const Json& json) {
  std::vector<Raw> result;
  for (const auto& [name, module] : json.at("modules").items()) {
    Raw raw;
    raw.yosys_name = name;
    const std::size_t slash = name.rfind('\\');
    const Json attributes = module.value("attributes", Json::object());
    std::string base = attributes.value("hdlname", name);
    if (!attributes.contains("hdlname") && name.starts_with("$paramod") &&
        slash != std::string::npos) {
      base = name.substr(slash + 1);
    }
    if (base.starts_with("\\")) base = base.substr(1);
    raw.module.base = base;
    const Json values = module.value("parameter_default_values", Json::object());
    for (const auto& [key, value] : values.items()) {
      raw.module.parameters[key] = parameter_text(value);
    }
    for (const auto& memory : module.value("memories", Json::object())) {
      raw.module.memory_bits +=
          memory.at("width").get<std::int64_t>() * memory.at("size").get<std::int64_t>();
    }
    raw.dissolved = is_logic(module);
    const Json cells = module.value("cells", Json::object());
    for (const auto& [instance, cell] : cells.items()) {
      const std::string type = cell.at("type");
      if (json.at("modules").contains(type)) raw.module.instances[instance] = type;
    }
    result.push_back(raw);
  }
  return result;
}

// The parameters in which the variants of a module differ.
std::set<std::string> differing(const std::vector<const Raw*>& variants) {
  std::set<std::string> result;
  for (const auto& [key, value] : variants.front()->module.parameters) {
    for (const Raw* other : variants) {
      const auto found = other->module.parameters.find(key);
      if (found == other->module.parameters.end() || found->second != value) result.insert(key);
    }
  }
  return result;
}

std::map<std::string, std::string> new_names(const std::vector<Raw>& modules,
                                             const std::string& ram) {
  std::map<std::string, std::vector<const Raw*>> variants;
  for (const Raw& raw : modules) variants[raw.module.base].push_back(&raw);
  std::map<std::string, std::string> names;
  std::set<std::string> taken;
  for (const auto& [base, list] : variants) {
    const std::set<std::string> keys = differing(list);
    for (const Raw* raw : list) {
      std::string name = base;
      const auto& parameters = raw->module.parameters;
      if (base == ram) {
        name += fmt::format("_{}x{}", parameters.at("DEPTH"), parameters.at("WIDTH"));
      } else if (list.size() > 1) {
        for (const std::string& key : keys) name += "_" + name_part(parameters.at(key));
      }
      const std::string stem = name;
      for (int i = 2; !taken.insert(name).second; ++i) name = fmt::format("{}_v{}", stem, i);
      names[raw->yosys_name] = name;
    }
  }
  return names;
}

// Yosys calls a module that the RTL has without parameters \name.
std::string rtlil_id(const std::string& json_name) {
  return json_name.starts_with("$") ? json_name : "\\" + json_name;
}

// RTLIL with modules renamed, where they are declared and where they are used.
std::string renamed(const std::string& text, const std::map<std::string, std::string>& names) {
  std::map<std::string, std::string> ids;
  for (const auto& [from, to] : names) ids[rtlil_id(from)] = "\\" + to;
  std::istringstream lines(text);
  std::string result, line;
  result.reserve(text.size());
  while (std::getline(lines, line)) {
    const std::size_t start = line.starts_with("module ") ? 7 : line.starts_with("  cell ") ? 7 : 0;
    if (start != 0) {
      const std::size_t end = line.find(' ', start);
      const auto found = ids.find(line.substr(start, end - start));
      if (found != ids.end()) {
        line = line.substr(0, start) + found->second +
               (end == std::string::npos ? "" : line.substr(end));
      }
    }
    result += line;
    result += '\n';
  }
  return result;
}

// Logic is optimised within a module; so modules of logic alone become part of those above them.
std::string dissolve_script(const Design& design, const std::vector<Raw>& modules,
                            const std::map<std::string, std::string>& names) {
  std::string script = "read_rtlil named.il\n";
  for (const Raw& raw : modules) {
    if (!raw.dissolved) {
      script += "setattr -mod -set keep_hierarchy 1 " + names.at(raw.yosys_name) + "\n";
    }
  }
  return script + fmt::format(
                      "flatten\nhierarchy -check -top {}\nopt_clean\n"
                      "setattr -mod -unset keep_hierarchy *\nwrite_rtlil design.il\n",
                      design.top);
}

Json info_json(const Design& design, const std::vector<Raw>& modules,
               const std::map<std::string, std::string>& names) {
  Json list = Json::object();
  std::set<std::string> dissolved;
  for (const Raw& raw : modules) {
    if (raw.dissolved) dissolved.insert(raw.yosys_name);
  }
  for (const Raw& raw : modules) {
    if (raw.dissolved) continue;
    Json instances = Json::object();
    for (const auto& [instance, type] : raw.module.instances) {
      if (!dissolved.contains(type)) instances[instance] = names.at(type);
    }
    list[names.at(raw.yosys_name)] = {{"base", raw.module.base},
                                      {"parameters", raw.module.parameters},
                                      {"memory_bits", raw.module.memory_bits},
                                      {"instances", instances}};
  }
  return {{"format", kFormat},
          {"rtl_digest", design.rtl_digest},
          {"top", design.top},
          {"modules", list}};
}

Elaborated from_json(const Design& design, const Json& info) {
  const fs::path place = design.work / "elab";
  Elaborated result{place / "design.il", place / "rams.v", {}, {}};
  for (const auto& [name, module] : info.at("modules").items()) {
    result.modules[name] = {module.at("base"), module.at("parameters"), module.at("memory_bits"),
                            module.at("instances")};
    if (module.at("base") == design.config.name + "_ram") result.ram_names.push_back(name);
  }
  return result;
}

}  // namespace

Elaborated elaborate(const Design& design) {
  const fs::path place = design.work / "elab";
  std::error_code error;
  if (fs::is_regular_file(place / "modules.json", error)) {
    const Json info = Json::parse(read_text_file(place / "modules.json"), nullptr, false);
    if (info.is_object() && info.value("rtl_digest", "") == design.rtl_digest &&
        info.value("top", "") == design.top && info.value("format", 0) == kFormat) {
      return from_json(design, info);
    }
  }
  const ScratchDir work(design.work, "elab-", "OUT");
  std::string script;
  for (const fs::path& file : design.rtl) {
    script += fmt::format("read_verilog {}\n", fs::relative(file, work.path()).string());
  }
  script += fmt::format(
      "hierarchy -check -top {}\nproc\nopt_clean\ncheck -assert\n"
      "select -assert-none t:$dlatch t:$adlatch t:$dlatchsr t:$sr\n"
      "write_json modules_raw.json\nwrite_rtlil raw.il\n",
      design.top);
  run_yosys(script, work.path(), "elaborate");
  const std::vector<Raw> modules =
      raw_modules(Json::parse(read_text_file(work.path() / "modules_raw.json")));
  const std::string ram = design.config.name + "_ram";
  const auto names = new_names(modules, ram);
  write_text_file(work.path() / "named.il", renamed(read_text_file(work.path() / "raw.il"), names));
  run_yosys(dissolve_script(design, modules, names), work.path(), "dissolve");
  for (const char* file : {"raw.il", "named.il", "modules_raw.json"}) {
    fs::remove(work.path() / file, error);
  }
  const Json info = info_json(design, modules, names);
  const Elaborated result = from_json(design, info);
  script = "read_rtlil design.il\nselect -none\n";
  for (const std::string& name : result.ram_names) script += fmt::format("select -add {}\n", name);
  script += "write_verilog -noattr -selected rams.v\n";
  run_yosys(script, work.path(), "rams");
  write_text_file(work.path() / "modules.json", info.dump(1) + "\n");
  replace_directory(work.path(), place);
  return result;
}

}  // namespace gradloom::flow
