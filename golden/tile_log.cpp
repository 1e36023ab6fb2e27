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

void TileLog::start(const Command& command) {
  command_ = command;
  tiles_.clear();
  loads_.clear();
}

void TileLog::add_load(const TileStep& tile, std::int64_t cycle) {
  loads_.push_back({tile.mt, tile.nt, cycle});
}

void TileLog::add_tile(const Slot& first, std::int64_t cycle) {
  tiles_.push_back({first.pass, first.mt, first.nt, cycle});
}

std::int64_t TileLog::slots(const Tile& tile) const {
  return std::int64_t{slots_per_vector(tile.pass)} * command_.b;
}

std::optional<SlotInfo> TileLog::slot_at(std::int64_t cycle) const {
  const Tile* tile = latest(tiles_, cycle);
  if (tile == nullptr || cycle >= tile->cycle + slots(*tile)) return std::nullopt;
  const int slot = static_cast<int>(cycle - tile->cycle);
  SlotInfo info{cycle, Op::fprop, tile->mt, tile->nt, slot / slots_per_vector(tile->pass)};
  switch (tile->pass) {
    case Pass::fprop: break;
    case Pass::dgrad: info.op = Op::dgrad; break;
    case Pass::wgrad: info.op = Op::wgrad; break;
    case Pass::interleaved: info.op = slot % 2 == 0 ? Op::dgrad : Op::wgrad; break;
  }
  return info;
}

std::optional<TileLog::Access> TileLog::parse(std::string_view signal, int lane) {
  for (int code = 0; code < kBufferCount; ++code) {
    const Buffer buffer = static_cast<Buffer>(code);
    const std::string prefix = std::string("trace_") + name(buffer);
    if (signal == prefix + "_re_o") return Access{buffer, false, lane};
    if (signal == prefix + "_we_o" || signal == prefix + "_wdata_o") {
      return Access{buffer, true, lane};
    }
  }
  return std::nullopt;
}

std::optional<Element> TileLog::explain(const Config& config, std::string_view signal, int lane,
                                        std::int64_t cycle) const {
  const std::optional<Access> access = parse(signal, lane);
  if (!access || lane < 0) return std::nullopt;
  switch (access->buffer) {
    case Buffer::w: return find_load(config, *access, cycle);
    case Buffer::dw: return find_drain(config, *access, cycle);
    default: return find_slot(config, *access, cycle);
  }
}

bool TileLog::touches(const Tile& tile, const SlotInfo& slot, const Access& access) const {
  switch (access.buffer) {
    case Buffer::x: return slot.op != Op::dgrad;
    case Buffer::delta: return slot.op == Op::dgrad || tile.pass == Pass::wgrad;
    case Buffer::y:
      return slot.op == Op::fprop && (access.write || slot.mt > 0 || command_.acc_psum);
    case Buffer::dx:
      return slot.op == Op::dgrad && (access.write || slot.nt > 0 || command_.acc_psum);
    default: return false;
  }
}

std::optional<Element> TileLog::find_slot(const Config& config, const Access& access,
                                          std::int64_t cycle) const {
  const bool by_row = access.buffer == Buffer::x || access.buffer == Buffer::dx;
  const int through = access.buffer == Buffer::dx ? config.cols : config.rows;
  const std::int64_t delay = kIssueToEdge + (access.write ? kEdgeToArray + through : 0);
  const std::int64_t issued = cycle - access.lane - delay;
  const std::optional<SlotInfo> slot = slot_at(issued);
  if (!slot || !touches(*latest(tiles_, issued), *slot, access)) return std::nullopt;
  Element element{access.buffer, access.write, slot->op, slot->mt, slot->nt, slot->b, -1, -1};
  int& index = by_row ? element.m : element.n;
  index = by_row ? slot->mt * config.rows + access.lane : slot->nt * config.cols + access.lane;
  const bool inside = static_cast<std::uint32_t>(index) < (by_row ? command_.m : command_.n);
  if (!inside || access.lane >= lanes(config, access.buffer)) return std::nullopt;
  return element;
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
  const std::int64_t delay = kIssueToEdge + config.rows + (access.write ? 2 : 1);
  const std::int64_t issued = cycle - access.lane - delay;
  for (auto tile = tiles_.rbegin(); tile != tiles_.rend(); ++tile) {
    const std::int64_t first = tile->cycle + slots(*tile);
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
  const Op op = access.buffer == Buffer::dw                  ? Op::wgrad
                : command_.op == static_cast<int>(Op::fprop) ? Op::fprop
                                                             : Op::dgrad;
  return Element{access.buffer, access.write, op, mt, nt, -1, m, n};
}

}  // namespace gradloom::golden
