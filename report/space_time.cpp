// SPDX-License-Identifier: Apache-2.0
#include "report/space_time.hpp"

#include <algorithm>

#include "golden/sequencer_model.hpp"
#include "golden/timing.hpp"

namespace gradloom::report {
namespace {

using golden::Issue;

PeAction action_of(Op op) {
  if (op == Op::fprop) return PeAction::fprop;
  return op == Op::dgrad ? PeAction::dgrad : PeAction::wgrad;
}

// The place of a tile in its pass.
struct TileOrder {
  bool fprop;
  golden::Tiling tiling;
  int of(int mt, int nt) const { return fprop ? mt * tiling.nt + nt : nt * tiling.mt + mt; }
};

void add_issue(SpaceTime& result, const TileOrder& order, const Issue& issue, std::int64_t cycle,
               int lag, int& loaded) {
  const std::int64_t operands = cycle + golden::kIssueToEdge + golden::kEdgeToArray;
  const std::int64_t sums = operands + lag;
  if (issue.drain) {
    const auto& d = *issue.drain;
    const PeAction action = d.step == 0 ? PeAction::capture : PeAction::drain;
    result.events.push_back({sums, action, order.of(d.mt, d.nt), -1, d.step});
  }
  if (issue.slot) {
    const auto& s = *issue.slot;
    result.events.push_back({sums, action_of(s.op), order.of(s.mt, s.nt), s.b, 0});
  }
  if (issue.swap) result.events.push_back({operands, PeAction::swap, loaded, -1, 0});
  if (issue.load) {
    loaded = order.of(issue.load->mt, issue.load->nt);
    result.events.push_back({operands, PeAction::load, loaded, -1, issue.load->step});
  }
}

}  // namespace

SpaceTime space_time(const Config& config, const golden::Command& command) {
  SpaceTime result{config.rows, config.cols, command, 0, {}};
  const TileOrder order{command.op == static_cast<int>(Op::fprop), golden::tiling(config, command)};
  golden::SequencerModel sequencer(config);
  sequencer.start(golden::seen_by(config, command), 0);
  int loaded = 0;
  for (std::int64_t cycle = 0; !sequencer.idle() && !sequencer.finishing(); ++cycle) {
    const Issue issue = sequencer.step(cycle);
    if (issue.executing) ++result.cycles;
    add_issue(result, order, issue, cycle, lag(config), loaded);
  }
  return result;
}

bool acts(const SpaceTime& diagram, const PeEvent& event, int row) {
  if (event.action == PeAction::load) return event.step + row < diagram.rows;
  return event.action != PeAction::drain || event.step + row >= diagram.rows;
}

Op main_op(const Config& config) {
  if (built(config, Op::backward)) return Op::backward;
  for (const Op op : {Op::fprop, Op::dgrad, Op::wgrad}) {
    if (built(config, op)) return op;
  }
  return Op::fprop;
}

Config drawn_array(const Config& config) {
  constexpr int kMost = 8;
  Config drawn = config;
  drawn.rows = std::min(config.rows, kMost);
  drawn.cols = std::min(config.cols, kMost);
  return drawn;
}

golden::Command drawn_command(const Config& config) {
  const Op op = main_op(config);
  const int slots = op == Op::backward ? 2 : 1;
  const int batch = std::max(2, (config.rows + slots - 1) / slots);
  const bool down = op != Op::fprop;  // the inner loop of the tiles
  return golden::make_command(op, Schedule::interleaved, down ? 2 * config.rows : config.rows,
                              down ? config.cols : 2 * config.cols, batch);
}

}  // namespace gradloom::report
