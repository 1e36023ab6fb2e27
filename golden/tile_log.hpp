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
  int b = 0;       ///< -1 in a U slot
  int update = 0;  ///< U slot: 1 to 3
};

/// The word of the layer that an event at the array edge is about; -1 where an index does not
/// apply. What the forward lane reads and writes has the index n of its column, also in X and
/// DERIV; what the backward lane reads and writes has the index m of its row, also in DELTA.
struct Element {
  Buffer buffer = Buffer::x;
  bool write = false;
  Op op = Op::fprop;  ///< the operation of the slot; wgrad for DW and updates; W is read for the
                      ///< first operation of the command
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
  /// `command` as `seen_by` gives it.
  void start(const Config& config, const Command& command);
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
    bool hold = false;  // of the hold memory of DELTA, not of a bank
  };
  /// A kind of access that a slot makes in lane l: `delay` + l cycles after it is issued. By row:
  /// the lane stands for m = mt*R + lane, otherwise for n = nt*C + lane.
  struct SlotAccess {
    Buffer buffer;
    bool write;
    bool by_row;
    std::int64_t delay;
    bool (TileLog::*made)(const Tile&, const SlotInfo&) const;
    bool whole_batch;   // the word is not of one vector
    bool hold = false;  // as in Access
  };
  static std::optional<Access> parse(std::string_view signal, int lane);
  std::int64_t slots(const Tile& tile) const;
  int tiles(std::uint32_t size, int lanes) const;
  bool reads_x(const Tile& tile, const SlotInfo& slot) const;
  bool reads_delta(const Tile& tile, const SlotInfo& slot) const;
  bool needs_delta(const Tile& tile, const SlotInfo& slot) const;
  bool reads_hold(const Tile& tile, const SlotInfo& slot) const;
  bool writes_hold(const Tile& tile, const SlotInfo& slot) const;
  bool reads_y(const Tile& tile, const SlotInfo& slot) const;
  bool reads_dx(const Tile& tile, const SlotInfo& slot) const;
  bool writes_y(const Tile& tile, const SlotInfo& slot) const;
  bool writes_dx(const Tile& tile, const SlotInfo& slot) const;
  bool forward(const Tile& tile, const SlotInfo& slot) const;
  bool forward_to_x(const Tile& tile, const SlotInfo& slot) const;
  bool forward_to_y(const Tile& tile, const SlotInfo& slot) const;
  bool forward_loss(const Tile& tile, const SlotInfo& slot) const;
  bool backward(const Tile& tile, const SlotInfo& slot) const;
  bool ends_bias_sum(const Tile& tile, const SlotInfo& slot) const;
  std::optional<Element> find_slot(const Access& access, std::int64_t cycle) const;
  std::optional<Element> slot_element(const SlotAccess& kind, int lane, std::int64_t cycle) const;
  std::optional<Element> find_load(const Config& config, const Access& access,
                                   std::int64_t cycle) const;
  std::optional<Element> find_drain(const Config& config, const Access& access,
                                    std::int64_t cycle) const;
  std::optional<Element> matrix_element(const Config& config, const Access& access, int mt, int nt,
                                        std::int64_t step) const;

  int rows_ = 1;
  int cols_ = 1;
  int update_cycles_ = 0;  // of a tile, in an update pass
  bool holds_ = false;     // only tiles of the first row read DELTA

  Config config_;
  Command command_;
  std::vector<SlotAccess> kinds_;
  std::vector<Tile> tiles_;
  std::vector<Load> loads_;
};

}  // namespace gradloom::golden
