// SPDX-License-Identifier: Apache-2.0
#include "sim/chip_image.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>
#include <utility>

#include "golden/bus_layout.hpp"
#include "golden/command.hpp"
#include "sim/prng.hpp"
#include "sim/region.hpp"
#include "sim/training_commands.hpp"

namespace gradloom {
namespace {

using golden::Command;
using golden::Descriptor;
using Kind = DescriptorKind;
using golden::Transfer;
using Unit = BusEngine;

constexpr std::uint64_t kListStream = 0xC9;
constexpr std::uint64_t kPage = 4096;
constexpr std::uint64_t kSpareVectors = 40;
constexpr std::uint64_t kMostFillVectors = 200;
// Spaces of intervals that are not in a buffer. All descriptors read kOrder, a barrier writes it.
constexpr int kMemory = kBufferCount;
constexpr int kOrder = kBufferCount + 1;
constexpr std::size_t kUnits = kBusEngines;

// Words of a buffer, or bytes of the memory.
struct Interval {
  int space = 0;
  std::uint64_t first = 0;
  std::uint64_t end = 0;
  bool written = false;
};

bool conflict(const std::vector<Interval>& a, const std::vector<Interval>& b) {
  for (const Interval& x : a) {
    for (const Interval& y : b) {
      if (x.space == y.space && (x.written || y.written) && x.first < y.end && y.first < x.end) {
        return true;
      }
    }
  }
  return false;
}

std::size_t at(Unit unit) { return static_cast<std::size_t>(unit); }

// Gives tokens where the order of two descriptors of different units can be told.
class Tokens {
 public:
  explicit Tokens(std::vector<Descriptor>& list) : list_(list) { forget_before(0); }

  // Everything in front of this descriptor is done when it is.
  void forget_before(std::size_t index) {
    uses_.erase(uses_.begin(), uses_.begin() + static_cast<std::ptrdiff_t>(index - begin_));
    begin_ = index;
    for (auto& row : known_) row.fill(index);
  }

  // A descriptor that was just put at the end of the list.
  void add(std::vector<Interval> uses) {
    Descriptor& self = list_.back();
    const std::size_t own = at(golden::engine_of(self.kind));
    for (std::size_t other = 0; other < kUnits; ++other) {
      const std::optional<std::size_t> needed = last_conflict(other, uses);
      std::size_t& known = known_[other][own];  // all in front of it are done
      if (other == own || !needed || *needed < known) continue;
      list_[*needed].signal |= 1U << own;
      self.wait |= 1U << other;
      known = *needed + 1;
    }
    uses_.push_back(std::move(uses));
  }

 private:
  // The last descriptor of the unit that must be done before.
  std::optional<std::size_t> last_conflict(std::size_t unit, const std::vector<Interval>& uses) {
    for (std::size_t i = list_.size() - 1; i-- > begin_;) {
      if (at(golden::engine_of(list_[i].kind)) == unit && conflict(uses_[i - begin_], uses))
        return i;
    }
    return std::nullopt;
  }

  std::vector<Descriptor>& list_;
  std::size_t begin_ = 0;
  std::vector<std::vector<Interval>> uses_;
  std::array<std::array<std::size_t, kUnits>, kUnits> known_{};
};

class ListMaker {
 public:
  ListMaker(const Config& config, std::uint64_t seed)
      : config_(config), prng_(make_prng(seed, kListStream)), tokens_(list_) {}

  ChipImage make(int count, bool fill) {
    image_.batches = static_cast<std::uint32_t>(pick(prng_, 1, 4));
    lay_out(count);
    for (int i = 0; i < kBufferCount && fill; ++i) load_all(static_cast<Buffer>(i));
    // What the loop finds, and leaves: a barrier whose tokens are taken by the first LOAD and the
    // first COMPUTE of the loop.
    barrier();
    tokens_.forget_before(list_.size() - 1);
    const std::size_t body = list_.size();
    while (!add_transfer(Kind::load)) continue;
    add_command();
    for (int i = 0; i < count; ++i) add_any();
    barrier();
    list_.back().signal = golden::bit(Unit::load) | golden::bit(Unit::compute);
    Descriptor next;
    next.kind = Kind::next;
    next.more = static_cast<std::uint32_t>(body);
    next.done = static_cast<std::uint32_t>(list_.size() + 1);
    list_.push_back(next);
    list_.push_back({});
    return finish();
  }

 private:
  struct Area {
    std::uint64_t first = 0;
    std::uint64_t bytes = 0;
  };

  std::uint64_t any(std::uint64_t count) { return below(prng_, count); }
  std::uint64_t beat() const { return static_cast<std::uint64_t>(beat_bytes(config_)); }
  std::uint64_t vector_bytes(Buffer buffer) const {
    return static_cast<std::uint64_t>(vector_beats(config_, buffer)) * beat();
  }
  Area& area(Buffer buffer) { return areas_.at(static_cast<std::size_t>(buffer)); }

  // The list, and an area for each buffer, which holds its elements only.
  void lay_out(int count) {
    const std::uint64_t list_bytes_at_most =
        (static_cast<std::uint64_t>(count) + 32) * kDescriptorBytes;
    std::uint64_t end = list_bytes_at_most;
    for (int i = 0; i < kBufferCount; ++i) {
      const auto buffer = static_cast<Buffer>(i);
      Area& part = area(buffer);
      part.first = end + any(8) * beat();
      part.bytes = (fill_vectors(buffer) + kSpareVectors) * vector_bytes(buffer);
      end = part.first + part.bytes;
    }
    const std::uint64_t pages = end / kPage + 2;
    const std::uint64_t top = (~std::uint64_t{0} >> (64 - config_.address_bits)) / kPage;
    image_.base = any(top - pages) * kPage;
    for (Area& part : areas_) part.first += image_.base;
    image_.bytes.resize(pages * kPage);
    for (std::uint8_t& byte : image_.bytes) byte = static_cast<std::uint8_t>(prng_());
    fill_derivatives();
    image_.list_address = image_.base;
    image_.seed = static_cast<std::uint32_t>(prng_());
  }

  // Derivative codes end at 2^(p-1), or at 1.
  void fill_derivatives() {
    const auto bytes = static_cast<std::uint64_t>(element_bytes(config_, Buffer::deriv));
    const std::uint64_t most =
        wide_derivative(config_) ? std::uint64_t{1} << (config_.operand_bits - 1) : 1;
    const Area& codes = area(Buffer::deriv);
    const std::uint64_t first = codes.first - image_.base;
    for (std::uint64_t i = 0; i < codes.bytes; i += bytes) {
      const std::uint64_t code = any(most + 1);
      for (std::uint64_t k = 0; k < bytes; ++k) {
        image_.bytes.at(first + i + k) = static_cast<std::uint8_t>(code >> (8 * k));
      }
    }
  }

  void push(const Descriptor& descriptor, std::vector<Interval> uses) {
    list_.push_back(descriptor);
    uses.push_back({kOrder, 0, 1, false});
    tokens_.add(std::move(uses));
  }

  void push_transfer(Kind kind, const Transfer& transfer) {
    Descriptor d;
    d.kind = kind;
    d.transfer = transfer;
    const bool load = kind == Kind::load;
    const Buffer buffer = *selected_buffer(transfer.buffer);
    const golden::ByteSpan first = golden::byte_span(config_, transfer, 0);
    const golden::ByteSpan last = golden::byte_span(config_, transfer, image_.batches - 1);
    const std::uint64_t end_word = transfer.base +
                                   std::uint64_t{transfer.blocks - 1} * transfer.bank_stride +
                                   transfer.vectors;
    push(d, {{kMemory, first.first, last.first + last.count, !load},
             {static_cast<int>(buffer), transfer.base, end_word, load}});
  }

  std::uint64_t words(Buffer buffer) const {
    return static_cast<std::uint64_t>(depth(config_, buffer));
  }

  std::uint64_t fill_vectors(Buffer buffer) const {
    return std::min(words(buffer), kMostFillVectors);
  }

  // The whole buffer, from the beginning of its area again and again.
  void load_all(Buffer buffer) {
    const std::uint64_t vectors = fill_vectors(buffer);
    Transfer t;
    t.buffer = static_cast<std::uint32_t>(select_code(buffer));
    t.address = area(buffer).first;
    t.vectors = t.bank_stride = static_cast<std::uint32_t>(vectors);
    t.blocks = static_cast<std::uint32_t>(words(buffer) / vectors);
    t.last_lanes = static_cast<std::uint32_t>(config_.cols);
    push_transfer(Kind::load, t);
    t.base = t.blocks * t.vectors;
    t.vectors = static_cast<std::uint32_t>(words(buffer) % vectors);
    t.blocks = 1;
    if (t.vectors > 0) push_transfer(Kind::load, t);
  }

  // All in front of it is done before it, and it before all behind.
  void barrier() {
    Descriptor store;
    store.kind = Kind::store;
    store.transfer.buffer = static_cast<std::uint32_t>(select_code(Buffer::y));
    store.transfer.address = area(Buffer::y).first;
    store.transfer.vectors = store.transfer.blocks = store.transfer.last_lanes = 1;
    list_.push_back(store);
    tokens_.add({{kOrder, 0, 1, true}});
  }

  void add_any() {
    switch (any(5)) {
      case 0:
      case 1: add_transfer(Kind::load); return;
      case 2:
      case 3: add_transfer(Kind::store); return;
      default: return add_command();
    }
  }

  // False, and nothing added, if it does not fit the area.
  bool add_transfer(Kind kind) {
    const auto buffer = static_cast<Buffer>(any(kBufferCount));
    const std::uint64_t depth = words(buffer);
    const std::uint64_t vector = vector_bytes(buffer);
    Transfer t;
    t.buffer = static_cast<std::uint32_t>(select_code(buffer));
    std::uint64_t vectors = 1 + any(std::min<std::uint64_t>(depth, any(8) == 0 ? 100 : 8));
    const std::uint64_t blocks = 1 + any(any(6) == 0 ? 20 : 4);
    // In the memory: behind each other, with gaps, or over each other. Loads only, because a
    // store's blocks would be told apart by the last of them alone.
    std::uint64_t stride = vectors * vector + any(3) * beat();
    if (kind == Kind::load && any(4) == 0) stride = any(3) * beat();
    const std::uint64_t iteration_stride = any(3) * beat();
    const std::uint64_t most = area(buffer).bytes / 2;
    while (vectors > 1 && (blocks - 1) * stride + vectors * vector > most) --vectors;
    // In the banks: the same.
    const std::uint64_t room = depth - vectors;
    const std::uint64_t bank_stride = blocks > 1 ? any(room / (blocks - 1) + 1) : any(100);
    const std::uint64_t base = any(room - (blocks - 1) * bank_stride * (blocks > 1 ? 1 : 0) + 1);
    const std::uint64_t bytes =
        (blocks - 1) * stride + vectors * vector + (image_.batches - 1) * iteration_stride;
    if (bytes > area(buffer).bytes) return false;
    t.vectors = static_cast<std::uint32_t>(vectors);
    t.blocks = static_cast<std::uint32_t>(blocks);
    t.block_stride = static_cast<std::uint32_t>(stride);
    t.iteration_stride = static_cast<std::uint32_t>(iteration_stride);
    t.bank_stride = static_cast<std::uint32_t>(bank_stride);
    t.base = static_cast<std::uint32_t>(base);
    t.last_lanes = static_cast<std::uint32_t>(1 + any(static_cast<std::uint64_t>(config_.cols)));
    t.address = area(buffer).first + any((area(buffer).bytes - bytes) / beat() + 1) * beat();
    push_transfer(kind, t);
    return true;
  }

  // A good command at random places; none after many bad ones.
  void add_command() {
    constexpr int kTries = 200;
    for (int i = 0; i < kTries; ++i) {
      Command command = golden::make_command(
          static_cast<Op>(any(4)), static_cast<Schedule>(any(3)), pick_size(config_.limits.m),
          pick_size(config_.limits.n), pick_size(config_.limits.batch));
      command.acc_psum = static_cast<Op>(command.op) != Op::wgrad && any(2) == 0;
      const bool wgrad =
          command.op == static_cast<int>(Op::wgrad) || command.op == static_cast<int>(Op::backward);
      command.acc_dw = wgrad && any(2) == 0;
      draw_training(config_, prng_, random_wish(prng_), command);
      if (!place(command) || golden::check(config_, command) != Status::ok) continue;
      Descriptor d;
      d.kind = Kind::compute;
      d.command = command;
      push(d, uses_of(command));
      return;
    }
    throw std::logic_error("random_list: no command fits");
  }

  int pick_size(int limit) { return pick(prng_, 1, std::min(limit, 2 * config_.rows + 1)); }

  bool place(Command& command) {
    for (const BaseUse& use : base_uses(config_, command)) {
      const std::uint64_t depth = words(use.buffer);
      const auto size = static_cast<std::uint64_t>(use.words);
      if (size > depth) return false;
      *use.base = static_cast<std::uint32_t>(any(depth - size + 1));
    }
    return true;
  }

  std::vector<Interval> uses_of(const Command& command) {
    std::vector<Interval> uses;
    for (const Touch& touch : touches(config_, command)) {
      const auto first = static_cast<std::uint64_t>(touch.region.base);
      uses.push_back({static_cast<int>(touch.region.buffer), first,
                      first + static_cast<std::uint64_t>(touch.region.words), touch.written});
    }
    return uses;
  }

  ChipImage finish() {
    std::uint64_t place = 0;
    for (const Descriptor& descriptor : list_) {
      for (const std::uint32_t word : golden::encode(descriptor)) {
        for (int i = 0; i < 4; ++i) {
          image_.bytes.at(place++) = static_cast<std::uint8_t>(word >> (8 * i));
        }
      }
    }
    image_.list_length = static_cast<std::uint32_t>(list_.size());
    return std::move(image_);
  }

  Config config_;
  Prng prng_;
  ChipImage image_;
  std::array<Area, kBufferCount> areas_;
  std::vector<Descriptor> list_;
  Tokens tokens_;
};

golden::DescriptorWords words_at(const ChipImage& image, std::uint32_t index) {
  const std::uint64_t first =
      image.list_address - image.base + std::uint64_t{index} * kDescriptorBytes;
  golden::DescriptorWords words{};
  for (std::size_t i = 0; i < kDescriptorBytes; ++i) {
    words[i / 4] |= static_cast<std::uint32_t>(image.bytes.at(first + i)) << (8 * (i % 4));
  }
  return words;
}

}  // namespace

std::vector<ExecutedDescriptor> executed(const ChipImage& image) {
  std::vector<ExecutedDescriptor> result;
  std::uint32_t index = 0;
  std::uint32_t iteration = 0;
  for (;;) {
    const Descriptor d = golden::decode(words_at(image, index));
    const bool last = iteration + 1 == image.batches;
    if (d.kind == Kind::end) return result;
    if (d.kind == Kind::next) {
      index = last ? d.done : d.more;
      iteration += last ? 0 : 1;
      continue;
    }
    if (!d.ahead || !last) result.push_back({d, index});
    ++index;
  }
}

ChipImage random_list(const Config& config, std::uint64_t seed, int count, bool fill) {
  return ListMaker(config, seed).make(count, fill);
}

}  // namespace gradloom
