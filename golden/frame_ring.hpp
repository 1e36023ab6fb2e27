// SPDX-License-Identifier: Apache-2.0
// The output pins, packed, for the present cycle and the next few: what the array does at its edge
// is known some cycles ahead and is put into the frame of the cycle in which it shows.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "golden/config.hpp"

namespace gradloom::golden {

/// Where an output pin lies in a packed image of 32-bit words, bit 0 of the pin in bit 0 of the
/// first word, bits above the width 0.
struct Signal {
  std::string name;
  int width = 0;          ///< bits
  std::size_t word = 0;   ///< first word in the image
  std::size_t words = 0;  ///< ceil(width / 32)
  std::size_t bytes = 0;  ///< Verilator's storage: 1, 2, 4, 8, or 4 * words above 64 bits
};

/// The output ports of top_ports(config), trace ports included, in that order, densely packed.
std::vector<Signal> output_signals(const Config& config);

/// Frames of the cycles `now .. now + horizon`. A frame is the image of the output pins, then a
/// mask of the DELTA banks that hold their word, then the addresses of the bank writes.
class FrameRing {
 public:
  /// `horizon`: no event is put further ahead of the present cycle than this.
  FrameRing(const Config& config, const std::vector<Signal>& signals, int horizon);

  std::uint32_t* frame(std::int64_t cycle) {
    return data_.data() + (static_cast<std::size_t>(cycle) & mask_) * stride_;
  }
  const std::uint32_t* frame(std::int64_t cycle) const {
    return data_.data() + (static_cast<std::size_t>(cycle) & mask_) * stride_;
  }
  std::size_t image_words() const { return image_words_; }

  /// Lane l, 0 <= l < count, reads its bank in cycle `first` + l.
  void read(Buffer buffer, std::int64_t first, int count);
  /// DELTA bank l keeps its word at its read port in cycle `first` + l.
  void hold(std::int64_t first, int count);
  /// Column l reads or writes its hold memory in cycle `first` + l; only if they are built.
  void read_memory_of_hold(std::int64_t first, int count);
  void write_memory_of_hold(std::int64_t first, int count);
  /// Lane l, 0 <= l < count, writes values[l] to word `addr` in cycle `first` + l.
  void write(Buffer buffer, std::int64_t first, int count, std::uint32_t addr,
             const std::int64_t* values);

  /// True if the array has the read port of the bank in the cycle (read or held word).
  bool read_port_taken(std::int64_t cycle, Buffer buffer, int lane) const;
  /// True if the array writes the bank in the cycle.
  bool writes(std::int64_t cycle, Buffer buffer, int lane) const;

  /// Calls apply(lane, addr, value) for every write of the cycle to the buffer.
  template <class Apply>
  void for_each_write(std::int64_t cycle, Buffer buffer, Apply apply) const {
    const Place& place = places_[static_cast<std::size_t>(buffer)];
    const std::uint32_t* words = frame(cycle);
    for (std::size_t w = 0; w < place.mask_words; ++w) {
      for (std::uint32_t mask = words[place.we + w]; mask != 0; mask &= mask - 1) {
        const std::size_t lane = 32 * w + static_cast<std::size_t>(std::countr_zero(mask));
        const std::uint32_t* data = words + place.data + lane * lane_words_;
        apply(static_cast<int>(lane), words[place.addr + lane], value_at(data));
      }
    }
  }

  /// Makes the frame of a past cycle ready for reuse.
  void retire(std::int64_t cycle);
  /// Takes back everything that is in flight.
  void clear();

 private:
  /// Offsets of one buffer's words in a frame; mask_words is 0 if the buffer is never written.
  struct Place {
    std::size_t re = 0;
    std::size_t we = 0;
    std::size_t data = 0;
    std::size_t addr = 0;
    std::size_t mask_words = 0;
  };

  /// Sets bit l of the mask at word `mask` in cycle `first` + l.
  void mark(std::size_t mask, std::int64_t first, int count);

  std::int64_t value_at(const std::uint32_t* data) const {
    if (lane_words_ == 1) return static_cast<std::int32_t>(data[0]);
    return static_cast<std::int64_t>(std::uint64_t{data[0]} | std::uint64_t{data[1]} << 32);
  }

  std::array<Place, kBufferCount> places_{};
  std::size_t hold_ = 0;     // offset of the DELTA hold mask
  std::size_t hold_re_ = 0;  // offsets of the trace ports of the hold memory
  std::size_t hold_we_ = 0;
  std::size_t image_words_ = 0;  // words of the output image
  std::size_t clear_words_ = 0;  // image and hold mask
  std::size_t stride_ = 0;       // words of a frame
  std::size_t lane_words_ = 1;   // words of one lane in a data port
  std::size_t mask_ = 0;         // frames - 1
  bool dirty_ = false;           // something was put in since clear()
  std::vector<std::uint32_t> data_;
};

}  // namespace gradloom::golden
