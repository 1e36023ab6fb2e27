// SPDX-License-Identifier: Apache-2.0
#include "status/status.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "generator/config_yaml.hpp"
#include "generator/emitter.hpp"
#include "generator/text_file.hpp"
#include "generator/version.hpp"
#include "golden/error.hpp"

namespace gradloom::status {
namespace fs = std::filesystem;
namespace {

constexpr int kStages = 3;

YAML::Node load_yaml(const fs::path& file) {
  try {
    return YAML::Load(read_text_file(file));
  } catch (const YAML::Exception& error) {
    throw InputError(
        fmt::format("{}:{}: malformed YAML: {}", file.string(), error.mark.line + 1, error.msg));
  }
}

[[noreturn]] void fail(const fs::path& file, const YAML::Node& node, const std::string& what) {
  throw InputError(fmt::format("{}:{}: {}", file.string(), node.Mark().line + 1, what));
}

std::string text_of(const fs::path& file, const YAML::Node& map, const char* key) {
  const YAML::Node value = map[key];
  if (!value) return {};
  if (!value.IsScalar()) fail(file, map, fmt::format("{}: found no text", key));
  return value.Scalar();
}

std::set<std::string> words_of(const fs::path& file, const YAML::Node& list) {
  std::set<std::string> words;
  if (!list) return words;
  if (!list.IsSequence()) fail(file, list, "found no list of names");
  for (const YAML::Node& word : list) {
    if (!words.insert(word.as<std::string>()).second) {
      fail(file, word, fmt::format("found {} twice, allowed once", word.as<std::string>()));
    }
  }
  return words;
}

PlanItem read_item(const fs::path& file, const YAML::Node& node) {
  static const std::set<std::string> known{"name",   "stage", "text",   "step",
                                           "result", "only",  "covers", "except"};
  if (!node.IsMap()) fail(file, node, "found an item that is no map");
  for (const auto& entry : node) {
    const std::string key = entry.first.as<std::string>();
    if (!known.contains(key)) {
      fail(file, node,
           fmt::format("{}: found an unknown key, allowed {}", key, fmt::join(known, ", ")));
    }
  }
  PlanItem item;
  item.name = text_of(file, node, "name");
  item.step = text_of(file, node, "step");
  item.result = text_of(file, node, "result");
  item.only = text_of(file, node, "only");
  item.covers = words_of(file, node["covers"]);
  item.except = words_of(file, node["except"]);
  const std::string stage = text_of(file, node, "stage");
  if (item.name.empty()) fail(file, node, "name: found nothing");
  item.text = text_of(file, node, "text");
  if (item.text.empty()) fail(file, node, item.name + ": text: found nothing");
  if (stage != "G1" && stage != "G2" && stage != "G3") {
    fail(file, node, fmt::format("{}: stage: found {}, allowed G1, G2 or G3", item.name, stage));
  }
  item.stage = stage[1] - '0';
  if (item.step.empty() == item.result.empty()) {
    fail(file, node, item.name + ": found both or neither of step and result, allowed one");
  }
  static const std::set<std::string> kinds{"", "backward", "bus", "training"};
  if (!kinds.contains(item.only)) {
    fail(
        file, node,
        fmt::format("{}: only: found {}, allowed backward, bus or training", item.name, item.only));
  }
  return item;
}

// A JSON object, or nothing if there is no such file. A file that is no object is no result.
std::optional<nlohmann::json> read_json(const fs::path& file) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return std::nullopt;
  auto json = nlohmann::json::parse(read_text_file(file), nullptr, false);
  if (!json.is_object()) return std::nullopt;
  return json;
}

std::string string_at(const nlohmann::json& json, const std::string& key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

// Passed, failed, or nothing: not run on this configuration and these templates.
std::optional<bool> verdict(const PlanItem& item, const std::string& name, const std::string& hash,
                            const std::string& rtl, const fs::path& results,
                            const std::string& templates) {
  if (!item.covers.empty() && !item.covers.contains(name)) return std::nullopt;
  if (item.except.contains(name)) return std::nullopt;
  const bool step = !item.step.empty();
  const auto json = read_json(step ? results / "steps" / (item.step + ".json")
                                   : results / name / (item.result + ".json"));
  if (!json || !json->contains("pass") || !(*json)["pass"].is_boolean()) return std::nullopt;
  if (string_at(*json, "gradloom") != kVersion) return std::nullopt;
  std::string found = string_at(*json, "config_hash");
  if (step) {
    if (string_at(*json, "templates") != templates) return std::nullopt;
    found = json->contains("configs") ? string_at((*json)["configs"], name) : "";
  }
  if (!step && string_at(*json, "rtl_digest") != rtl) return std::nullopt;
  if (found != hash) return std::nullopt;
  return (*json)["pass"].get<bool>();
}

std::string list_text(const std::set<std::string>& words) {
  return fmt::format("[{}]", fmt::join(words, ", "));
}

}  // namespace

bool needed(const PlanItem& item, const Config& config) {
  if (item.only == "backward") return config.dgrad && config.wgrad;
  if (item.only == "bus") return config.bus != HostBus::none;
  if (item.only == "training") return config.training.built;
  return true;
}

Configs load_configs(const fs::path& dir) {
  Configs configs;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(dir, error)) {
    if (entry.path().extension() != ".yaml") continue;
    const Config config = load_config(entry.path());
    configs[config.name] = config;
  }
  if (configs.empty()) throw InputError(dir.string() + ": found no configurations");
  return configs;
}

std::vector<PlanItem> load_plan(const fs::path& file) {
  const YAML::Node root = load_yaml(file);
  if (!root.IsMap() || !root["items"] || !root["items"].IsSequence()) {
    throw InputError(file.string() + ":1: items: found no list");
  }
  std::vector<PlanItem> plan;
  std::set<std::string> names;
  for (const YAML::Node& node : root["items"]) {
    plan.push_back(read_item(file, node));
    if (!names.insert(plan.back().name).second) {
      fail(file, node, plan.back().name + ": found a second time, allowed once");
    }
  }
  if (plan.empty()) throw InputError(file.string() + ":1: items: found an empty list");
  return plan;
}

Status load_status(const fs::path& file) {
  const YAML::Node root = load_yaml(file);
  if (!root.IsMap() || !root["configurations"] || !root["configurations"].IsMap()) {
    throw InputError(file.string() + ":1: configurations: found no map");
  }
  Status status;
  status.gradloom = text_of(file, root, "gradloom");
  status.templates = text_of(file, root, "templates");
  for (const auto& entry : root["configurations"]) {
    const YAML::Node& node = entry.second;
    if (!node.IsMap()) fail(file, node, "found a configuration that is no map");
    Claims claims{text_of(file, node, "hash"), words_of(file, node["passed"]),
                  words_of(file, node["failed"])};
    status.configs[entry.first.as<std::string>()] = std::move(claims);
  }
  return status;
}

Status collect(const std::vector<PlanItem>& plan, const Configs& configs, const fs::path& out,
               const std::string& templates) {
  Status status{kVersion, templates, {}};
  for (const auto& [name, config] : configs) {
    Claims& claims = status.configs[name];
    claims.hash = hash_text(config);
    const std::string rtl = rtl_digest(config);
    for (const PlanItem& item : plan) {
      if (!needed(item, config)) continue;
      const auto pass = verdict(item, name, claims.hash, rtl, out / "results", templates);
      if (pass) (*pass ? claims.passed : claims.failed).insert(item.name);
    }
  }
  return status;
}

std::string status_yaml(const Status& status) {
  std::string text =
      "# What was run, and how it ended: written by `make -f Makefile.hw status-update`, not by "
      "hand.\n"
      "# An item of tests/testplan.yaml that is not named was not run on this configuration.\n";
  text += fmt::format("gradloom: \"{}\"\ntemplates: \"{}\"\nconfigurations:\n", status.gradloom,
                      status.templates);
  for (const auto& [name, claims] : status.configs) {
    text += fmt::format("  {}:\n    hash: \"{}\"\n    passed: {}\n    failed: {}\n", name,
                        claims.hash, list_text(claims.passed), list_text(claims.failed));
  }
  return text;
}

std::string status_table(const std::vector<PlanItem>& plan, const Configs& configs,
                         const Status& status) {
  std::string text = "| configuration | stage | G1 | G2 | G3 | next |\n|---|---|---|---|---|---|\n";
  for (const auto& [name, config] : configs) {
    const auto found = status.configs.find(name);
    const bool known = found != status.configs.end() && found->second.hash == hash_text(config);
    const Claims claims = known ? found->second : Claims{};
    std::string stage = "-";
    std::string cells;
    std::vector<std::string> missing;
    bool reached = true;
    for (int s = 1; s <= kStages; ++s) {
      int passed = 0;
      int all = 0;
      for (const PlanItem& item : plan) {
        if (item.stage != s || !needed(item, config)) continue;
        ++all;
        if (claims.passed.contains(item.name)) {
          ++passed;
        } else if (reached) {
          missing.push_back((claims.failed.contains(item.name) ? "FAILED " : "") + item.name);
        }
      }
      cells += fmt::format(" {}/{} |", passed, all);
      if (reached && passed == all && all > 0) stage = fmt::format("G{}", s);
      reached = reached && passed == all;
    }
    // What failed may not hide behind what was not run.
    std::stable_partition(missing.begin(), missing.end(),
                          [](const std::string& item) { return item.starts_with("FAILED "); });
    std::string next = known || found == status.configs.end() ? "" : "stale; ";
    const std::size_t shown = std::min<std::size_t>(missing.size(), 4);
    next += fmt::format(
        "{}", fmt::join(missing.begin(), missing.begin() + static_cast<long>(shown), ", "));
    if (missing.size() > shown) next += fmt::format(" and {} more", missing.size() - shown);
    text += fmt::format("| `{}` | {} |{} {} |\n", name, stage, cells, next.empty() ? "-" : next);
  }
  return text;
}

}  // namespace gradloom::status
