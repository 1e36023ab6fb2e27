// SPDX-License-Identifier: Apache-2.0
#include "compiler/net_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstddef>

#include "golden/bus_layout.hpp"

namespace gradloom::compiler {
namespace {

using Json = nlohmann::ordered_json;

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

std::string hex(std::uint64_t value) { return fmt::format("0x{:x}", value); }

Json traffic_json(const Traffic& traffic) {
  return {{"load_beats", traffic.load}, {"store_beats", traffic.store}};
}

Json area_json(const Config& config, const TensorArea& area) {
  return {{"name", area.name},
          {"buffer", name(area.buffer)},
          {"address", hex(area.address)},
          {"bytes", area.bytes()},
          {"vectors", area.vectors},
          {"features", area.features},
          {"element_bytes", element_bytes(config, area.buffer)},
          {"tile_bytes", tile_bytes(config, area)},
          {"batches", area.batches},
          {"batch_bytes", area.batch_bytes}};
}

Json list_json(const CompiledList& list) {
  return {{"name", list.name},
          {"about", list.about},
          {"address", hex(list.address)},
          {"descriptors", list.length()},
          {"repeats", list.repeats},
          {"descriptors_a_batch", list.count},
          {"once", traffic_json(list.once)},
          {"a_batch", traffic_json(list.batch)},
          {"necessary_a_batch", traffic_json(list.necessary)},
          {"command_cycles_a_batch", list.cycles.commands},
          {"estimated_cycles_a_batch", list.cycles.batch}};
}

Json layer_json(const golden::LayerNumbers& layer, const NetCut& cut, std::size_t k) {
  return {{"m", layer.m},
          {"n", layer.n},
          {"activation", name(static_cast<ActivationCode>(layer.act))},
          {"leak", layer.leak},
          {"scale", layer.scale},
          {"shift", layer.shift},
          {"back_scale", layer.back_scale},
          {"back_shift", layer.back_shift},
          {"rate", layer.rate},
          {"rate_shift", layer.rate_shift},
          {"decay", layer.decay},
          {"bias_scale", layer.bias_scale},
          {"bias_shift", layer.bias_shift},
          {"chunk_m", cut[k].features_of(0)},
          {"chunk_n", cut[k + 1].features_of(0)},
          {"chunks", cut[k].chunks() * cut[k + 1].chunks()}};
}

/// Lines of a header.
class Header {
 public:
  explicit Header(std::string prefix) : prefix_(std::move(prefix)) {}

  void line(const std::string& text) { text_ += text + "\n"; }
  void number(const std::string& key, std::uint64_t value) {
    line(fmt::format("#define {}_{} {}u", prefix_, key, value));
  }
  void address(const std::string& key, std::uint64_t value) {
    line(fmt::format("#define {}_{} UINT64_C(0x{:X})", prefix_, key, value));
  }
  void section(const std::string& text) { line(fmt::format("\n/* {} */", text)); }
  const std::string& prefix() const { return prefix_; }
  const std::string& text() const { return text_; }

 private:
  std::string prefix_;
  std::string text_;
};

void add_layers(const CompiledNet& net, Header& header) {
  header.section("Layers: shape, and the numbers of their commands");
  header.number("LAYERS", net.numbers.layers.size());
  for (std::size_t k = 0; k < net.numbers.layers.size(); ++k) {
    const golden::LayerNumbers& layer = net.numbers.layers[k];
    const auto field = [&](const char* key, int value) {
      header.number(fmt::format("LAYER{}_{}", k + 1, key), static_cast<std::uint64_t>(value));
    };
    field("M", layer.m);
    field("N", layer.n);
    field("ACT", layer.act);
    field("LEAK", layer.leak);
    field("SCALE", layer.scale);
    field("SHIFT", layer.shift);
    field("BACK_SCALE", layer.back_scale);
    field("BACK_SHIFT", layer.back_shift);
    field("RATE", layer.rate);
    field("RATE_SHIFT", layer.rate_shift);
    field("DECAY", layer.decay);
    field("BIAS_SCALE", layer.bias_scale);
    field("BIAS_SHIFT", layer.bias_shift);
  }
}

const char* const kHostText =
    "Lists: LOAD once, then FORWARD and BACKWARD for each batch with nothing else between them,\n"
    " * and SAVE before the weights are read or INFER is run; after INFER, LOAD again. BATCHES is "
    "1\n"
    " * but for INFER";

std::string arrow_line(const CompiledNet& net, const golden::Descriptor& d) {
  const golden::Transfer& t = d.transfer;
  const auto buffer = selected_buffer(t.buffer);
  std::string where = hex(t.address);
  for (const TensorArea& area : net.map.areas) {
    if (area.used && t.address >= area.address && t.address < area.address + area.bytes()) {
      where = fmt::format("{}+0x{:x}", area.name, t.address - area.address);
    }
  }
  const bool load = d.kind == DescriptorKind::load;
  return fmt::format("{} {} {} {}  {} x {} vectors{}{}", name(*buffer), t.base, load ? "<-" : "->",
                     where, t.blocks, t.vectors,
                     t.iteration_stride != 0 ? fmt::format(", +0x{:x} a batch", t.iteration_stride)
                                             : std::string(),
                     d.ahead ? ", ahead" : "");
}

std::string command_line(const golden::Command& c) {
  const golden::TrainingFields& t = c.training;
  const auto base = [&c](Buffer buffer) { return c.bases[static_cast<std::size_t>(buffer)]; };
  std::string flags;
  const auto flag = [&flags](bool set, const char* text) {
    if (set) flags += std::string(" ") + text;
  };
  flag(c.acc_psum, "acc_psum");
  flag(t.post, "post");
  flag(t.to_x, "to_x");
  flag(t.to_y, "to_y");
  flag(t.loss, "loss");
  flag(t.update, "update");
  flag(t.bgrad, "bgrad");
  const auto op = static_cast<Op>(c.op);
  std::string text =
      fmt::format("{} {} x {}, batch {}: x {}", name(op), c.m, c.n, c.b, base(Buffer::x));
  if (golden::uses(c, Buffer::delta)) text += fmt::format(" delta {}", base(Buffer::delta));
  if (golden::uses(c, Buffer::w)) text += fmt::format(" w {}", base(Buffer::w));
  if (golden::uses(c, Buffer::y)) text += fmt::format(" y {}", base(Buffer::y));
  if (golden::uses(c, Buffer::bias)) text += fmt::format(" bias {}", t.bias_base);
  if (golden::next_buffer(c)) text += fmt::format(" next {}", t.next_base);
  return text + ";" + flags;
}

std::string engines_of(std::uint32_t mask) {
  std::string text;
  for (int e = 0; e < kBusEngines; ++e) {
    const char letter = "lcs"[e];
    text += (mask >> e & 1U) != 0 ? letter : '-';
  }
  return text;
}

std::string descriptor_line(const CompiledNet& net, const golden::Descriptor& d) {
  switch (d.kind) {
    case DescriptorKind::end: return "";
    case DescriptorKind::next: return fmt::format("more {}, done {}", d.more, d.done);
    case DescriptorKind::compute: return command_line(d.command);
    case DescriptorKind::load:
    case DescriptorKind::store: break;
  }
  return arrow_line(net, d);
}

}  // namespace

std::string identifier(const std::string& name) {
  std::string text = name;
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '-' || c == '.'; }, '_');
  return text;
}

nlohmann::ordered_json memory_map_json(const Config& config, const CompiledNet& net,
                                       const NetTitle& title) {
  Json areas = Json::array();
  for (const TensorArea& area : net.map.areas) {
    if (area.used) areas.push_back(area_json(config, area));
  }
  Json lists = Json::array();
  for (const CompiledList& list : net.lists) lists.push_back(list_json(list));
  Json layers = Json::array();
  for (std::size_t k = 0; k < net.numbers.layers.size(); ++k) {
    layers.push_back(layer_json(net.numbers.layers[k], net.cut, k));
  }
  return {{"network", title.network},
          {"design", title.design},
          {"config_hash", fmt::format("{:016x}", title.hash)},
          {"loss", net.numbers.loss_on_chip ? "chip" : "host"},
          {"batch", net.numbers.batch},
          {"seed", title.seed},
          {"base", hex(net.map.base)},
          {"bytes", net.end - net.map.base},
          {"data_bits", config.data_bits},
          {"data_batches", title.data_batches},
          {"lists", lists},
          {"areas", areas},
          {"layers", layers}};
}

std::string net_header(const CompiledNet& net, const NetTitle& title) {
  Header header(upper(identifier(title.network)) + "_NET");
  const std::string guard = header.prefix() + "_H";
  header.line("/* Made by gradloom compile: where the network lies in memory. C99. */");
  header.line(fmt::format("#ifndef {}\n#define {}\n\n#include <stdint.h>\n", guard, guard));
  header.line(fmt::format("/* Network {} for design {}. The hash is that of the configuration. */",
                          title.network, title.design));
  header.line(fmt::format("#define {}_HASH_LO 0x{:08X}u", header.prefix(),
                          static_cast<std::uint32_t>(title.hash)));
  header.line(fmt::format("#define {}_HASH_HI 0x{:08X}u", header.prefix(),
                          static_cast<std::uint32_t>(title.hash >> 32)));
  header.number("SEED", title.seed);
  header.number("BATCH", static_cast<std::uint64_t>(net.numbers.batch));
  header.number("LOSS_ON_CHIP", net.numbers.loss_on_chip ? 1 : 0);
  header.section("The whole memory, as in image.bin");
  header.address("ADDRESS", net.map.base);
  header.address("BYTES", net.end - net.map.base);
  header.section(net.numbers.loss_on_chip ? "Lists: TRAIN and INFER, for BATCHES batches"
                                          : kHostText);
  for (const CompiledList& list : net.lists) {
    header.address(upper(list.name) + "_ADDRESS", list.address);
    header.number(upper(list.name) + "_LENGTH", list.length());
  }
  header.section("Tensors: first byte, bytes; of those with batches also how many, and the stride");
  for (const TensorArea& area : net.map.areas) {
    if (!area.used) continue;
    const std::string key = upper(area.name);
    header.address(key + "_ADDRESS", area.address);
    header.address(key + "_BYTES", area.bytes());
    if (area.batches == 1) continue;
    header.number(key + "_BATCHES", static_cast<std::uint64_t>(area.batches));
    header.address(key + "_STRIDE", area.batch_bytes);
  }
  add_layers(net, header);
  header.line("\n#endif");
  return header.text();
}

std::string listing(const Config& config, const CompiledNet& net) {
  std::string text = fmt::format(
      "Lists of descriptors for {}. wait and signal: l load, c compute, s store.\n", config.name);
  for (const CompiledList& list : net.lists) {
    text += fmt::format("\n{}: {}; {} descriptors from address {}\n", list.name, list.about,
                        list.length(), hex(list.address));
    text += "index  kind     wait signal\n";
    for (std::size_t i = 0; i < list.descriptors.size(); ++i) {
      const golden::Descriptor& d = list.descriptors[i];
      const bool tokens = d.kind != DescriptorKind::end && d.kind != DescriptorKind::next;
      std::string line = fmt::format("{:>5}  {:<8} {:<4} {:<7}{}", i, upper(name(d.kind)),
                                     tokens ? engines_of(d.wait) : "",
                                     tokens ? engines_of(d.signal) : "", descriptor_line(net, d));
      line.erase(line.find_last_not_of(' ') + 1);
      text += line + "\n";
    }
  }
  return text;
}

}  // namespace gradloom::compiler
