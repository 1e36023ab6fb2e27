// SPDX-License-Identifier: Apache-2.0
// What the PEs do in each cycle of a command, from the timing contract (docs/architecture.md,
// section 4): the golden sequencer issues it, and the wavefront takes it to PE(r,c) r + c cycles
// later.
#pragma once

#include <cstdint>
#include <vector>

#include "golden/command.hpp"
#include "golden/config.hpp"
#include "golden/ports.hpp"

namespace gradloom::report {

/// Bits of ctl_i of a PE (rtl_templates/pe.v), of which a cycle may have several.
enum class PeAction : std::uint8_t { fprop, dgrad, wgrad, capture, drain, swap, load };

/// What the wavefront carries. It reaches PE(r,c) r + c cycles after PE(0,0).
struct PeEvent {
  std::int64_t cycle = 0;  ///< in PE(0,0); 0 is the first executing cycle of the command
  PeAction action = PeAction::fprop;
  int tile = 0;  ///< number of the tile in its pass that it is about
  int b = -1;    ///< vector of a slot
  int step = 0;  ///< of a weight load or drain
  bool operator==(const PeEvent&) const = default;
};

struct SpaceTime {
  int rows = 0;
  int cols = 0;
  golden::Command command;
  std::int64_t cycles = 0;  ///< executing cycles of the command: counter CYCLES
  std::vector<PeEvent> events;
};

/// Whether the PEs of a row do anything about it. The weights of row r are in place after the steps
/// 0 to R-1-r of a load; it passes dW of the r rows above on in the last r steps of a drain.
bool acts(const SpaceTime& diagram, const PeEvent& event, int row);

/// A slot counts in the cycle in which the PE adds, `lag` cycles after its operands arrive; weight
/// load and swap in that of the operands. The command must be a good one, without training fields.
SpaceTime space_time(const Config& config, const golden::Command& command);

/// The op that shows most of a configuration: backward if built, else its only one.
Op main_op(const Config& config);

/// The command of the diagram, and an array of at most 8 x 8 of the same kind to draw it for: two
/// tiles, and a batch for which slots and loads of a tile take the same time.
Config drawn_array(const Config& config);
golden::Command drawn_command(const Config& config);

}  // namespace gradloom::report
