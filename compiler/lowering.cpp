// SPDX-License-Identifier: Apache-2.0
#include "compiler/lowering.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "compiler/cut_search.hpp"
#include "compiler/list_builder.hpp"
#include "golden/bus_layout.hpp"
#include "golden/error.hpp"

namespace gradloom::compiler {
namespace {

NetCut cut_of_steps(const Config& config, const golden::NetNumbers& numbers,
                    const std::vector<int>& steps, Purpose purpose) {
  NetCut cut = even_cut(numbers, config.cols, 1);
  if (steps.size() != cut.size()) {
    throw InputError(fmt::format("found {} chunk sizes, allowed one for each of the {} widths",
                                 steps.size(), cut.size()));
  }
  for (std::size_t i = 0; i < cut.size(); ++i) {
    cut[i].step = std::clamp(steps[i], 1, cut[i].tiles());
  }
  const std::string text = misfit(config, numbers, cut, purpose);
  if (!text.empty()) throw InputError(text);
  return cut;
}

void place_lists(const Config& config, CompiledNet& net) {
  std::uint64_t at = net.map.lists;
  const std::uint64_t top = ~std::uint64_t{0} >> (64 - config.address_bits);
  for (CompiledList& list : net.lists) {
    if (list.descriptors.size() > golden::kMaxListLength) {
      throw InputError(
          fmt::format("list {}: found {} descriptors, allowed {}; deeper buffers need fewer",
                      list.name, list.descriptors.size(), golden::kMaxListLength));
    }
    list.address = at;
    at = aligned(at + list.descriptors.size() * kDescriptorBytes, 0);
  }
  net.end = at;
  if (at - 1 > top || at < net.map.base) {
    throw InputError(
        fmt::format("found {} bytes from address 0x{:x} on, allowed addresses of {} "
                    "bits (host.address_bits)",
                    at - net.map.base, net.map.base, config.address_bits));
  }
}

/// Offsets in areas become addresses.
void relocate(const NetMap& map, const std::vector<RawList>& raw, CompiledNet& net) {
  for (std::size_t l = 0; l < raw.size(); ++l) {
    for (std::size_t i = 0; i < raw[l].areas.size(); ++i) {
      if (raw[l].areas[i] == kNoArea) continue;
      golden::Descriptor& d = net.lists[l].descriptors[i];
      d.transfer.address += map.areas[static_cast<std::size_t>(raw[l].areas[i])].address;
    }
  }
}

void mark_used(const std::vector<RawList>& raw, NetMap& map) {
  for (const RawList& list : raw) {
    for (const int area : list.areas) {
      if (area != kNoArea) map.areas[static_cast<std::size_t>(area)].used = true;
    }
  }
}

}  // namespace

const CompiledList& CompiledNet::list(const std::string& name) const {
  const auto found = std::find_if(lists.begin(), lists.end(),
                                  [&name](const CompiledList& l) { return l.name == name; });
  if (found == lists.end()) throw std::invalid_argument("no list " + name);
  return *found;
}

std::vector<golden::LayerCut> CompiledNet::layer_cuts() const {
  std::vector<golden::LayerCut> cuts;
  for (std::size_t k = 0; k + 1 < cut.size(); ++k) {
    const WidthCut& in = cut[k];
    const WidthCut& out = cut[k + 1];
    cuts.push_back(
        {in.chunks() > 1 ? in.step * in.lanes : 0, out.chunks() > 1 ? out.step * out.lanes : 0});
  }
  return cuts;
}

CompiledNet lower(const Config& config, const golden::NetNumbers& numbers,
                  const LowerOptions& options) {
  CompiledNet net;
  net.numbers = numbers;
  net.purpose = numbers.loss_on_chip ? Purpose::train : Purpose::host;
  require_possible(config, numbers, net.purpose);
  if (options.batches < 1 || options.batches > static_cast<int>(golden::kMaxIterations)) {
    throw InputError(
        fmt::format("batches: found {}, allowed 1..{}", options.batches, golden::kMaxIterations));
  }
  net.map = make_map(config, numbers, options.batches);
  const ListContext context{config,         numbers, net.map, net.purpose, options.keep_outputs,
                            options.batches};
  CutChoice choice;
  if (options.steps.empty()) {
    choice = search_cut(context);
  } else {
    choice.cut = cut_of_steps(config, numbers, options.steps, net.purpose);
  }
  net.cut = choice.cut;
  net.pins = choose_pins(config, net.cut, net.map, choice.passing);
  const std::vector<RawList> raw = build_lists(context, net.cut, net.pins);
  mark_used(raw, net.map);
  place_areas(net.map, options.base);
  for (const RawList& list : raw) net.lists.push_back(list.list);
  relocate(net.map, raw, net);
  place_lists(config, net);
  for (CompiledList& list : net.lists) {
    list.cycles =
        estimate(config, list.descriptors, list.repeats ? std::min(options.batches, 4) : 1);
  }
  return net;
}

std::vector<std::uint8_t> list_bytes(const CompiledNet& net) {
  std::vector<std::uint8_t> bytes;
  for (const CompiledList& list : net.lists) {
    bytes.resize(list.address - net.map.lists);
    for (const golden::Descriptor& d : list.descriptors) {
      for (const std::uint32_t word : golden::encode(d)) {
        for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(word >> (8 * i)));
      }
    }
  }
  return bytes;
}

std::vector<std::uint8_t> memory_image(const Config& config, const CompiledNet& net,
                                       const std::vector<golden::LayerState>& state) {
  std::vector<std::uint8_t> image(net.end - net.map.base);
  for (std::size_t k = 0; k < net.numbers.layers.size(); ++k) {
    const golden::LayerState& layer = state.at(k);
    const auto n = static_cast<std::size_t>(net.numbers.layers[k].n);
    pack(config, net.map.areas[net.map.weights + k], 0, net.map.base, image, [&](int row, int col) {
      return layer.masters[static_cast<std::size_t>(row) * n + static_cast<std::size_t>(col)];
    });
    pack(config, net.map.areas[net.map.biases + k], 0, net.map.base, image,
         [&](int /*row*/, int col) { return layer.bias[static_cast<std::size_t>(col)]; });
  }
  const std::vector<std::uint8_t> lists = list_bytes(net);
  std::copy(lists.begin(), lists.end(),
            image.begin() + static_cast<std::ptrdiff_t>(net.map.lists - net.map.base));
  return image;
}

std::vector<golden::LayerState> read_state(const Config& config, const CompiledNet& net,
                                           const std::vector<std::uint8_t>& image) {
  std::vector<golden::LayerState> state;
  for (std::size_t k = 0; k < net.numbers.layers.size(); ++k) {
    const golden::LayerNumbers& numbers = net.numbers.layers[k];
    const auto n = static_cast<std::size_t>(numbers.n);
    golden::LayerState layer;
    layer.masters.resize(static_cast<std::size_t>(numbers.m) * n);
    layer.bias.resize(n);
    unpack(config, net.map.areas[net.map.weights + k], 0, net.map.base, image,
           [&](int row, int col, std::int64_t value) {
             layer.masters[static_cast<std::size_t>(row) * n + static_cast<std::size_t>(col)] =
                 static_cast<std::int32_t>(value);
           });
    unpack(config, net.map.areas[net.map.biases + k], 0, net.map.base, image,
           [&](int /*row*/, int col, std::int64_t value) {
             layer.bias[static_cast<std::size_t>(col)] = value;
           });
    state.push_back(std::move(layer));
  }
  return state;
}

void write_batch(const Config& config, const CompiledNet& net, std::size_t area, int batch,
                 const golden::Operands& values, std::vector<std::uint8_t>& image) {
  pack(config, net.map.areas[area], batch, net.map.base, image,
       [&](int row, int col) { return values.at(row, col); });
}

golden::Operands read_batch(const Config& config, const CompiledNet& net, std::size_t area,
                            int batch, const std::vector<std::uint8_t>& image) {
  const TensorArea& place = net.map.areas[area];
  golden::Operands values(place.vectors, place.features);
  unpack(config, place, batch, net.map.base, image, [&](int row, int col, std::int64_t value) {
    values.at(row, col) = static_cast<std::int16_t>(value);
  });
  return values;
}

}  // namespace gradloom::compiler
