// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>

#include "explore/axis_yaml.hpp"
#include "explore/space.hpp"
#include "generator/config_yaml.hpp"
#include "generator/text_file.hpp"
#include "generator/version.hpp"
#include "generator/yaml_map.hpp"
#include "golden/error.hpp"
#include "model/network_file.hpp"

namespace gradloom::explore {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::int64_t kMaxSpace = 1'000'000'000'000;
constexpr std::int64_t kMaxPoints = 5'000'000;
constexpr std::int64_t kDefaultPoints = 200'000;

std::vector<int> ints(const std::vector<std::int64_t>& values) {
  std::vector<int> list;
  for (const std::int64_t value : values) list.push_back(static_cast<int>(value));
  return list;
}

// "8/32"
std::optional<Format> parse_format(const std::string& text) {
  Format format;
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, format.operand_bits);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '/') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, format.accumulator_bits);
  if (second.ec != std::errc{} || second.ptr != end) return std::nullopt;
  return format;
}

Format to_format(const YamlMap& map, const std::string& key, const YAML::Node& node,
                 const Space& space) {
  const std::optional<Format> format = node.IsScalar() ? parse_format(node.Scalar()) : std::nullopt;
  const AreaModel& area = space.area;
  const int low = std::max({2, area.min_operand_bits, space.energy.macs.front().bits});
  const int high = std::min({16, area.max_operand_bits, space.energy.macs.back().bits});
  if (!format || format->operand_bits < low || format->operand_bits > high ||
      format->accumulator_bits < std::max(area.min_accumulator_bits, 2 * format->operand_bits) ||
      format->accumulator_bits > area.max_accumulator_bits) {
    reject(
        map, key, node,
        fmt::format("OPERAND/ACCUMULATOR bits such as {}/{}: {}..{} (what the tables of area and "
                    "energy cover), and from twice as many to {}",
                    low, std::max(2 * low, area.min_accumulator_bits), low, high,
                    area.max_accumulator_bits));
  }
  return *format;
}

void read_formats(const YamlMap& file, Space& space) {
  const YamlMap numbers = submap(file, "numbers", {"formats"});
  const YAML::Node list = numbers.node["formats"];
  if (!list) reject_missing(numbers, "formats", "a list of formats such as 8/32");
  if (list.IsScalar()) {
    space.formats = {to_format(numbers, "formats", list, space)};
    return;
  }
  if (!list.IsSequence()) reject(numbers, "formats", list, "a list of formats such as 8/32");
  check_count(numbers, "formats", list, list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string key = fmt::format("formats[{}]", i);
    const Format format = to_format(numbers, key, list[i], space);
    const bool once =
        std::find(space.formats.begin(), space.formats.end(), format) == space.formats.end();
    check_once(numbers, key, list[i], once);
    space.formats.push_back(format);
  }
}

void read_sizes(const YamlMap& file, Space& space) {
  const YamlMap array = submap(file, "array", {"size", "rows", "cols"});
  if (array.node["size"]) {
    for (const char* other : {"rows", "cols"}) {
      if (array.node[other]) reject(array, other, array.node[other], "nothing beside array.size");
    }
    for (const int size : ints(read_axis(array, "size", {1, 256}))) {
      space.sizes.push_back({size, size});
    }
    return;
  }
  const auto rows = ints(read_axis(array, "rows", {1, 256}));
  const auto cols = ints(read_axis(array, "cols", {1, 256}));
  for (const int r : rows) {
    for (const int c : cols) space.sizes.push_back({r, c});
  }
}

/// Layers of one shape become one: cost is worked out once for all of them.
model::ModelNetwork merged(model::ModelNetwork network) {
  std::vector<model::Layer> layers;
  for (const model::Layer& layer : network.layers) {
    const auto same = std::find_if(layers.begin(), layers.end(), [&](model::Layer other) {
      other.name = layer.name;
      other.repeat = layer.repeat;
      return other == layer;
    });
    if (same == layers.end()) {
      layers.push_back(layer);
    } else {
      same->repeat += layer.repeat;
    }
  }
  network.layers = std::move(layers);
  return network;
}

/// A scalar that names a file: where it is, told from the directory of the space.
std::string to_file(const YamlMap& map, const std::string& key, const YAML::Node& node) {
  if (!node || !node.IsScalar() || node.Scalar().empty()) {
    if (!node) reject_missing(map, key, "the name of a file");
    reject(map, key, node, "the name of a file");
  }
  const fs::path path = fs::path(map.file).parent_path() / node.Scalar();
  std::error_code error;
  if (!fs::is_regular_file(path, error)) {
    reject(map, key, node, fmt::format("no file {}", printable(path.string(), 200)),
           "a file that is there, relative to this one");
  }
  return path.lexically_normal().string();
}

model::ModelNetwork product(const YamlMap& workload) {
  const YamlMap map = submap(workload, "product", {"m", "n"});
  model::Layer layer;
  layer.name = "product";
  layer.gemm.m = static_cast<int>(get_integer(map, "m", 1, model::kMaxSize));
  layer.gemm.n = static_cast<int>(get_integer(map, "n", 1, model::kMaxSize));
  model::ModelNetwork network;
  network.name = fmt::format("product_{}x{}", layer.gemm.m, layer.gemm.n);
  network.layers = {layer};
  return network;
}

void add_networks(const YamlMap& workload, Space& space, Json& files) {
  const YAML::Node list = workload.node["networks"];
  if (!list.IsSequence()) reject(workload, "networks", list, "a list of files");
  check_count(workload, "networks", list, list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string key = fmt::format("networks[{}]", i);
    const std::string path = to_file(workload, key, list[i]);
    model::ModelNetwork network = merged(model::load_model_network(path));
    const auto same = [&](const Workload& w) { return w.name == network.name; };
    if (std::any_of(space.workloads.begin(), space.workloads.end(), same)) {
      reject(workload, key, list[i], "a second network " + network.name, "each network once");
    }
    files.push_back(fnv1a64(read_text_file(path)));
    space.workloads.push_back({network.name, std::move(network)});
  }
}

void read_workload(const YamlMap& file, Space& space, Json& files) {
  const YamlMap workload = submap(file, "workload", {"product", "networks", "op"});
  const bool one = static_cast<bool>(workload.node["product"]);
  if (one == static_cast<bool>(workload.node["networks"])) {
    if (one) reject(workload, "product", workload.node["product"], "nothing beside networks");
    reject_missing(file, "workload", "a map with product or networks, and op");
  }
  std::vector<std::string_view> ops{"backward"};
  for (const model::ModelOp op : model::kModelOps) {
    if (op != model::ModelOp::backward && op != model::ModelOp::update) {
      ops.emplace_back(name(op));
    }
  }
  const std::string op = get_choice(workload, "op", ops);
  space.op = *std::find_if(model::kModelOps.begin(), model::kModelOps.end(),
                           [&](model::ModelOp o) { return name(o) == op; });
  if (one) {
    model::ModelNetwork network = product(workload);
    space.workloads.push_back({network.name, network});
  } else {
    add_networks(workload, space, files);
  }
}

void read_tables(const YamlMap& file, Space& space, Json& files) {
  const YamlMap area = submap(file, "area", {"points", "sram", "unit"});
  const AreaUnit unit =
      get_choice(area, "unit", {"um2", "luts"}) == "um2" ? AreaUnit::um2 : AreaUnit::luts;
  const std::string points = to_file(area, "points", area.node["points"]);
  std::string sram;
  if (unit == AreaUnit::um2) {
    sram = to_file(area, "sram", area.node["sram"]);
    files.push_back(fnv1a64(read_text_file(sram)));
  } else if (area.node["sram"]) {
    reject(area, "sram", area.node["sram"], "nothing with area.unit luts");
  }
  space.area = load_area_model(points, sram, unit);
  const std::string energy = to_file(file, "energy", file.node["energy"]);
  space.energy = model::load_energy_table(energy);
  files.push_back(fnv1a64(read_text_file(points)));
  files.push_back(fnv1a64(read_text_file(energy)));
  const bool luts = unit == AreaUnit::luts;
  const YAML::Node time = file.node["time"];
  const std::string text = luts && !time ? "cycles" : get_choice(file, "time", {"us", "cycles"});
  if (luts && text == "us") {
    reject(file, "time", time, "cycles with area.unit luts (periods are those of OSU cells)");
  }
  space.time = text == "us" ? TimeUnit::us : TimeUnit::cycles;
}

void check_size(const YamlMap& file, const Space& space) {
  double count = 1;
  for (const std::size_t values :
       {space.workloads.size(), space.batches.size(), space.schedules.size(), space.sizes.size(),
        space.mult_stages.size(), space.words.size(), space.formats.size()}) {
    count *= static_cast<double>(values);
  }
  if (count <= static_cast<double>(kMaxSpace)) return;
  throw InputError(fmt::format("{}:1: top level: found a space of {:.3g} points, allowed {:.3g}",
                               file.file, count, static_cast<double>(kMaxSpace)));
}

std::string hash_of(const Space& space, const Json& files) {
  Json json{{"gradloom", kVersion},
            {"name", space.name},
            {"files", files},
            {"op", name(space.op)},
            {"mult_stages", space.mult_stages},
            {"words", space.words},
            {"batches", space.batches},
            {"time", space.time},
            {"unit", space.area.unit},
            {"sample", {space.sample_points, space.sample_seed}}};
  for (const Workload& w : space.workloads) {
    json["workloads"].push_back({w.name, w.network.layers[0].gemm.m, w.network.layers[0].gemm.n});
  }
  for (const ArraySize& s : space.sizes) json["sizes"].push_back({s.rows, s.cols});
  for (const Format& f : space.formats) {
    json["formats"].push_back({f.operand_bits, f.accumulator_bits});
  }
  for (const model::ModelSchedule s : space.schedules) json["schedules"].push_back(name(s));
  return fmt::format("{:016x}", fnv1a64(json.dump()));
}

}  // namespace

Space load_space(const std::string& path) {
  const YamlMap file =
      load_yaml_map(path, {"name", "workload", "array", "numbers", "pe", "buffers", "batch",
                           "schedule", "area", "energy", "time", "sample"});
  Space space;
  const YAML::Node title = file.node["name"];
  if (!title) reject_missing(file, "name", "a text of 1 to 60 letters, digits, '-' and '_'");
  const std::string& text = title.IsScalar() ? title.Scalar() : "";
  const auto legal = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  if (text.empty() || text.size() > 60 || !std::all_of(text.begin(), text.end(), legal)) {
    reject(file, "name", title, "a text of 1 to 60 letters, digits, '-' and '_'");
  }
  space.name = text;
  Json files = Json::array();
  read_tables(file, space, files);
  read_workload(file, space, files);
  read_sizes(file, space);
  read_formats(file, space);
  const YamlMap pe = submap(file, "pe", {"mult_stages"});
  space.mult_stages = ints(read_axis(pe, "mult_stages", {0, kMaxStages}, 0));
  const YamlMap buffers = submap(file, "buffers", {"words"});
  space.words = ints(read_axis(buffers, "words", {1, 65536}));
  space.batches = read_axis(file, "batch", {1, 65536});
  std::vector<std::string_view> schedules;
  for (const model::ModelSchedule s : model::kModelSchedules) schedules.emplace_back(name(s));
  for (const std::size_t place : read_words(file, "schedule", schedules)) {
    space.schedules.push_back(model::kModelSchedules[place]);
  }
  const YamlMap sample = submap(file, "sample", {"points", "seed"});
  space.sample_points = get_integer(sample, "points", 1, kMaxPoints, kDefaultPoints);
  space.sample_seed =
      static_cast<std::uint64_t>(get_integer(sample, "seed", 0, std::int64_t{1} << 53, 1));
  check_size(file, space);
  space.hash = hash_of(space, files);
  return space;
}

}  // namespace gradloom::explore
