// SPDX-License-Identifier: Apache-2.0
#include "generator/manifest.hpp"

#include <nlohmann/json.hpp>

#include "generator/bus_files.hpp"
#include "generator/config_schema.hpp"
#include "generator/config_yaml.hpp"
#include "golden/bus_layout.hpp"
#include "golden/bus_registers.hpp"

namespace gradloom {
namespace {

using Json = nlohmann::ordered_json;

Json key_value(const Key& key, const Config& config) {
  if (key.type == KeyType::identifier) return config.name;
  const std::int64_t value = key.get(config);
  if (key.type == KeyType::integer) return value;
  if (key.type == KeyType::nanoseconds) return static_cast<double>(value) / 1000;
  if (key.type == KeyType::boolean) return value != 0;
  if (key.type == KeyType::choice) return key.choices[static_cast<std::size_t>(value)];
  Json list = Json::array();
  for (std::size_t i = 0; i < key.choices.size(); ++i) {
    if (((value >> i) & 1) != 0) list.push_back(key.choices[i]);
  }
  return list;
}

// The configuration, nested as in YAML; a buffer that is not built has 0 words.
Json config_json(const Config& config) {
  Json result;
  for (const Key& key : config_keys()) {
    if (!applies(key, config)) continue;
    const std::string section(section_of(key.path));
    const std::string leaf(leaf_of(key.path));
    (section.empty() ? result[leaf] : result[section][leaf]) = key_value(key, config);
  }
  return result;
}

Json parameters_json(const Plan& plan) {
  const Derived& d = plan.widths;
  return {{"addr_w", d.addr_w},   {"dim_w", d.dim_w},   {"host_w", d.host_w},
          {"trace_w", d.trace_w}, {"lane_w", d.lane_w}, {"host_addr_w", d.host_addr_w}};
}

Json ports_json(const Plan& plan) {
  Json list = Json::array();
  for (const Port& port : plan.ports) {
    list.push_back({{"name", port.name},
                    {"direction", port.input ? "input" : "output"},
                    {"width", port.width},
                    {"trace", port.trace},
                    {"description", port.description}});
  }
  return list;
}

// With a bus: registers by address, with fields.
Json bus_registers_json(const Plan& plan) {
  Json list = Json::array();
  for (const BusRegister& r : bus_register_map(plan.config, config_hash(plan.config))) {
    Json fields = Json::array();
    for (const RegisterField& f : r.fields) {
      fields.push_back(
          {{"name", f.name}, {"lsb", f.lsb}, {"width", f.width}, {"description", f.description}});
    }
    list.push_back({{"address", r.address},
                    {"name", r.name},
                    {"access", name(r.access)},
                    {"reset", r.reset},
                    {"description", r.description},
                    {"fields", fields}});
  }
  return list;
}

Json registers_json(const Plan& plan) {
  Json list = Json::array();
  for (const Register& r : plan.registers) {
    list.push_back({{"index", r.index},
                    {"name", r.name},
                    {"access", r.writable ? "read/write" : "read"},
                    {"description", r.description}});
  }
  return list;
}

Json buffers_json(const Plan& plan) {
  const bool bus = plan.config.bus != HostBus::none;
  Json list = Json::array();
  for (const BufferPlan& b : plan.buffers) {
    if (!b.built) continue;
    Json item{{"name", b.name},
              {"code", select_code(b.code)},
              {"banks", b.banks},
              {"words", b.words},
              {"bits", b.bits}};
    if (bus) item["bytes"] = element_bytes(plan.config, b.code);
    if (bus) item["beats"] = vector_beats(plan.config, b.code);
    list.push_back(item);
  }
  return list;
}

}  // namespace

std::string manifest_text(const Plan& plan, const std::vector<EmittedModule>& modules,
                          const std::string& rtl_digest) {
  Json module_list = Json::array();
  for (const EmittedModule& module : modules) {
    module_list.push_back({{"name", module.name}, {"file", module.file}});
  }
  const bool bus = plan.config.bus != HostBus::none;
  Json manifest{{"tool", "gradloom"},
                {"version", plan.version},
                {"config_hash", plan.config_hash},
                {"rtl_digest", rtl_digest},
                {"config", config_json(plan.config)},
                {"top", plan.config.name + "_top"},
                {"modules", module_list},
                {"parameters", parameters_json(plan)},
                {"ports", ports_json(plan)},
                {"registers", bus ? bus_registers_json(plan) : registers_json(plan)}};
  if (bus) {
    manifest["header"] = header_file(plan.config);
    manifest["systemrdl"] = rdl_file(plan.config);
    manifest["driver"] = {"sw/gradloom_hal.h", "sw/gradloom_hal.c"};
  } else {
    manifest["register_select"] = kRegisterSelect;
  }
  manifest["buffers"] = buffers_json(plan);
  return manifest.dump(2) + "\n";
}

}  // namespace gradloom
