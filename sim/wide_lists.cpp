// SPDX-License-Identifier: Apache-2.0
#include "sim/wide_lists.hpp"

#include <algorithm>

namespace gradloom {
namespace {

using Kind = DescriptorKind;
using golden::Transfer;

constexpr std::uint64_t kWideStream = 0xA433;
constexpr std::uint64_t kLength = golden::kMaxListLength;

DescriptorWords words_of(Kind kind, const Transfer& transfer) {
  golden::Descriptor d;
  d.kind = kind;
  d.transfer = transfer;
  return golden::encode(d);
}

}  // namespace

WideLists::WideLists(const Config& config, std::uint64_t seed)
    : config_(config), prng_(make_prng(seed, kWideStream)) {}

WideList WideLists::empty() {
  WideList list;
  list.length = static_cast<std::uint32_t>(kLength);
  const std::uint64_t places = last_address() / kDescriptorBytes + 1;
  list.address = any(places - kLength) * kDescriptorBytes;
  return list;
}

// A list of one descriptor and END.
WideList WideLists::single(const DescriptorWords& words) {
  WideList list = empty();
  list.length = 2;
  list.descriptors[0] = words;
  list.descriptors[1] = make_descriptor(Kind::end, {});
  return list;
}

// `end`: 0 END, 1 a bad descriptor, 2 an error of the bus.
WideList WideLists::chain(int end) {
  WideList list = empty();
  list.batches = 1 + static_cast<std::uint32_t>(any(3) == 0 ? any(200) : any(3));
  std::uint32_t index = 0;
  bool store = false;
  const int links = 1 + static_cast<int>(any(3));
  std::uint32_t victim = 0;
  for (int i = 0; i < links; ++i) {
    // The first NEXT goes round until the last iteration has come.
    const auto room = static_cast<std::uint64_t>(links - i);
    const auto next = index + 1 + static_cast<std::uint32_t>(any((kLength - 8 - index) / room));
    list.descriptors[index] = make_descriptor(Kind::next, {{"more", index}, {"done", next}});
    list.descriptors[next] = add_transfer(list, store, i > 0);
    victim = next;
    store = !store;
    index = next + 1;
  }
  list.descriptors[index] = make_descriptor(Kind::end, {});
  if (end == 1) invert_bit(list, any(3) == 0 ? index : victim);
  if (end == 2) add_fault(list, victim);
  return list;
}

// The last block or iteration begins 2^bit bytes behind the first. False if no fields say so.
std::optional<WideList> WideLists::far(int bit, bool by_iteration) {
  constexpr int kMostLog = 31;
  const int times = std::max(0, bit - kMostLog);
  if (times > (by_iteration ? 7 : 15)) return std::nullopt;
  Transfer t = plain();
  const std::uint32_t stride = std::uint32_t{1} << (bit - times);
  if (by_iteration) {
    t.iteration_stride = stride;
  } else {
    t.block_stride = stride;
    t.blocks = (1U << times) + 1;
  }
  WideList list = empty();
  list.batches = by_iteration ? (1U << times) + 1 : 1;
  list.length = 3;
  list.descriptors[0] = make_descriptor(Kind::next, {{"more", 0}, {"done", 1}});
  list.descriptors[1] = words_of(Kind::load, t);
  list.descriptors[2] = make_descriptor(Kind::end, {});
  return list;
}

// The last bank address is 2^bit.
WideList WideLists::deep(int bit) {
  const int times = std::max(0, bit - 15);
  Transfer t = plain();
  t.blocks = (1U << times) + 1;
  t.bank_stride = 1U << (bit - times);
  return single(words_of(Kind::load, t));
}

WideList WideLists::top() {
  Transfer t = blocks_of_x();
  t.block_stride = wide_stride();
  t.address = last_address() - golden::byte_span(config_, t, 0).count + 1;
  return single(words_of(Kind::load, t));
}

WideList WideLists::beyond_top(int bit) {
  Transfer t = blocks_of_x();
  t.blocks = 4;
  t.block_stride = std::uint32_t{1} << std::min(bit, 31);
  t.address = last_address() - golden::byte_span(config_, t, 0).count + 1;
  t.address += std::uint64_t{1} << bit;
  return single(words_of(Kind::load, t));
}

WideList WideLists::list_at_top(std::uint32_t length, std::uint32_t beyond) {
  WideList list;
  list.length = length;
  list.address = last_address() + 1 - (std::uint64_t{length} - beyond) * kDescriptorBytes;
  list.descriptors[0] = make_descriptor(Kind::end, {});
  return list;
}

// As many blocks as can be, of a vector each, in and out.
WideList WideLists::many_blocks() {
  WideList list = empty();
  // Far from what is stored.
  list.address = std::max(list.address, std::uint64_t{1} << 24);
  list.length = 3;
  Transfer t = plain();
  t.blocks = 0xFFFF;
  t.block_stride = static_cast<std::uint32_t>(beat_bytes(config_));
  list.data.emplace_back(t.address, random_bytes(0x10000 * beat()));
  list.descriptors[0] = words_of(Kind::load, t);
  t.buffer = static_cast<std::uint32_t>(select_code(Buffer::w));
  t.address = t.address + 0x20000 * beat();
  list.descriptors[1] = words_of(Kind::store, t);
  list.descriptors[2] = make_descriptor(Kind::end, {});
  return list;
}

// COMPUTEs that wait for a LOAD of so many blocks: the queue is full, one more is offered.
WideList WideLists::waiting(int blocks) {
  WideList list = empty();
  Transfer t = plain();
  t.blocks = static_cast<std::uint32_t>(blocks);
  list.descriptors[0] = words_of(Kind::load, t);
  set_field(list.descriptors[0], Kind::load, "signal", engine_bit(BusEngine::compute));
  const std::uint32_t computes = static_cast<std::uint32_t>(config_.queue_depth) + 1;
  for (std::uint32_t i = 1; i <= computes; ++i) {
    list.descriptors[i] = make_descriptor(
        Kind::compute, {{"op", first_op()}, {"m", 1}, {"n", 1}, {"b", 1}, {"wait", i == 1}});
  }
  list.descriptors[computes + 1] = make_descriptor(Kind::end, {});
  list.length = computes + 2;
  return list;
}

std::uint64_t WideLists::first_op() const {
  for (const Op op : {Op::fprop, Op::dgrad, Op::wgrad}) {
    if (built(config_, op)) return static_cast<std::uint64_t>(op);
  }
  return static_cast<std::uint64_t>(Op::backward);
}

// A vector of X at the lowest addresses.
Transfer WideLists::plain() const {
  Transfer t;
  t.buffer = static_cast<std::uint32_t>(select_code(Buffer::x));
  t.vectors = t.blocks = 1;
  t.last_lanes = static_cast<std::uint32_t>(config_.cols);
  return t;
}

// Up to four vectors in each of up to four blocks, at the lowest addresses.
Transfer WideLists::blocks_of_x() {
  Transfer t = plain();
  t.blocks = static_cast<std::uint32_t>(1 + any(4));
  t.vectors = static_cast<std::uint32_t>(1 + any(4));
  t.vectors = std::min(t.vectors, static_cast<std::uint32_t>(config_.buffers.x));
  return t;
}

std::vector<std::uint8_t> WideLists::random_bytes(std::uint64_t count) {
  std::vector<std::uint8_t> bytes(count);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(prng_());
  return bytes;
}

std::uint32_t WideLists::wide_stride() {
  return static_cast<std::uint32_t>((prng_() & 0xFFFFFFFF) >> any(12)) &
         ~static_cast<std::uint32_t>(beat() - 1);
}

// X only: words that any bits may be written to.
DescriptorWords WideLists::add_transfer(WideList& list, bool store, bool wait) {
  const auto depth = static_cast<std::uint64_t>(config_.buffers.x);
  Transfer t = plain();
  golden::ByteSpan span;
  do {
    t.vectors = static_cast<std::uint32_t>(1 + any(std::min<std::uint64_t>(depth, 4)));
    t.blocks = static_cast<std::uint32_t>(1 + any(4));
    t.block_stride = wide_stride();
    t.iteration_stride = wide_stride();
    t.last_lanes = static_cast<std::uint32_t>(1 + any(static_cast<std::uint64_t>(config_.cols)));
    const std::uint64_t room = depth - t.vectors;
    t.bank_stride = t.blocks > 1 ? static_cast<std::uint32_t>(any(room / (t.blocks - 1) + 1)) : 0;
    t.base = static_cast<std::uint32_t>(any(room - (t.blocks - 1) * t.bank_stride + 1));
    t.address = any(last_address() / beat()) * beat();
    span = golden::byte_span(config_, t, list.batches - 1);
  } while (span.first < t.address || span.first > last_address() ||
           span.count > last_address() - span.first);
  const std::uint64_t block =
      t.vectors * static_cast<std::uint64_t>(golden::vector_bytes(config_, Buffer::x));
  for (std::uint32_t i = 0; i < t.blocks && !store; ++i) {
    list.data.emplace_back(span.first + std::uint64_t{i} * t.block_stride, random_bytes(block));
  }
  const Kind kind = store ? Kind::store : Kind::load;
  DescriptorWords words = words_of(kind, t);
  const BusEngine other = store ? BusEngine::load : BusEngine::store;
  if (wait) set_field(words, kind, "wait", engine_bit(other));
  set_field(words, kind, "signal", engine_bit(other));
  return words;
}

// Only where that is an error: nobody knows what a good one would do.
void WideLists::invert_bit(WideList& list, std::uint32_t index) {
  const DescriptorWords good = list.descriptors[index];
  RunError error = RunError::none;
  while (error == RunError::none) {
    DescriptorWords& words = list.descriptors[index] = good;
    const std::uint64_t bit = any(32 * kDescriptorWords);
    words[bit / 32] ^= 1U << (bit % 32);
    error = golden::check_descriptor(config_, words, {index, list.length, list.batches - 1});
  }
}

void WideLists::add_fault(WideList& list, std::uint32_t transfer) {
  const golden::Descriptor d = golden::decode(list.descriptors[transfer]);
  AxiFault fault;
  fault.response = any(2) == 0 ? AxiResponse::slverr : AxiResponse::decerr;
  fault.bytes = 1;
  fault.direction = d.kind == Kind::store ? AxiDirection::write : AxiDirection::read;
  fault.address = golden::byte_span(config_, d.transfer, list.batches - 1).first;
  if (any(2) == 0) {
    fault.direction = AxiDirection::read;
    fault.address = list.address + std::uint64_t{transfer} * kDescriptorBytes + 5;
  }
  list.fault = fault;
}

}  // namespace gradloom
