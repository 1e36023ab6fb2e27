// SPDX-License-Identifier: Apache-2.0
// Who is compared with whom: schedules, options of the design and outside comparators, and what a
// network costs each of them.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "golden/config.hpp"
#include "golden/loop_order.hpp"
#include "model/cost.hpp"
#include "model/energy.hpp"
#include "model/layer.hpp"

namespace gradloom::evidence {

/// ours: a schedule of this project; two_passes: dgrad of a whole layer, then wgrad of the whole
/// layer, as commands of their own, by `schedule`. SCALE-Sim: the best dataflow for each product;
/// ws for all; dgrad (and fprop) by ws and wgrad by os.
enum class Kind { ours, two_passes, scalesim_best, scalesim_ws, scalesim_ws_os };

/// A row of the comparison. To add an option of the design, add a contender whose `option` sets it.
struct Contender {
  std::string name;
  Kind kind = Kind::ours;
  model::ModelSchedule schedule = model::ModelSchedule::interleaved;
  bool column = true;       ///< has a column in the wide tables
  bool psum_reads = false;  ///< of SCALE-Sim: reads of partial sums are accesses too
  golden::LoopOrder order = golden::LoopOrder::fixed;  ///< fixed with the update in the PEs
  Config (*option)(Config) = nullptr;                  ///< nullptr: the configuration as it is
};
/// The first one is what the others are compared with.
const std::vector<Contender>& contenders();
const Contender& contender(const std::string& name);

/// What counts. gradients: both gradients of all layers, no update. update_*: with the update of
/// the weights. step_*: with fprop too. outside: dW and W come from memory and W goes there, in no
/// cycles of the array. pass: a pass over the buffers W and DW beside the array when dW of a
/// command is complete, a row of a tile in each cycle: ceil(N/C) * M + 4 cycles and 3 M N accesses;
/// the words of memory are those of the update in the PEs. in_pe: in the PEs, where the schedule
/// can do it (else outside).
enum class Accounting {
  gradients,
  update_outside,
  update_pass,
  update_in_pe,
  step_outside,
  step_pass,
  step_in_pe
};
inline constexpr std::array kAccountings{Accounting::gradients,    Accounting::update_outside,
                                         Accounting::update_pass,  Accounting::update_in_pe,
                                         Accounting::step_outside, Accounting::step_pass,
                                         Accounting::step_in_pe};
const char* name(Accounting accounting);

struct Array {
  int rows = 0;
  int cols = 0;
  int words = 4096;  ///< of each bank of each buffer
};
/// int8 operands, 32-bit accumulators. `training`: 16-bit master weights and the update in the PEs.
Config machine(const Array& array, bool training);

struct Figures {
  double cycles = 0;
  double accesses = 0;  ///< words at the buffers beside the array
  /// SCALE-Sim has none of these here.
  std::optional<double> dram;  ///< words between buffers and memory
  std::optional<model::EnergySplit> energy;
};
double energy_of(const Figures& figures);
double chip_energy_of(const Figures& figures);  ///< without DRAM

/// Looked up where it was worked out before.
class Contest {
 public:
  explicit Contest(model::EnergyTable table) : table_(std::move(table)) {}
  const Figures& figures(const model::ModelNetwork& network, std::int64_t batch, const Array& array,
                         const Contender& contender, Accounting accounting);

 private:
  model::EnergyTable table_;
  std::map<std::string, Figures> known_;
};

/// Least and greatest B / R of the products of a network.
struct Span {
  double low = 0;
  double high = 0;
};
Span batch_span(const model::ModelNetwork& network, std::int64_t batch, int rows);

/// The fully-connected layers alone, all of them with dgrad. Empty layers if there are none.
model::ModelNetwork fully_connected(const model::ModelNetwork& network);
/// A network of one layer.
model::ModelNetwork only(const model::ModelNetwork& network, std::size_t layer);

}  // namespace gradloom::evidence
