// SPDX-License-Identifier: Apache-2.0
#include "golden/frame_ring.hpp"

#include <algorithm>

#include "golden/ports.hpp"

namespace gradloom::golden {
namespace {

std::size_t words_for(int bits) { return (static_cast<std::size_t>(bits) + 31) / 32; }

std::size_t storage_bytes(int width) {
  if (width <= 8) return 1;
  if (width <= 16) return 2;
  if (width <= 32) return 4;
  return 4 * words_for(width);  // 8 for 33..64 bits
}

/// The first word of a signal, 0 if there is none of the name.
std::size_t word_of(const std::vector<Signal>& signals, const std::string& name) {
  const auto found = std::find_if(signals.begin(), signals.end(),
                                  [&](const Signal& signal) { return signal.name == name; });
  return found == signals.end() ? 0 : found->word;
}

std::size_t mask_bits_word(std::int64_t lane) { return static_cast<std::size_t>(lane) / 32; }
std::uint32_t mask_bit(std::int64_t lane) { return std::uint32_t{1} << (lane % 32); }

}  // namespace

std::vector<Signal> output_signals(const Config& config) {
  std::vector<Signal> signals;
  std::size_t word = 0;
  for (const Port& port : top_ports(config)) {
    if (port.input) continue;
    const std::size_t words = words_for(port.width);
    signals.push_back({port.name, port.width, word, words, storage_bytes(port.width)});
    word += words;
  }
  return signals;
}

FrameRing::FrameRing(const Config& config, const std::vector<Signal>& signals, int horizon) {
  image_words_ = signals.back().word + signals.back().words;
  lane_words_ = words_for(derive(config).trace_w);
  hold_ = image_words_;
  clear_words_ = hold_ + words_for(config.cols);
  hold_re_ = word_of(signals, "trace_hold_re_o");
  hold_we_ = word_of(signals, "trace_hold_we_o");
  stride_ = clear_words_;
  for (int code = 0; code < kBufferCount; ++code) {
    const Buffer buffer = static_cast<Buffer>(code);
    if (depth(config, buffer) == 0) continue;
    const std::string prefix = std::string("trace_") + name(buffer);
    Place& place = places_[static_cast<std::size_t>(code)];
    place.re = word_of(signals, prefix + "_re_o");
    if (!array_writes(config, buffer)) continue;
    place.we = word_of(signals, prefix + "_we_o");
    place.data = word_of(signals, prefix + "_wdata_o");
    place.addr = stride_;
    place.mask_words = words_for(lanes(config, buffer));
    stride_ += static_cast<std::size_t>(lanes(config, buffer));
  }
  const std::size_t frames = std::bit_ceil(static_cast<std::size_t>(horizon) + 1);
  mask_ = frames - 1;
  data_.assign(frames * stride_, 0);
}

void FrameRing::mark(std::size_t mask, std::int64_t first, int count) {
  for (int l = 0; l < count; ++l) frame(first + l)[mask + mask_bits_word(l)] |= mask_bit(l);
  dirty_ = true;
}

void FrameRing::read(Buffer buffer, std::int64_t first, int count) {
  mark(places_[static_cast<std::size_t>(buffer)].re, first, count);
}

void FrameRing::hold(std::int64_t first, int count) { mark(hold_, first, count); }

void FrameRing::read_memory_of_hold(std::int64_t first, int count) { mark(hold_re_, first, count); }

void FrameRing::write_memory_of_hold(std::int64_t first, int count) {
  mark(hold_we_, first, count);
}

void FrameRing::write(Buffer buffer, std::int64_t first, int count, std::uint32_t addr,
                      const std::int64_t* values) {
  const Place place = places_[static_cast<std::size_t>(buffer)];
  for (int l = 0; l < count; ++l) {
    std::uint32_t* words = frame(first + l);
    const std::size_t lane = static_cast<std::size_t>(l);
    const std::uint64_t value = static_cast<std::uint64_t>(values[l]);
    words[place.we + mask_bits_word(l)] |= mask_bit(l);
    words[place.data + lane * lane_words_] = static_cast<std::uint32_t>(value);
    if (lane_words_ == 2) {
      words[place.data + lane * 2 + 1] = static_cast<std::uint32_t>(value >> 32);
    }
    words[place.addr + lane] = addr;
  }
  dirty_ = true;
}

bool FrameRing::read_port_taken(std::int64_t cycle, Buffer buffer, int lane) const {
  const std::uint32_t* words = frame(cycle) + mask_bits_word(lane);
  std::uint32_t mask = words[places_[static_cast<std::size_t>(buffer)].re];
  if (buffer == Buffer::delta) mask |= words[hold_];
  return (mask & mask_bit(lane)) != 0;
}

bool FrameRing::writes(std::int64_t cycle, Buffer buffer, int lane) const {
  const Place& place = places_[static_cast<std::size_t>(buffer)];
  if (place.mask_words == 0) return false;
  return (frame(cycle)[place.we + mask_bits_word(lane)] & mask_bit(lane)) != 0;
}

void FrameRing::retire(std::int64_t cycle) {
  std::uint32_t* words = frame(cycle);
  std::fill(words, words + clear_words_, 0U);
}

void FrameRing::clear() {
  if (dirty_) std::fill(data_.begin(), data_.end(), 0U);
  dirty_ = false;
}

}  // namespace gradloom::golden
