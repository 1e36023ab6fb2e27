// SPDX-License-Identifier: Apache-2.0
// What each PE of the simulated RTL does: the control registers of all PEs are read in every cycle
// of a run that the harness compares, pin by pin, with the golden model.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "golden/config.hpp"
#include "golden/ports.hpp"
#include "report/space_time.hpp"
#include "sim/layer_program.hpp"
#include "sim/model_library.hpp"

namespace gradloom::report {

/// A control register that a PE showed, without its bits of 0.
struct PeSample {
  std::int64_t cycle = 0;  ///< of the run
  int row = 0;
  int col = 0;
  std::uint64_t ctl = 0;  ///< of the cycle before: the register follows ctl_i
};

/// One layer run under one schedule.
struct PeActivity {
  Schedule schedule = Schedule::interleaved;
  std::int64_t cycles = 0;  ///< counter CYCLES of the RTL
  std::int64_t macs = 0;    ///< counter MACS of the RTL
  std::int64_t checks = 0;  ///< pins, words and counters compared with the golden model
  /// [R][C]: slots that the PE executed with an element of the layer.
  std::vector<std::int64_t> pe_macs;
  /// For each cycle from the first slot to the last: PEs that executed such a slot.
  std::vector<int> busy;
};

struct ActivityRun {
  Op op = Op::backward;
  LayerShape shape;
  std::uint64_t seed = 1;
  std::vector<PeActivity> schedules;
};

/// A layer that does not fill its last tile in either direction: two and a half tiles each, and a
/// batch of R/2, as that of drawn_command(); smaller if the limits of the configuration are.
LayerShape activity_shape(const Config& config);

/// The array of the configuration, without its bus: what is simulated.
Config simulated(const Config& config);

/// Told each PE with control bits in each cycle.
using PeWatcher = std::function<void(const PeSample&)>;

/// Runs the layer with random operands. `library` is of simulated(), built with registers. Each
/// slot of a PE must be one that the golden model issued for it, and their sum the counter MACS;
/// throws CheckError if not, or if anything else differs; Interrupted.
PeActivity run_activity(const Config& config, const std::filesystem::path& library, Op op,
                        Schedule schedule, const LayerShape& shape, std::uint64_t seed,
                        const PeWatcher& watch = {});

/// Builds or finds the model, and runs the layer of activity_shape() under each schedule that makes
/// a difference. Throws ToolError if Verilator is missing or fails, and as run_activity() does.
ActivityRun measure_activity(const Config& config,
                             const std::function<void(const std::string&)>& progress);

}  // namespace gradloom::report
