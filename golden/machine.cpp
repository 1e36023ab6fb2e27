// SPDX-License-Identifier: Apache-2.0
// Construction, the command path, and the order of things within a cycle.
#include "golden/machine.hpp"

#include <utility>

namespace gradloom::golden {
namespace {

std::size_t word_of(const std::vector<Signal>& signals, std::string_view name) {
  for (const Signal& signal : signals) {
    if (signal.name == name) return signal.word;
  }
  return 0;
}

/// The last event of a slot or step is its write in the last lane (section 4.3), or that of a
/// vector lane.
int horizon(const Config& config) {
  const int lane = config.training.built ? kForwardLoss : 0;
  return kIssueToEdge + kEdgeToArray + config.rows + config.cols + result_lag(config) + 1 + lane;
}

}  // namespace

Machine::Machine(const Config& config, std::uint64_t config_hash)
    : config_(config),
      hash_(config_hash),
      queue_depth_(static_cast<std::size_t>(config.queue_depth)),
      host_width_(derive(config).host_w),
      signals_(output_signals(config)),
      ring_(config, signals_, horizon(config)),
      banks_(config),
      sequencer_(config),
      math_(make_array_math(config)),
      x_(static_cast<std::size_t>(config.rows)),
      delta_(static_cast<std::size_t>(config.cols)),
      row_(static_cast<std::size_t>(config.cols)),
      hold_(static_cast<std::size_t>(config.buffers.delta_hold) *
            static_cast<std::size_t>(config.cols)),
      activation_(config.operand_bits) {
  const std::size_t pes =
      static_cast<std::size_t>(config.rows) * static_cast<std::size_t>(config.cols);
  if (config.training.built) {
    for (auto* words : {&shadow_masters_, &masters_, &updated_}) words->assign(pes, 0);
    db_.assign(static_cast<std::size_t>(config.cols), 0);
    seed_generators(0);
  }
  scalars_ = {word_of(signals_, "cmd_ready_o"), word_of(signals_, "done_valid_o"),
              word_of(signals_, "done_code_o"), word_of(signals_, "host_ready_o"),
              word_of(signals_, "rsp_valid_o"), word_of(signals_, "rsp_data_o"),
              word_of(signals_, "rsp_error_o"), word_of(signals_, "busy_o")};
  present();
}

void Machine::clock(const Inputs& inputs) {
  step_host(inputs);
  apply_array_writes();
  if (inputs.rst_n) {
    if (!sequencer_.idle()) issue(sequencer_.step(cycle_));
    step_command_path(inputs);
    ring_.retire(cycle_);
  } else {
    reset();
  }
  ++cycle_;
  present();
}

/// The queue, the planner, FINISH and the completion register. All conditions are those of the
/// present cycle, so each part looks at the state before the others change it.
void Machine::step_command_path(const Inputs& inputs) {
  const bool accepted = inputs.cmd_valid && cmd_ready();
  const bool sequencer_idle = sequencer_.idle();
  const bool done_free = !done_valid_ || inputs.done_ready;
  if (done_valid_ && inputs.done_ready) done_valid_ = false;
  if (finish_cycle_ && done_free) {
    done_valid_ = true;
    done_code_ = running_code_;
    sequencer_.finish();
  }
  if (planner_busy_ && sequencer_idle && cycle_ >= plan_ready_) {
    planner_busy_ = false;
    start_command(planned_);
  } else if (!planner_busy_ && !queue_.empty()) {
    planner_busy_ = true;
    planned_ = queue_.front();
    plan_ready_ = cycle_ + kPlanCycles;
    queue_.pop_front();
  }
  if (accepted) queue_.push_back(inputs.command);
  finish_cycle_ = sequencer_.finishing();
}

void Machine::reset() {
  ring_.clear();
  host_.reset();
  sequencer_.reset();
  queue_.clear();
  planner_busy_ = false;
  finish_cycle_ = false;
  done_valid_ = false;
  done_code_ = Status::ok;
  counters_.fill(0);
  counters_exact_ = true;
  host_errors_ = 0;
  if (config_.training.built) seed_generators(0);
}

void Machine::apply_array_writes() {
  for (int code = 0; code < kBufferCount; ++code) {
    const Buffer buffer = static_cast<Buffer>(code);
    ring_.for_each_write(cycle_, buffer, [&](int lane, std::uint32_t addr, std::int64_t value) {
      banks_.write(buffer, lane, static_cast<int>(addr), value);
    });
  }
}

/// Fills the scalar pins into the frame of the present cycle, which has the trace ports already.
void Machine::present() {
  std::uint32_t* image = ring_.frame(cycle_);
  image[scalars_.cmd_ready] = cmd_ready() ? 1 : 0;
  image[scalars_.done_valid] = done_valid_ ? 1 : 0;
  image[scalars_.done_code] = static_cast<std::uint32_t>(done_code_);
  image[scalars_.host_ready] = host_ready() ? 1 : 0;
  image[scalars_.busy] = busy() ? 1 : 0;
  const HostResponse* response = host_.response();
  const std::uint64_t data = response != nullptr ? response->data : 0;
  image[scalars_.rsp_valid] = response != nullptr ? 1 : 0;
  image[scalars_.rsp_error] = response != nullptr && response->error ? 1 : 0;
  image[scalars_.rsp_data] = static_cast<std::uint32_t>(data);
  if (host_width_ == 64) image[scalars_.rsp_data + 1] = static_cast<std::uint32_t>(data >> 32);
}

}  // namespace gradloom::golden
