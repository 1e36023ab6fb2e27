// SPDX-License-Identifier: Apache-2.0
#include "golden/tile_log.hpp"

#include <algorithm>
#include <string>

#include "golden/timing.hpp"

namespace gradloom::golden {
namespace {

/// The last record that starts at or before the cycle, or null.
template <class Record>
const Record* latest(const std::vector<Record>& records, std::int64_t cycle) {
  const auto after =
      std::upper_bound(records.begin(), records.end(), cycle,
                       [](std::int64_t at, const Record& record) { return at < record.cycle; });
  return after == records.begin() ? nullptr : &*(after - 1);
}

}  // namespace

void TileLog::start(const Config& config, const Command& command) {
  command_ = command;
  rows_ = config.rows;
  cols_ = config.cols;
  update_cycles_ = update_cycles(config, command, Pass::wgrad);
  holds_ = holds_delta(config, command);

  config_ = config;
  tiles_.clear();
  loads_.clear();
  // Where the last PE of a column or row writes, and what the lanes do after that.
  const std::int64_t in = kIssueToEdge;
  const std::int64_t sums = in + lag(config);
  const std::int64_t south = kIssueToEdge + kEdgeToArray + rows_ + result_lag(config);
  const std::int64_t east = kIssueToEdge + kEdgeToArray + cols_ + result_lag(config);
  const std::int64_t bias = kIssueToEdge + kBiasRead;
  kinds_ = {
      {Buffer::x, false, true, in, &TileLog::reads_x, false},
      {Buffer::delta, false, false, in, &TileLog::reads_delta, false},
      {Buffer::y, false, false, sums, &TileLog::reads_y, false},
      {Buffer::dx, false, true, sums, &TileLog::reads_dx, false},
      {Buffer::y, true, false, south, &TileLog::writes_y, false},
      {Buffer::dx, true, true, east, &TileLog::writes_dx, false},
      {Buffer::bias, false, false, south, &TileLog::forward, true},
      {Buffer::delta, false, false, south + kForwardTarget, &TileLog::forward_loss, false},
      {Buffer::y, true, false, south + kForwardWrite, &TileLog::forward_to_y, false},
      {Buffer::x, true, false, south + kForwardWrite, &TileLog::forward_to_x, false},
      {Buffer::deriv, true, false, south + kForwardWrite, &TileLog::forward_to_x, false},
      {Buffer::delta, true, false, south + kForwardLoss, &TileLog::forward_loss, false},
      {Buffer::deriv, false, true, east + kBackwardRead, &TileLog::backward, false},
      {Buffer::delta, true, true, east + kBackwardWrite, &TileLog::backward, false},
      {Buffer::bias, false, false, bias, &TileLog::ends_bias_sum, true},
      {Buffer::bias, true, false, bias + 1, &TileLog::ends_bias_sum, true},
      {Buffer::delta, false, false, in, &TileLog::reads_hold, false, true},
      {Buffer::delta, true, false, in + 1, &TileLog::writes_hold, false, true},
  };
}

void TileLog::add_load(const TileStep& tile, std::int64_t cycle) {
  loads_.push_back({tile.mt, tile.nt, cycle});
}

void TileLog::add_tile(const Slot& first, std::int64_t cycle) {
  tiles_.push_back({first.pass, first.mt, first.nt, cycle});
}

std::int64_t TileLog::slots(const Tile& tile) const {
  return std::int64_t{slots_per_vector(tile.pass)} * command_.b +
         (updates(command_, tile.pass) ? update_cycles_ : 0);
}

int TileLog::tiles(std::uint32_t size, int lanes) const {
  return (static_cast<int>(size) + lanes - 1) / lanes;
}

std::optional<SlotInfo> TileLog::slot_at(std::int64_t cycle) const {
  const Tile* tile = latest(tiles_, cycle);
  if (tile == nullptr || cycle >= tile->cycle + slots(*tile)) return std::nullopt;
  const int slot = static_cast<int>(cycle - tile->cycle);
  const int vectors = slots_per_vector(tile->pass) * static_cast<int>(command_.b);
  if (slot >= vectors) {
    const int update = update_slot(config_, slot - vectors);
    if (update == 0) return std::nullopt;
    return SlotInfo{cycle, Op::wgrad, tile->mt, tile->nt, -1, update};
  }
  SlotInfo info{cycle, Op::fprop, tile->mt, tile->nt, slot / slots_per_vector(tile->pass), 0};
  switch (tile->pass) {
    case Pass::fprop: break;
    case Pass::dgrad: info.op = Op::dgrad; break;
    case Pass::wgrad: info.op = Op::wgrad; break;
    case Pass::interleaved: info.op = slot % 2 == 0 ? Op::dgrad : Op::wgrad; break;
  }
  return info;
}

std::optional<TileLog::Access> TileLog::parse(std::string_view signal, int lane) {
  if (signal == "trace_hold_re_o") return Access{Buffer::delta, false, lane, true};
  if (signal == "trace_hold_we_o") return Access{Buffer::delta, true, lane, true};
  for (int code = 0; code < kBufferCount; ++code) {
    const Buffer buffer = static_cast<Buffer>(code);
    const std::string prefix = std::string("trace_") + name(buffer);
    if (signal == prefix + "_re_o") return Access{buffer, false, lane, false};
    if (signal == prefix + "_we_o" || signal == prefix + "_wdata_o") {
      return Access{buffer, true, lane, false};
    }
  }
  return std::nullopt;
}

std::optional<Element> TileLog::explain(const Config& config, std::string_view signal, int lane,
                                        std::int64_t cycle) const {
  const std::optional<Access> access = parse(signal, lane);
  if (!access || lane < 0) return std::nullopt;
  switch (access->buffer) {
    case Buffer::w:
      return access->write ? find_drain(config, *access, cycle) : find_load(config, *access, cycle);
    case Buffer::dw: return find_drain(config, *access, cycle);
    default: return find_slot(*access, cycle);
  }
}

bool TileLog::reads_x(const Tile&, const SlotInfo& slot) const { return slot.op != Op::dgrad; }

bool TileLog::reads_delta(const Tile& tile, const SlotInfo& slot) const {
  return needs_delta(tile, slot) && (slot.mt == 0 || !holds_);
}

bool TileLog::needs_delta(const Tile& tile, const SlotInfo& slot) const {
  return slot.op == Op::dgrad || tile.pass == Pass::wgrad;
}

bool TileLog::reads_hold(const Tile& tile, const SlotInfo& slot) const {
  return needs_delta(tile, slot) && slot.mt > 0 && holds_;
}

bool TileLog::writes_hold(const Tile& tile, const SlotInfo& slot) const {
  return reads_delta(tile, slot) && holds_;
}

bool TileLog::reads_y(const Tile&, const SlotInfo& slot) const {
  return slot.op == Op::fprop && (slot.mt > 0 || command_.acc_psum);
}

bool TileLog::reads_dx(const Tile&, const SlotInfo& slot) const {
  return slot.op == Op::dgrad && (slot.nt > 0 || command_.acc_psum);
}

bool TileLog::writes_y(const Tile& tile, const SlotInfo& slot) const {
  return slot.op == Op::fprop && !forward(tile, slot);
}

bool TileLog::writes_dx(const Tile& tile, const SlotInfo& slot) const {
  return slot.op == Op::dgrad && !backward(tile, slot);
}

bool TileLog::forward(const Tile&, const SlotInfo& slot) const {
  return slot.op == Op::fprop && command_.training.post && slot.mt + 1 == tiles(command_.m, rows_);
}

bool TileLog::forward_to_x(const Tile& tile, const SlotInfo& slot) const {
  return command_.training.to_x && forward(tile, slot);
}

bool TileLog::forward_to_y(const Tile& tile, const SlotInfo& slot) const {
  return command_.training.to_y && forward(tile, slot);
}

bool TileLog::forward_loss(const Tile& tile, const SlotInfo& slot) const {
  return command_.training.loss && forward(tile, slot);
}

bool TileLog::backward(const Tile&, const SlotInfo& slot) const {
  return slot.op == Op::dgrad && command_.training.post && slot.nt + 1 == tiles(command_.n, cols_);
}

/// The slot reads the last delta of a column of tiles, in the pass that computes dW.
bool TileLog::ends_bias_sum(const Tile& tile, const SlotInfo& slot) const {
  return command_.training.bgrad && drains(tile.pass) && reads_delta(tile, slot) && slot.mt == 0 &&
         static_cast<std::uint32_t>(slot.b) + 1 == command_.b;
}

std::optional<Element> TileLog::find_slot(const Access& access, std::int64_t cycle) const {
  for (const SlotAccess& kind : kinds_) {
    if (kind.buffer != access.buffer || kind.write != access.write) continue;
    if (kind.hold != access.hold) continue;
    if (const auto element = slot_element(kind, access.lane, cycle)) return element;
  }
  return std::nullopt;
}

/// The element that an access of this kind is about, if a slot makes it in this lane and cycle.
std::optional<Element> TileLog::slot_element(const SlotAccess& kind, int lane,
                                             std::int64_t cycle) const {
  const std::int64_t issued = cycle - lane - kind.delay;
  const std::optional<SlotInfo> slot = slot_at(issued);
  if (!slot || slot->update != 0) return std::nullopt;
  if (lane >= (kind.by_row ? rows_ : cols_)) return std::nullopt;
  if (!(this->*kind.made)(*latest(tiles_, issued), *slot)) return std::nullopt;
  Element element{kind.buffer, kind.write, slot->op, slot->mt, slot->nt, slot->b, -1, -1};
  if (kind.whole_batch) element.b = -1;
  int& index = kind.by_row ? element.m : element.n;
  index = kind.by_row ? slot->mt * rows_ + lane : slot->nt * cols_ + lane;
  const bool inside = static_cast<std::uint32_t>(index) < (kind.by_row ? command_.m : command_.n);
  return inside ? std::optional(element) : std::nullopt;
}

std::optional<Element> TileLog::find_load(const Config& config, const Access& access,
                                          std::int64_t cycle) const {
  const std::int64_t issued = cycle - access.lane - kIssueToEdge;
  const Load* load = latest(loads_, issued);
  if (load == nullptr || access.write) return std::nullopt;
  return matrix_element(config, access, load->mt, load->nt, issued - load->cycle);
}

std::optional<Element> TileLog::find_drain(const Config& config, const Access& access,
                                           std::int64_t cycle) const {
  if (!access.write && !command_.acc_dw) return std::nullopt;
  if (command_.training.update != (access.buffer == Buffer::w)) return std::nullopt;
  const std::int64_t delay =
      kIssueToEdge + kEdgeToArray + config.rows + result_lag(config) + (access.write ? 1 : 0);
  const std::int64_t issued = cycle - access.lane - delay;
  for (auto tile = tiles_.rbegin(); tile != tiles_.rend(); ++tile) {
    // An update pass drains from its last slot on.
    const std::int64_t first =
        tile->cycle + slots(*tile) - (command_.training.update ? 1 + lag(config) : 0);
    if (!drains(tile->pass) || first > issued) continue;
    return matrix_element(config, access, tile->mt, tile->nt, issued - first);
  }
  return std::nullopt;
}

/// The word of W or DW that a load or drain step handles in a lane.
std::optional<Element> TileLog::matrix_element(const Config& config, const Access& access, int mt,
                                               int nt, std::int64_t step) const {
  if (step >= config.rows || access.lane >= config.cols) return std::nullopt;
  const int m = mt * config.rows + config.rows - 1 - static_cast<int>(step);
  const int n = nt * config.cols + access.lane;
  if (static_cast<std::uint32_t>(m) >= command_.m) return std::nullopt;
  if (static_cast<std::uint32_t>(n) >= command_.n) return std::nullopt;
  Op op = static_cast<Op>(command_.op);
  if (access.write || access.buffer == Buffer::dw) op = Op::wgrad;
  if (op == Op::backward) op = Op::dgrad;
  return Element{access.buffer, access.write, op, mt, nt, -1, m, n};
}

}  // namespace gradloom::golden
