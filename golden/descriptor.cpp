// SPDX-License-Identifier: Apache-2.0
#include "golden/descriptor.hpp"

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <vector>

#include "golden/ports.hpp"

namespace gradloom::golden {
namespace {

std::uint32_t mask(int bits) { return bits >= 32 ? ~0U : (1U << static_cast<unsigned>(bits)) - 1U; }

std::uint32_t get(const DescriptorWords& words, const DescriptorField& field) {
  return words[static_cast<std::size_t>(field.word)] >> static_cast<unsigned>(field.lsb) &
         mask(field.width);
}

void put(DescriptorWords& words, const DescriptorField& field, std::uint32_t value) {
  words[static_cast<std::size_t>(field.word)] |= (value & mask(field.width))
                                                 << static_cast<unsigned>(field.lsb);
}

/// Calls `field(name, member)` for each field of a descriptor, always in the same order.
template <typename AnyDescriptor, typename Visitor>
void visit(AnyDescriptor& d, DescriptorKind kind, Visitor field) {
  field("wait", d.wait);
  field("signal", d.signal);
  field("ahead", d.ahead);
  if (kind == DescriptorKind::load || kind == DescriptorKind::store) {
    auto& transfer = d.transfer;
    field("buffer", transfer.buffer);
    field("base", transfer.base);
    field("vectors", transfer.vectors);
    field("blocks", transfer.blocks);
    field("block_stride", transfer.block_stride);
    field("iteration_stride", transfer.iteration_stride);
    field("bank_stride", transfer.bank_stride);
    field("last_lanes", transfer.last_lanes);
  }
  if (kind == DescriptorKind::next) {
    field("more", d.more);
    field("done", d.done);
  }
  if (kind != DescriptorKind::compute) return;
  auto& command = d.command;
  auto& t = command.training;
  field("op", command.op);
  field("sched", command.schedule);
  field("acc_psum", command.acc_psum);
  field("acc_dw", command.acc_dw);
  field("post", t.post);
  field("to_x", t.to_x);
  field("to_y", t.to_y);
  field("loss", t.loss);
  field("update", t.update);
  field("bgrad", t.bgrad);
  field("sr_post", t.sr_post);
  field("sr_update", t.sr_update);
  field("act", t.act);
  field("leak", t.leak);
  field("m", command.m);
  field("n", command.n);
  field("b", command.b);
  field("next_base", t.next_base);
  field("x_base", command.bases[0]);
  field("delta_base", command.bases[1]);
  field("w_base", command.bases[2]);
  field("y_base", command.bases[3]);
  field("dx_base", command.bases[4]);
  field("dw_base", command.bases[5]);
  field("bias_base", t.bias_base);
  field("scale", t.scale);
  field("shift", t.shift);
  field("bias_scale", t.bias_scale);
  field("bias_shift", t.bias_shift);
  field("rate", t.rate);
  field("rate_shift", t.rate_shift);
  field("decay", t.decay);
}

DescriptorField field_named(DescriptorKind kind, const std::string& name) {
  for (const std::vector<DescriptorField>* list : {&common_fields(), &kind_fields(kind)}) {
    for (const DescriptorField& field : *list) {
      if (field.name == name) return field;
    }
  }
  throw std::logic_error("a descriptor has no field " + name);
}

/// The layout of a kind.
struct Layout {
  DescriptorField kind;
  DescriptorField version;
  std::vector<DescriptorField> visited;  ///< in the order of visit()
  DescriptorField addr_lo;               ///< LOAD, STORE
  DescriptorField addr_hi;
  DescriptorWords reserved{};
};

Layout make_layout(DescriptorKind kind) {
  Layout layout;
  layout.kind = field_named(kind, "kind");
  layout.version = field_named(kind, "version");
  const Descriptor descriptor;
  visit(descriptor, kind, [&](const char* name, const auto& /*value*/) {
    layout.visited.push_back(field_named(kind, name));
  });
  if (kind == DescriptorKind::load || kind == DescriptorKind::store) {
    layout.addr_lo = field_named(kind, "addr_lo");
    layout.addr_hi = field_named(kind, "addr_hi");
  }
  for (int word = 0; word < kDescriptorWords; ++word) {
    layout.reserved[static_cast<std::size_t>(word)] = reserved_bits(kind, word);
  }
  return layout;
}

const Layout& layout_of(DescriptorKind kind) {
  static const std::array<Layout, kDescriptorKinds> layouts{
      make_layout(DescriptorKind::end), make_layout(DescriptorKind::load),
      make_layout(DescriptorKind::store), make_layout(DescriptorKind::compute),
      make_layout(DescriptorKind::next)};
  return layouts.at(static_cast<std::size_t>(kind));
}

bool moves(DescriptorKind kind) {
  return kind == DescriptorKind::load || kind == DescriptorKind::store;
}

bool bad_sync(const Descriptor& d) {
  const std::uint32_t tokens = d.wait | d.signal;
  if (d.ahead && d.kind != DescriptorKind::load) return true;
  if (d.kind == DescriptorKind::end || d.kind == DescriptorKind::next) return tokens != 0;
  return (tokens & bit(engine_of(d.kind))) != 0;
}

RunError check_transfer(const Config& config, const Transfer& t, std::uint32_t iteration) {
  const std::optional<Buffer> buffer = selected_buffer(t.buffer);
  if (!buffer) return RunError::bad_buffer;
  if (t.vectors == 0 || t.blocks == 0) return RunError::zero_size;
  const std::uint64_t last = t.base + std::uint64_t{t.blocks - 1} * t.bank_stride + (t.vectors - 1);
  if (last >= static_cast<std::uint64_t>(depth(config, *buffer))) return RunError::no_fit;
  const auto beat = static_cast<std::uint64_t>(config.data_bits) / 8;
  if (t.address % beat != 0 || t.block_stride % beat != 0 || t.iteration_stride % beat != 0) {
    return RunError::bad_address;
  }
  // The products stay far below 2^64; the sum with the address may wrap at 64 bits.
  const ByteSpan span = byte_span(config, t, iteration);
  const std::uint64_t end = span.first + (span.count - 1);
  const std::uint64_t top = ~std::uint64_t{0} >> (64 - config.address_bits);
  if (span.first < t.address || end < span.first || end > top) return RunError::bad_address;
  if (t.last_lanes < 1 || t.last_lanes > static_cast<std::uint32_t>(config.cols)) {
    return RunError::bad_lanes;
  }
  return RunError::none;
}

/// True if a field has more bits than the pin of the core.
bool beyond_pins(const Config& config, const Command& command) {
  const Derived widths = derive(config);
  const TrainingFields& t = command.training;
  const auto beyond = [](std::uint32_t value, int bits) { return (value & ~mask(bits)) != 0; };
  for (const std::uint32_t base : command.bases) {
    if (beyond(base, widths.addr_w)) return true;
  }
  for (const std::uint32_t size : {command.m, command.n, command.b}) {
    if (beyond(size, widths.dim_w)) return true;
  }
  const int factor = config.operand_bits - 1;
  return beyond(t.bias_base, widths.addr_w) || beyond(t.next_base, widths.addr_w) ||
         beyond(t.rate, factor) || beyond(t.rate_shift, widths.rate_shift_w) ||
         beyond(t.decay, config.training.weight_decay ? factor : 0);
}

}  // namespace

BusEngine engine_of(DescriptorKind kind) {
  if (kind == DescriptorKind::load) return BusEngine::load;
  return kind == DescriptorKind::store ? BusEngine::store : BusEngine::compute;
}

DescriptorWords encode(const Descriptor& d) {
  const Layout& layout = layout_of(d.kind);
  DescriptorWords words{};
  put(words, layout.kind, static_cast<std::uint32_t>(d.kind));
  put(words, layout.version, kDescriptorVersion);
  std::size_t i = 0;
  visit(d, d.kind, [&](const char* /*name*/, const auto& value) {
    put(words, layout.visited[i++], static_cast<std::uint32_t>(value));
  });
  if (moves(d.kind)) {
    put(words, layout.addr_lo, static_cast<std::uint32_t>(d.transfer.address));
    put(words, layout.addr_hi, static_cast<std::uint32_t>(d.transfer.address >> 32));
  }
  return words;
}

Descriptor decode(const DescriptorWords& words) {
  Descriptor d;
  const std::uint32_t kind = get(words, layout_of(DescriptorKind::end).kind);
  if (kind >= kDescriptorKinds) return d;
  d.kind = static_cast<DescriptorKind>(kind);
  const Layout& layout = layout_of(d.kind);
  std::size_t i = 0;
  visit(d, d.kind, [&]<typename T>(const char* /*name*/, T& value) {
    value = static_cast<T>(get(words, layout.visited[i++]));
  });
  if (moves(d.kind)) {
    d.transfer.address =
        std::uint64_t{get(words, layout.addr_hi)} << 32 | std::uint64_t{get(words, layout.addr_lo)};
  }
  return d;
}

std::string run_code_name(int code) {
  constexpr int kCommand = static_cast<int>(RunError::command);
  if (code > kCommand && code <= kCommand + static_cast<int>(Status::no_fit_bias)) {
    return std::string("command ") + name(static_cast<Status>(code - kCommand));
  }
  return code < 0 || code > 255 ? "unknown" : name(static_cast<RunError>(code));
}

int vector_bytes(const Config& config, Buffer buffer) {
  return vector_beats(config, buffer) * beat_bytes(config);
}

ByteSpan byte_span(const Config& config, const Transfer& t, std::uint32_t iteration) {
  const auto bytes = static_cast<std::uint64_t>(vector_bytes(config, *selected_buffer(t.buffer)));
  return {t.address + std::uint64_t{iteration} * t.iteration_stride,
          std::uint64_t{t.blocks - 1} * t.block_stride + t.vectors * bytes};
}

RunError check_descriptor(const Config& config, const DescriptorWords& words,
                          const FetchPlace& place) {
  const Layout& common = layout_of(DescriptorKind::end);
  if (get(words, common.version) != kDescriptorVersion) return RunError::bad_version;
  if (get(words, common.kind) >= kDescriptorKinds) return RunError::bad_kind;
  const Descriptor d = decode(words);
  const DescriptorWords& reserved = layout_of(d.kind).reserved;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if ((words[i] & reserved[i]) != 0) return RunError::reserved;
  }
  if (bad_sync(d)) return RunError::bad_sync;
  if (d.kind == DescriptorKind::end) return RunError::none;
  if (d.kind == DescriptorKind::next) {
    const bool good = d.more <= place.index && d.done > place.index && d.done < place.length;
    return good ? RunError::none : RunError::bad_target;
  }
  if (moves(d.kind)) {
    const RunError code = check_transfer(config, d.transfer, place.iteration);
    if (code != RunError::none) return code;
  }
  if (place.index + 1 == place.length) return RunError::no_end;
  const bool bad_field = d.kind == DescriptorKind::compute && beyond_pins(config, d.command);
  return bad_field ? RunError::bad_field : RunError::none;
}

RunError check_list(const Config& config, std::uint64_t address, std::uint32_t length,
                    std::uint32_t batches) {
  const std::uint64_t top = ~std::uint64_t{0} >> (64 - config.address_bits);
  if (address % kDescriptorBytes != 0 || length == 0 || batches == 0) return RunError::bad_list;
  const std::uint64_t bytes = std::uint64_t{length} * kDescriptorBytes;
  return address > top || bytes - 1 > top - address ? RunError::bad_list : RunError::none;
}

}  // namespace gradloom::golden
