// SPDX-License-Identifier: Apache-2.0
// What a product costs on the array of a configuration: cycles, accesses at the buffers, words on
// the bus to memory. Closed form; the cycles and accesses are those of the RTL's counters, exactly.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "golden/config.hpp"
#include "golden/loop_order.hpp"
#include "golden/ports.hpp"
#include "golden/timing.hpp"
#include "model/layer.hpp"

namespace gradloom::model {

/// How an operation runs. The first three are what cmd_sched_i says. The others run both gradients,
/// and fprop, on one dataflow, as commands of the same array with other matrices for operands
/// (docs/model.md): weight-stationary on fprop and dgrad commands, output-stationary on wgrad
/// commands, always with overlapping tiles. `best` takes, for each product, the one of ws_only and
/// os_only that needs fewer cycles; of equals ws_only.
enum class ModelSchedule : std::uint8_t { interleaved, separate, serial, ws_only, os_only, best };
inline constexpr std::array kModelSchedules{ModelSchedule::interleaved, ModelSchedule::separate,
                                            ModelSchedule::serial,      ModelSchedule::ws_only,
                                            ModelSchedule::os_only,     ModelSchedule::best};
const char* name(ModelSchedule schedule);

/// A command, or several if the buffers are too small, of the array: what gradloom verify runs with
/// --op, --schedule, --m, --n and --batch.
struct ArrayRun {
  Op op = Op::backward;
  Schedule schedule = Schedule::interleaved;
  std::int64_t m = 1;
  std::int64_t n = 1;
  std::int64_t b = 1;
  /// The tensor that is in the place of each buffer X to DW. By default the one of that name.
  std::array<Buffer, kBaseCount> tensor{Buffer::x, Buffer::delta, Buffer::w,
                                        Buffer::y, Buffer::dx,    Buffer::dw};
  bool update = false;  ///< W is updated in the PEs: cmd_update_i, the batch not cut
  golden::LoopOrder order = golden::LoopOrder::fixed;  ///< of its commands; fixed with `update`
};

/// The runs that form one product of `shape` (its `products` are not looked at). Two for a backward
/// pass on one dataflow, one otherwise. Op::backward is dgrad and wgrad.
std::vector<ArrayRun> array_runs(const Config& config, Op op, ModelSchedule schedule,
                                 const GemmShape& shape,
                                 golden::LoopOrder order = golden::LoopOrder::fixed);

/// The same runs with the update of W in the one that forms dW. Nothing if the PEs cannot do it: no
/// training hardware, dW formed by an fprop command, no command that takes the whole batch, or
/// an operation without wgrad.
std::optional<std::vector<ArrayRun>> update_runs(
    const Config& config, Op op, ModelSchedule schedule, const GemmShape& shape,
    golden::LoopOrder order = golden::LoopOrder::fixed);

struct Words {
  std::int64_t read = 0;
  std::int64_t written = 0;
  std::int64_t total() const { return read + written; }
  bool operator==(const Words&) const = default;
};

/// By tensor: X, delta, W, Y, dX and dW are the indices of enum Buffer.
using TensorWords = std::array<Words, kBaseCount>;

struct Cost {
  std::int64_t cycles = 0;
  std::int64_t busy = 0;  ///< cycles in which the array gets a slot
  std::int64_t stall = 0;
  std::int64_t macs = 0;
  std::int64_t commands = 0;
  TensorWords buffer{};  ///< words at the buffers beside the array
  Words hold{};          ///< words at the hold memories of DELTA, not in `buffer`
  TensorWords dram{};    ///< words between the buffers and memory, docs/model.md, section "Memory"
  /// These throw InputError if a count would leave 64 bits.
  Cost& operator+=(const Cost& other);
  Cost& operator*=(std::int64_t times);
  bool operator==(const Cost&) const = default;
};
Cost operator*(Cost cost, std::int64_t times);
Cost operator-(Cost cost, const Cost& other);

std::int64_t total_words(const TensorWords& words);
/// macs / (cycles * R * C); 0 without cycles.
double utilization(const Config& config, const Cost& cost);

/// The cost of runs one after the other, `times` times.
Cost runs_cost(const Config& config, const std::vector<ArrayRun>& runs, std::int64_t times);

/// The cost of one operation of all products of `shape`, one after the other. Throws InputError if
/// an operation that it needs is not built, or no command of it fits the buffers.
Cost product_cost(const Config& config, Op op, ModelSchedule schedule, const GemmShape& shape,
                  golden::LoopOrder order = golden::LoopOrder::fixed);

/// Memory words of a run whose chunks are those of golden::split(), as golden::memory_words() says.
TensorWords dram_words(const Config& config, const ArrayRun& run);

/// The same configuration with every buffer `words` deep, and the limits that follow. For asking
/// what an array would do with other buffers.
Config with_buffers(Config config, int words);

}  // namespace gradloom::model
