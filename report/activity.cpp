// SPDX-License-Identifier: Apache-2.0
#include "report/activity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <regex>

#include "generator/config_yaml.hpp"
#include "golden/command.hpp"
#include "golden/split.hpp"
#include "golden/timing.hpp"
#include "sim/harness.hpp"
#include "sim/layer_data.hpp"
#include "sim/model_builder.hpp"
#include "sim/verify.hpp"

namespace gradloom::report {
namespace {

constexpr std::uint64_t kSlotBits = 7;  // FPROP, DGRAD, WGRAD

std::uint64_t value_of(const ModelRegister& reg) {
  std::uint64_t value = 0;
  const int bytes = (reg.width + 7) / 8;
  for (int i = bytes - 1; i >= 0; --i) value = value << 8 | reg.data[i];
  return value;
}

// The control registers of the PEs, by row and column.
std::vector<ModelRegister> control_registers(const Config& config, const Model& model) {
  // Verilator's names of g_pe_row[1].g_pe[2].u_pe.
  static const std::regex place(R"(g_pe_row__BRA__(\d+)__KET__\.g_pe__BRA__(\d+)__KET__\.u_pe$)");
  std::vector<ModelRegister> found(static_cast<std::size_t>(config.rows * config.cols));
  for (const ModelRegister& reg : model.registers()) {
    std::smatch at;
    if (reg.name != "ctl_o" || !std::regex_search(reg.scope, at, place)) continue;
    found.at(static_cast<std::size_t>(std::stoi(at[1]) * config.cols + std::stoi(at[2]))) = reg;
  }
  for (const ModelRegister& reg : found) {
    if (reg.data == nullptr) throw ToolError("the model has no register ctl_o of some PE");
  }
  return found;
}

// Looks at all PEs before each cycle.
class Watch {
 public:
  Watch(const Config& config, const LayerShape& shape, PeActivity& activity, const PeWatcher& told)
      : config_(config), shape_(shape), activity_(activity), told_(told) {}

  void set_machine(const golden::Machine* machine) { machine_ = machine; }

  void look(const Model& model, std::int64_t cycle) {
    if (machine_ == nullptr) return;
    if (registers_.empty()) registers_ = control_registers(config_, model);
    int busy = 0;
    for (int r = 0; r < config_.rows; ++r) {
      for (int c = 0; c < config_.cols; ++c) {
        const auto pe = static_cast<std::size_t>(r * config_.cols + c);
        const std::uint64_t ctl = value_of(registers_[pe]);
        if (ctl == 0) continue;
        if (told_) told_({cycle, r, c, ctl});
        if ((ctl & kSlotBits) == 0 || !in_layer(r, c, ctl, cycle)) continue;
        ++activity_.pe_macs[pe];
        ++busy;
      }
    }
    if (busy > 0 || !activity_.busy.empty()) activity_.busy.push_back(busy);
  }

 private:
  // Whether the slot that the PE executed is about an element of the layer.
  bool in_layer(int r, int c, std::uint64_t ctl, std::int64_t cycle) const {
    const std::int64_t issued =
        cycle - 1 - lag(config_) - golden::kIssueToEdge - golden::kEdgeToArray - r - c;
    const std::optional<golden::SlotInfo> slot = machine_->slot_at(issued);
    const std::uint64_t bits = ctl & kSlotBits;
    const std::uint64_t expected = !slot                   ? 0
                                   : slot->op == Op::fprop ? 1
                                   : slot->op == Op::dgrad ? 2
                                                           : 4;
    if (bits != expected) {
      throw CheckError(fmt::format("cycle {}: PE({},{}) executes slot bits {}, expected {}", cycle,
                                   r, c, bits, expected),
                       {});
    }
    return slot->mt * config_.rows + r < shape_.m && slot->nt * config_.cols + c < shape_.n;
  }

  const Config& config_;
  LayerShape shape_;
  PeActivity& activity_;
  const PeWatcher& told_;
  const golden::Machine* machine_ = nullptr;
  std::vector<ModelRegister> registers_;
};

void require_all_macs(const PeActivity& activity) {
  std::int64_t sum = 0;
  for (const std::int64_t macs : activity.pe_macs) sum += macs;
  if (sum == activity.macs) return;
  throw CheckError(fmt::format("the PEs executed {} MACs, the RTL counted {}", sum, activity.macs),
                   {});
}

}  // namespace

LayerShape activity_shape(const Config& config) {
  const auto tiles = [](int lanes, int limit) {
    return std::min(2 * lanes + std::max(1, lanes / 2), limit);
  };
  const LayerShape shape{tiles(config.rows, config.limits.m), tiles(config.cols, config.limits.n),
                         std::min(std::max(2, config.rows / 2), config.limits.batch)};
  // One command, so that the tiles of the layer are those of the command.
  const golden::ChunkSize chunk =
      golden::chunk_size(config, main_op(config), shape.m, shape.n, shape.b);
  return {std::min(shape.m, chunk.m), std::min(shape.n, chunk.n), std::min(shape.b, chunk.b)};
}

Config simulated(const Config& config) {
  Config core = config;
  core.bus = HostBus::none;
  return core;
}

PeActivity run_activity(const Config& config, const std::filesystem::path& library, Op op,
                        Schedule schedule, const LayerShape& shape, std::uint64_t seed,
                        const PeWatcher& told) {
  PeActivity activity;
  activity.schedule = schedule;
  activity.pe_macs.resize(static_cast<std::size_t>(config.rows * config.cols));
  Watch watch(config, shape, activity, told);
  HarnessOptions options;
  options.seed = seed;
  options.config_hash = config_hash(config);
  options.timeout_cycles = config.testbench.timeout_cycles;
  options.before_cycle = [&](Model& model, std::int64_t cycle) { watch.look(model, cycle); };
  Harness harness(config, library, options);
  watch.set_machine(&harness.machine());
  const LayerOperands operands = make_operands(config, shape, DataKind::random, seed);
  const LayerReport report = verify_layer(harness, op, schedule, operands);
  harness.check_state();
  while (!activity.busy.empty() && activity.busy.back() == 0) activity.busy.pop_back();
  activity.cycles = report.counters[Counter::cycles];
  activity.macs = report.counters[Counter::macs];
  activity.checks = harness.checks();
  require_all_macs(activity);
  return activity;
}

ActivityRun measure_activity(const Config& config,
                             const std::function<void(const std::string&)>& progress) {
  const Config core = simulated(config);
  BuildOptions build;
  build.registers = true;
  build.progress = progress;
  const std::filesystem::path library = build_model(core, build).library;
  ActivityRun run{main_op(core), activity_shape(core), core.testbench.seed, {}};
  for (const Schedule schedule : kSchedules) {
    // Of a single product, interleaved and separate mean the same.
    if (run.op != Op::backward && schedule == Schedule::separate) continue;
    if (progress) progress(fmt::format("simulating a {} layer", name(schedule)));
    run.schedules.push_back(run_activity(core, library, run.op, schedule, run.shape, run.seed));
  }
  return run;
}

}  // namespace gradloom::report
