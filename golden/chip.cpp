// SPDX-License-Identifier: Apache-2.0
#include "golden/chip.hpp"

#include <algorithm>
#include <cstring>
#include <deque>
#include <optional>
#include <utility>

namespace gradloom::golden {
namespace {

int read_code(BusAnswer answer) {
  if (answer == BusAnswer::okay) return 0;
  return static_cast<int>(answer == BusAnswer::slverr ? RunError::read_slverr
                                                      : RunError::read_decerr);
}

int write_code(BusAnswer answer) {
  if (answer == BusAnswer::okay) return 0;
  return static_cast<int>(answer == BusAnswer::slverr ? RunError::write_slverr
                                                      : RunError::write_decerr);
}

std::uint32_t all_bytes(std::size_t beat) {
  return static_cast<std::uint32_t>((std::uint64_t{1} << beat) - 1);
}

}  // namespace

RangeMemory::RangeMemory(std::uint64_t base, std::vector<std::uint8_t> bytes)
    : base_(base), bytes_(std::move(bytes)) {}

bool RangeMemory::holds(std::uint64_t address, std::size_t count) const {
  if (address < base_) return false;
  const std::uint64_t offset = address - base_;
  return offset <= bytes_.size() && count <= bytes_.size() - offset;
}

BusAnswer RangeMemory::read(std::uint64_t address, std::uint8_t* data, std::size_t count) {
  if (!holds(address, count)) return BusAnswer::decerr;
  std::memcpy(data, bytes_.data() + (address - base_), count);
  return BusAnswer::okay;
}

BusAnswer RangeMemory::write(std::uint64_t address, const std::uint8_t* data, std::size_t count) {
  if (!holds(address, count)) return BusAnswer::decerr;
  std::memcpy(bytes_.data() + (address - base_), data, count);
  return BusAnswer::okay;
}

Chip::Chip(const Config& config) : config_(config), array_(config) {}

BusAnswer Chip::load_beat(ByteMemory& memory, Buffer buffer, int addr, int group, BusBeat& beat) {
  const auto size = static_cast<std::size_t>(beat_bytes(config_));
  const BusAnswer answer = memory.read(beat.address, beat.data.data(), size);
  if (answer != BusAnswer::okay) return answer;
  const int element = element_bytes(config_, buffer);
  const int lanes_in_beat = beat_bytes(config_) / element;
  for (int i = 0; i < lanes_in_beat; ++i) {
    const int lane = group * lanes_in_beat + i;
    if (lane >= config_.cols) break;
    std::uint64_t value = 0;  // the bank takes the low bits
    for (int k = element - 1; k >= 0; --k) {
      value = value << 8 | beat.data[static_cast<std::size_t>(i * element + k)];
    }
    array_.write(buffer, lane, addr, static_cast<std::int64_t>(value));
  }
  return answer;
}

BusAnswer Chip::store_beat(ByteMemory& memory, Buffer buffer, int addr, int group, int valid,
                           BusBeat& beat) {
  const auto size = static_cast<std::size_t>(beat_bytes(config_));
  const int element = element_bytes(config_, buffer);
  const int lanes_in_beat = beat_bytes(config_) / element;
  beat.strobe = all_bytes(size);
  beat.defined = beat.strobe;
  for (int i = 0; i < lanes_in_beat; ++i) {
    const int lane = group * lanes_in_beat + i;
    if (lane >= valid) break;
    auto value = static_cast<std::uint64_t>(array_.word(buffer, lane, addr));
    if (!array_.defined(buffer, lane, addr)) {
      beat.defined &= ~(all_bytes(static_cast<std::size_t>(element)) << (i * element));
    }
    for (int k = 0; k < element; ++k) {
      beat.data[static_cast<std::size_t>(i * element + k)] = static_cast<std::uint8_t>(value);
      value >>= 8;
    }
  }
  return memory.write(beat.address, beat.data.data(), size);
}

int Chip::execute(ByteMemory& memory, const Descriptor& d, std::uint32_t iteration,
                  std::uint32_t index, RunOptions options, RunResult& result) {
  if (d.kind == DescriptorKind::compute) {
    const Status status = array_.run(d.command);
    return status == Status::ok ? 0
                                : static_cast<int>(RunError::command) + static_cast<int>(status);
  }
  const Transfer& t = d.transfer;
  const Buffer buffer = *selected_buffer(t.buffer);
  const int beats = vector_beats(config_, buffer);
  const bool load = d.kind == DescriptorKind::load;
  const std::uint64_t start = byte_span(config_, t, iteration).first;
  for (std::uint32_t block = 0; block < t.blocks; ++block) {
    const bool last = block + 1 == t.blocks;
    const int valid = last ? static_cast<int>(t.last_lanes) : config_.cols;
    for (std::uint32_t vector = 0; vector < t.vectors; ++vector) {
      const int addr = static_cast<int>(t.base + block * t.bank_stride + vector);
      for (int group = 0; group < beats; ++group) {
        BusBeat beat;
        beat.index = index;
        beat.address = start + std::uint64_t{block} * t.block_stride +
                       (std::uint64_t{vector} * static_cast<std::uint64_t>(beats) +
                        static_cast<std::uint64_t>(group)) *
                           static_cast<std::uint64_t>(beat_bytes(config_));
        const int code = load ? read_code(load_beat(memory, buffer, addr, group, beat))
                              : write_code(store_beat(memory, buffer, addr, group, valid, beat));
        ++(load ? result.load_beats : result.store_beats);
        if (options.log) (load ? result.loads : result.stores).push_back(beat);
        if (code != 0) return code;
      }
    }
  }
  return 0;
}

/// The fetcher, the queues and the tokens of one run.
class Chip::Run {
 public:
  Run(Chip& chip, ByteMemory& memory, RunOptions options, std::uint64_t address,
      std::uint32_t length, std::uint32_t batches)
      : chip_(chip),
        memory_(memory),
        options_(options),
        address_(address),
        length_(length),
        batches_(batches) {}

  RunResult go() {
    const RunError start = check_list(chip_.config_, address_, length_, batches_);
    if (start != RunError::none) {
      result_.code = static_cast<int>(start);
      return std::move(result_);
    }
    while (!fetched_all_ && result_.code == 0) {
      fetch();
      while (result_.code == 0 && start_oldest()) continue;
    }
    if (result_.code == 0) fail_if_stuck();
    result_.iteration = iteration_;
    return std::move(result_);
  }

 private:
  struct Waiting {
    Descriptor descriptor;
    std::uint32_t index = 0;
    std::uint32_t iteration = 0;
    std::uint64_t order = 0;
  };

  void fail(int code, std::uint32_t index) {
    if (result_.code != 0) return;
    result_.code = code;
    result_.error_index = index;
  }

  std::deque<Waiting>& queue(BusEngine engine) { return queues_[static_cast<std::size_t>(engine)]; }

  void fetch() {
    const std::uint32_t index = next_index_;
    const DescriptorWords words = read(index);
    if (result_.code != 0) return;
    Descriptor d = decode(words);
    // An `ahead` of the last iteration goes nowhere, so its address there does not count.
    const bool last = iteration_ + 1 >= batches_;
    const bool ahead = d.kind == DescriptorKind::load && d.ahead;
    const std::uint32_t iteration = iteration_ + (ahead && !last ? 1U : 0U);
    const RunError code = check_descriptor(chip_.config_, words, {index, length_, iteration});
    if (code != RunError::none) return fail(static_cast<int>(code), index);
    ++result_.descriptors;
    ++next_index_;
    if (d.kind == DescriptorKind::end) fetched_all_ = true;
    if (d.kind == DescriptorKind::next) {
      next_index_ = last ? d.done : d.more;
      if (!last) ++iteration_;
    }
    if (d.kind == DescriptorKind::end || d.kind == DescriptorKind::next || (ahead && last)) return;
    std::deque<Waiting>& to = queue(engine_of(d.kind));
    if (to.size() >= static_cast<std::size_t>(chip_.config_.queue_depth)) return fail_if_stuck();
    to.push_back({d, index, iteration, result_.descriptors});
  }

  DescriptorWords read(std::uint32_t index) {
    std::array<std::uint8_t, kDescriptorBytes> bytes{};
    const auto size = static_cast<std::size_t>(beat_bytes(chip_.config_));
    for (std::size_t at = 0; at < bytes.size(); at += size) {
      BusBeat beat;
      beat.address = address_ + std::uint64_t{index} * kDescriptorBytes + at;
      beat.index = index;
      const int code = read_code(memory_.read(beat.address, beat.data.data(), size));
      ++result_.fetch_beats;
      if (options_.log) result_.fetches.push_back(beat);
      if (code != 0) {
        fail(code, index);
        return {};
      }
      std::copy_n(beat.data.begin(), size, bytes.begin() + static_cast<std::ptrdiff_t>(at));
    }
    DescriptorWords words{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      words[i / 4] |= std::uint32_t{bytes[i]} << (8 * (i % 4));
    }
    return words;
  }

  bool can_start(BusEngine engine) {
    if (queue(engine).empty()) return false;
    const std::uint32_t wait = queue(engine).front().descriptor.wait;
    for (int from = 0; from < kBusEngines; ++from) {
      if ((wait >> from & 1U) != 0 && tokens(from, static_cast<int>(engine)) == 0) return false;
    }
    return true;
  }

  /// Does the oldest descriptor that can start. False if none can.
  bool start_oldest() {
    std::optional<BusEngine> oldest;
    for (const BusEngine engine : {BusEngine::load, BusEngine::compute, BusEngine::store}) {
      if (!can_start(engine)) continue;
      if (!oldest || queue(engine).front().order < queue(*oldest).front().order) oldest = engine;
    }
    if (!oldest) return false;
    const Waiting item = queue(*oldest).front();
    queue(*oldest).pop_front();
    const int self = static_cast<int>(*oldest);
    for (int other = 0; other < kBusEngines; ++other) {
      if ((item.descriptor.wait >> other & 1U) != 0) --tokens(other, self);
    }
    const int code =
        chip_.execute(memory_, item.descriptor, item.iteration, item.index, options_, result_);
    if (code != 0) {
      fail(code, item.index);
      return false;
    }
    for (int other = 0; other < kBusEngines; ++other) {
      if ((item.descriptor.signal >> other & 1U) == 0) continue;
      if (++tokens(self, other) > kMaxTokens) {
        fail(static_cast<int>(RunError::token_overflow), item.index);
        return false;
      }
    }
    return true;
  }

  void fail_if_stuck() {
    const Waiting* oldest = nullptr;
    for (const auto& waiting : queues_) {
      if (waiting.empty()) continue;
      if (oldest == nullptr || waiting.front().order < oldest->order) oldest = &waiting.front();
    }
    if (oldest != nullptr) fail(static_cast<int>(RunError::deadlock), oldest->index);
  }

  int& tokens(int from, int to) {
    return tokens_[static_cast<std::size_t>(from * kBusEngines + to)];
  }

  Chip& chip_;
  ByteMemory& memory_;
  RunOptions options_;
  std::uint64_t address_;
  std::uint32_t length_;
  std::uint32_t batches_;
  std::uint32_t next_index_ = 0;
  std::uint32_t iteration_ = 0;
  bool fetched_all_ = false;
  std::array<std::deque<Waiting>, kBusEngines> queues_;
  std::array<int, kBusEngines * kBusEngines> tokens_{};
  RunResult result_;
};

RunResult Chip::run(ByteMemory& memory, std::uint64_t list_address, std::uint32_t length,
                    std::uint32_t batches, RunOptions options) {
  return Run(*this, memory, options, list_address, length, batches).go();
}

}  // namespace gradloom::golden
