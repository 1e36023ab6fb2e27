// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "golden/command.hpp"
#include "golden/config.hpp"
#include "golden/sequencer_model.hpp"

namespace gradloom::golden {

/// A slot and the cycle in which it was issued.
struct SlotInfo {
  std::int64_t issued = 0;
  Op op = Op::fprop;  ///< fprop, dgrad or wgrad
  int mt = 0;
  int nt = 0;
  int b = 0;
};

/// The word of the layer that an event at the array edge is about; -1 where an index does not
/// apply.
struct Element {
  Buffer buffer = Buffer::x;
  bool write = false;
  Op op = Op::fprop;  ///< the operation of the slot; wgrad for DW; fprop or dgrad for W
  int mt = 0;
  int nt = 0;
  int b = -1;
  int m = -1;
  int n = -1;
};

/// When the tiles of one command were loaded, run and drained: three numbers a tile, from which
/// every event at the edge can be found again.
class TileLog {
 public:
  void start(const Command& command);
  void add_load(const TileStep& tile, std::int64_t cycle);
  void add_tile(const Slot& first, std::int64_t cycle);
  std::optional<SlotInfo> slot_at(std::int64_t cycle) const;
  /// See Machine::explain.
  std::optional<Element> explain(const Config& config, std::string_view signal, int lane,
                                 std::int64_t cycle) const;

 private:
  struct Tile {
    Pass pass = Pass::fprop;
    int mt = 0;
    int nt = 0;
    std::int64_t cycle = 0;  // of the first slot
  };
  struct Load {
    int mt = 0;
    int nt = 0;
    std::int64_t cycle = 0;  // of step 0
  };
  /// A trace port, taken apart.
  struct Access {
    Buffer buffer = Buffer::x;
    bool write = false;
    int lane = 0;
  };
  static std::optional<Access> parse(std::string_view signal, int lane);
  std::int64_t slots(const Tile& tile) const;
  bool touches(const Tile& tile, const SlotInfo& slot, const Access& access) const;
  std::optional<Element> find_slot(const Config& config, const Access& access,
                                   std::int64_t cycle) const;
  std::optional<Element> find_load(const Config& config, const Access& access,
                                   std::int64_t cycle) const;
  std::optional<Element> find_drain(const Config& config, const Access& access,
                                    std::int64_t cycle) const;
  std::optional<Element> matrix_element(const Config& config, const Access& access, int mt, int nt,
                                        std::int64_t step) const;

  Command command_;
  std::vector<Tile> tiles_;
  std::vector<Load> loads_;
};

}  // namespace gradloom::golden
