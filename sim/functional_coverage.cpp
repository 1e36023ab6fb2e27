// SPDX-License-Identifier: Apache-2.0
#include "sim/functional_coverage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <vector>

#include "golden/command.hpp"
#include "hal/gradloom_hal.h"

namespace gradloom {
namespace {

using golden::Command;

// --- the cover points ---------------------------------------------------------------------------

bool always(const Config& /*config*/, std::size_t /*bin*/) { return true; }

/// A property of a command with a few values. `bin` gives the place among `bins`, or -1 where the
/// property does not apply; `exists` says whether a configuration can have that bin at all.
struct Axis {
  std::vector<std::string> bins;
  std::function<int(const Config&, const Command&)> bin;
  std::function<bool(const Config&, std::size_t)> exists = always;
};

int size_class(std::uint32_t size, int lanes) {
  const auto n = static_cast<std::uint32_t>(lanes);
  return size < n ? 0 : size == n ? 1 : size % n == 0 ? 2 : 3;
}

bool size_exists(int lanes, int limit, std::size_t bin) {
  const std::array<bool, 4> exist{lanes > 1, limit >= lanes, limit / 2 >= lanes,
                                  lanes > 1 && limit > lanes};
  return exist.at(bin);
}

bool batch_exists(const Config& config, std::size_t bin) {
  const int r = config.rows;
  const int b = config.limits.batch;
  // 2 is the least B of the second and third class, as long as it is below R/2 or not.
  const int third = std::max(2, (r + 1) / 2);
  const std::array<bool, 5> exist{true, r > 4 && b >= 2, third < r && b >= third, r > 1 && b >= r,
                                  b > r};
  return exist.at(bin);
}

bool op_exists(const Config& config, std::size_t op) { return built(config, static_cast<Op>(op)); }

bool rounding_exists(const Config& config, std::size_t bin) {
  return bin == 0 || config.training.stochastic;
}

bool status_exists(const Config& config, Status status) {
  switch (status) {
    case Status::bad_op: return !(config.fprop && config.dgrad && config.wgrad);
    case Status::bad_field:
    case Status::overlap: return config.training.built;
    default: break;
  }
  const auto buffer = selected_buffer(static_cast<std::uint32_t>(status) -
                                      static_cast<std::uint32_t>(Status::no_fit_x));
  return status < Status::no_fit_x || (buffer && depth(config, *buffer) > 0);
}

/// Of the bus: 16 more than a completion code that is an error, or an error of the bus itself.
bool error_exists(const Config& config, int code) {
  const int status = code - GRADLOOM_ERR_COMMAND;
  if (status < 0 || code >= GRADLOOM_ERR_READ_SLVERR) return true;
  return status > 0 && status <= static_cast<int>(Status::no_fit_bias) &&
         status_exists(config, static_cast<Status>(status));
}

int batch_class(const Config& config, std::uint32_t batch) {
  const auto r = static_cast<std::uint32_t>(config.rows);
  if (batch == 1) return 0;
  return 2 * batch < r ? 1 : batch < r ? 2 : batch == r ? 3 : 4;
}

bool is_op(const Command& c, Op op) { return c.op == static_cast<int>(op); }

const Axis kOp{{"fprop", "dgrad", "wgrad", "backward"},
               [](const Config&, const Command& c) { return c.op; },
               op_exists};
const Axis kSchedule{{"interleaved", "separate", "serial"},
                     [](const Config&, const Command& c) { return c.schedule; }};
const Axis kM{
    {"M<R", "M=R", "M=kR", "M ragged"},
    [](const Config& f, const Command& c) { return size_class(c.m, f.rows); },
    [](const Config& f, std::size_t bin) { return size_exists(f.rows, f.limits.m, bin); }};
const Axis kN{
    {"N<C", "N=C", "N=kC", "N ragged"},
    [](const Config& f, const Command& c) { return size_class(c.n, f.cols); },
    [](const Config& f, std::size_t bin) { return size_exists(f.cols, f.limits.n, bin); }};
const Axis kB{{"B=1", "1<B<R/2", "R/2<=B<R", "B=R", "B>R"},
              [](const Config& f, const Command& c) { return batch_class(f, c.b); },
              batch_exists};
const Axis kAccumulate{{"plain", "acc_psum", "acc_dw", "acc_psum acc_dw"},
                       [](const Config&, const Command& c) {
                         return static_cast<int>(c.acc_psum) + 2 * static_cast<int>(c.acc_dw);
                       }};
const Axis kAct{{"identity", "relu", "leaky_relu", "hard_sigmoid", "hard_tanh", "sigmoid", "tanh"},
                [](const Config&, const Command& c) {
                  return c.training.post ? static_cast<int>(c.training.act) : -1;
                },
                [](const Config& config, std::size_t code) {
                  return built(config, static_cast<ActivationCode>(code));
                }};
const Axis kRoundPost{{"nearest", "stochastic"},
                      [](const Config&, const Command& c) {
                        return c.training.post ? static_cast<int>(c.training.sr_post) : -1;
                      },
                      rounding_exists};
const Axis kRoundUpdate{{"nearest", "stochastic"},
                        [](const Config&, const Command& c) {
                          return c.training.update ? static_cast<int>(c.training.sr_update) : -1;
                        },
                        rounding_exists};
const Axis kDecay{
    {"no decay", "decay"},
    [](const Config&, const Command& c) {
      return c.training.update ? static_cast<int>(c.training.decay != 0) : -1;
    },
    [](const Config& config, std::size_t bin) { return bin == 0 || config.training.weight_decay; }};
const Axis kBgrad{{"no bgrad", "bgrad"}, [](const Config&, const Command& c) {
                    return is_op(c, Op::fprop) ? -1 : static_cast<int>(c.training.bgrad);
                  }};
const Axis kTarget{{"to none", "to x", "to y", "to x and y"}, [](const Config&, const Command& c) {
                     if (!c.training.post || !is_op(c, Op::fprop)) return -1;
                     return static_cast<int>(c.training.to_x) +
                            2 * static_cast<int>(c.training.to_y);
                   }};
const Axis kLoss{{"no loss", "loss"}, [](const Config&, const Command& c) {
                   if (!c.training.post || !is_op(c, Op::fprop)) return -1;
                   return static_cast<int>(c.training.loss);
                 }};

/// All combinations of the bins of some axes.
struct Cross {
  const char* name;
  std::vector<const Axis*> axes;
};

const std::vector<Cross>& command_crosses() {
  static const std::vector<Cross> crosses{{"shape", {&kOp, &kSchedule, &kM, &kN}},
                                          {"batch", {&kOp, &kSchedule, &kB}},
                                          {"accumulate", {&kOp, &kSchedule, &kAccumulate}}};
  return crosses;
}

const std::vector<Cross>& training_crosses() {
  static const std::vector<Cross> crosses{{"activation", {&kOp, &kAct, &kRoundPost}},
                                          {"update", {&kOp, &kSchedule, &kRoundUpdate, &kDecay}},
                                          {"bias gradient", {&kOp, &kSchedule, &kBgrad}},
                                          {"target", {&kTarget, &kLoss}}};
  return crosses;
}

constexpr std::array<const char*, 4> kPortNames{"command", "completion", "host request",
                                                "host response"};
constexpr std::array<const char*, 5> kChannelNames{"AR", "R", "AW", "W", "B"};
constexpr std::array<const char*, 4> kWaits{"taken at once", "waits 1 cycle", "waits more",
                                            "two in a row"};
constexpr std::array<const char*, 4> kResetMoments{"idle", "command runs", "commands queue",
                                                   "reads under way"};
constexpr std::array<const char*, 3> kResponses{"OKAY", "SLVERR", "DECERR"};

// --- bookkeeping --------------------------------------------------------------------------------

std::string bin_names(const Config& config, const Cross& cross, const Command& command) {
  std::string text = cross.name;
  text += ":";
  for (const Axis* axis : cross.axes) {
    const int bin = axis->bin(config, command);
    if (bin < 0 || bin >= static_cast<int>(axis->bins.size())) return {};
    text += " " + axis->bins[static_cast<std::size_t>(bin)] + ",";
  }
  text.pop_back();
  return text;
}

// Calls visit(text) for each combination that a configuration can have.
void for_each_combination(const Config& config, const Cross& cross,
                          const std::function<void(const std::string&)>& visit) {
  std::vector<std::size_t> at(cross.axes.size(), 0);
  while (true) {
    std::string text = std::string(cross.name) + ":";
    bool exists = true;
    for (std::size_t i = 0; i < at.size(); ++i) {
      text += " " + cross.axes[i]->bins[at[i]] + ",";
      exists = exists && cross.axes[i]->exists(config, at[i]);
    }
    text.pop_back();
    if (exists) visit(text);
    std::size_t i = at.size();
    while (i > 0 && ++at[i - 1] == cross.axes[i - 1]->bins.size()) at[--i] = 0;
    if (i == 0) return;
  }
}

const char* access_name(bool write) { return write ? "write" : "read"; }

std::string host_target(const Config& config, std::uint32_t sel) {
  if (sel == static_cast<std::uint32_t>(kRegisterSelect)) return "register";
  for (int i = 0; i < kBufferCount; ++i) {
    const auto buffer = static_cast<Buffer>(i);
    if (depth(config, buffer) > 0 && static_cast<std::uint32_t>(select_code(buffer)) == sel) {
      return name(buffer);
    }
  }
  return "nothing";
}

/// Whether a command keeps delta in the hold memories.
std::string hold_point(int op, bool holds) {
  return fmt::format("delta hold: {}, {}", kOp.bins[static_cast<std::size_t>(op)],
                     holds ? "held" : "not held");
}

}  // namespace

FunctionalCoverage::FunctionalCoverage(const Config& config) : config_(config) {
  if (config.bus == HostBus::axi) {
    declare_bus();
    return;
  }
  declare_commands();
  declare_pins();
  if (config.training.built) declare_training();
}

void FunctionalCoverage::hit(const std::string& point) {
  const auto found = points_.find(point);
  if (found != points_.end()) ++found->second;
}

void FunctionalCoverage::declare_commands() {
  for (const Cross& cross : command_crosses()) {
    for_each_combination(config_, cross, [this](const std::string& text) { add(text); });
  }
  for (int code = 0; code <= static_cast<int>(Status::no_fit_bias); ++code) {
    const auto status = static_cast<Status>(code);
    if (status_exists(config_, status)) add(fmt::format("code: {}", name(status)));
  }
  for (std::size_t before = 0; before < kOp.bins.size(); ++before) {
    for (std::size_t after = 0; after < kOp.bins.size(); ++after) {
      if (op_exists(config_, before) && op_exists(config_, after))
        add(fmt::format("back to back: {}, {}", kOp.bins[before], kOp.bins[after]));
    }
  }
  if (config_.buffers.delta_hold == 0) return;
  for (const Op op : {Op::dgrad, Op::wgrad, Op::backward}) {
    if (!built(config_, op)) continue;
    for (const bool holds : {false, true}) add(hold_point(static_cast<int>(op), holds));
  }
}

void FunctionalCoverage::declare_pins() {
  for (const char* port : kPortNames) {
    for (const char* wait : kWaits) add(fmt::format("handshake: {}, {}", port, wait));
  }
  for (const char* moment : kResetMoments) add(fmt::format("reset: {}", moment));
  std::vector<std::string> targets{"register", "nothing"};
  for (int i = 0; i < kBufferCount; ++i) {
    if (depth(config_, static_cast<Buffer>(i)) > 0)
      targets.emplace_back(name(static_cast<Buffer>(i)));
  }
  for (const std::string& target : targets) {
    for (const bool write : {false, true}) {
      for (const char* when : {"idle", "busy"}) {
        add(fmt::format("host: {} {}, {}", access_name(write), target, when));
      }
    }
  }
}

void FunctionalCoverage::declare_training() {
  for (const Cross& cross : training_crosses()) {
    for_each_combination(config_, cross, [this](const std::string& text) { add(text); });
  }
}

void FunctionalCoverage::declare_bus() {
  for (const char* channel : kChannelNames) {
    for (const char* wait : {"taken at once", "waits for ready", "waits 8 cycles or more"}) {
      add(fmt::format("channel: {}, {}", channel, wait));
    }
  }
  for (const char* channel : {"R", "B"}) {
    for (const char* response : kResponses) add(fmt::format("response: {}, {}", channel, response));
  }
  for (const char* moment : {"idle", "transactions under way"})
    add(fmt::format("reset: {}", moment));
  for (int code = 0; code <= GRADLOOM_ERR_TIMEOUT; ++code) {
    if (error_exists(config_, code)) add(fmt::format("error code: {}", code));
  }
  for (const char* what : {"START", "START refused", "SOFT_RESET", "SOFT_RESET with FORCE",
                           "DRAINING", "RUNNING", "interrupt done", "interrupt error"}) {
    add(fmt::format("run: {}", what));
  }
  for (const char* access : {"read OKAY", "read SLVERR", "write OKAY", "write SLVERR"}) {
    add(fmt::format("register: {}", access));
  }
}

void FunctionalCoverage::sample(const golden::Inputs& inputs, const Handshake& pins) {
  if (!inputs.rst_n) {
    if (!in_reset_) sample_reset(pins);
    in_reset_ = true;
    outstanding_ = reads_ = 0;
    last_op_ = -1;
    busy_ = false;
    std::fill(std::begin(waited_), std::end(waited_), 0);
    std::fill(std::begin(taken_), std::end(taken_), false);
    return;
  }
  in_reset_ = false;
  sample_handshake(0, inputs.cmd_valid, pins.cmd_ready);
  sample_handshake(1, pins.done_valid, inputs.done_ready);
  sample_handshake(2, inputs.host_valid, pins.host_ready);
  sample_handshake(3, pins.rsp_valid, inputs.rsp_ready);
  busy_ = pins.busy;
  if (inputs.host_valid && pins.host_ready) sample_host(inputs);
  if (pins.rsp_valid && inputs.rsp_ready) --reads_;
  if (pins.done_valid && inputs.done_ready) {
    --outstanding_;
    hit(fmt::format("code: {}", name(static_cast<Status>(pins.done_code))));
  }
  if (inputs.cmd_valid && pins.cmd_ready) sample_command(inputs.command);
}

void FunctionalCoverage::sample_handshake(int port, bool valid, bool ready) {
  const auto p = static_cast<std::size_t>(port);
  const auto point = [&](std::size_t wait) {
    hit(fmt::format("handshake: {}, {}", kPortNames[p], kWaits[wait]));
  };
  const bool taken = valid && ready;
  if (taken) {
    point(static_cast<std::size_t>(std::min(waited_[p], 2)));
    if (taken_[p]) point(3);
  }
  waited_[p] = valid && !ready ? waited_[p] + 1 : 0;
  taken_[p] = taken;
}

void FunctionalCoverage::sample_host(const golden::Inputs& inputs) {
  if (!inputs.host_write) ++reads_;
  hit(fmt::format("host: {} {}, {}", access_name(inputs.host_write),
                  host_target(config_, inputs.host_sel), busy_ ? "busy" : "idle"));
}

void FunctionalCoverage::sample_reset(const Handshake& pins) {
  if (reads_ > 0) hit("reset: reads under way");
  if (outstanding_ > 1) hit("reset: commands queue");
  if (outstanding_ > 0 && pins.busy) hit("reset: command runs");
  if (outstanding_ == 0 && reads_ == 0) hit("reset: idle");
}

void FunctionalCoverage::sample_command(const Command& command) {
  const Command seen = golden::seen_by(config_, command);
  const bool good = golden::check(config_, seen) == Status::ok;
  if (good) {
    for (const Cross& cross : command_crosses()) hit(bin_names(config_, cross, seen));
    if (outstanding_ > 0 && last_op_ >= 0) {
      hit(fmt::format("back to back: {}, {}", kOp.bins[static_cast<std::size_t>(last_op_)],
                      kOp.bins[static_cast<std::size_t>(seen.op)]));
    }
    if (config_.training.built) sample_training(seen);
    hit(hold_point(seen.op, golden::holds_delta(config_, seen)));
  }
  last_op_ = good ? seen.op : -1;
  ++outstanding_;
}

void FunctionalCoverage::sample_training(const Command& command) {
  for (const Cross& cross : training_crosses()) hit(bin_names(config_, cross, command));
}

void FunctionalCoverage::sample_bus(bool rst_n, const AxiMasterOutputs& design,
                                    const AxiMasterInputs& memory) {
  if (!rst_n) {
    if (!in_reset_) hit(bus_busy_ ? "reset: transactions under way" : "reset: idle");
    in_reset_ = true;
    std::fill(std::begin(channel_), std::end(channel_), 0);
    bus_busy_ = false;
    return;
  }
  in_reset_ = false;
  const std::array<std::pair<bool, bool>, kChannels> channels{{{design.arvalid, memory.arready},
                                                               {memory.rvalid, design.rready},
                                                               {design.awvalid, memory.awready},
                                                               {design.wvalid, memory.wready},
                                                               {memory.bvalid, design.bready}}};
  bus_busy_ = false;
  for (std::size_t i = 0; i < channels.size(); ++i) {
    const auto [valid, ready] = channels[i];
    const auto point = [&](const char* wait) {
      hit(fmt::format("channel: {}, {}", kChannelNames[i], wait));
    };
    if (valid) bus_busy_ = true;
    if (valid && !ready) {
      ++channel_[i];
      point("waits for ready");
      if (channel_[i] == 8) point("waits 8 cycles or more");
      continue;
    }
    if (valid && channel_[i] == 0) point("taken at once");
    channel_[i] = 0;
  }
  const auto response = [&](const char* channel, std::uint32_t code) {
    if (code == 1) return;  // EXOKAY: only for exclusive accesses
    hit(fmt::format("response: {}, {}", channel, kResponses.at(code == 0 ? 0 : code - 1)));
  };
  if (memory.rvalid && design.rready) response("R", memory.rresp);
  if (memory.bvalid && design.bready) response("B", memory.bresp);
}

void FunctionalCoverage::sample_access(bool write, std::uint32_t offset, std::uint32_t data,
                                       AxiResponse response) {
  const bool okay = response == AxiResponse::okay;
  hit(fmt::format("register: {} {}", access_name(write), okay ? "OKAY" : "SLVERR"));
  if (write && offset == GRADLOOM_CONTROL) {
    if ((data & GRADLOOM_CONTROL_START) != 0) hit(okay ? "run: START" : "run: START refused");
    if ((data & GRADLOOM_CONTROL_SOFT_RESET) != 0) {
      hit((data & GRADLOOM_CONTROL_FORCE) != 0 ? "run: SOFT_RESET with FORCE" : "run: SOFT_RESET");
    }
  }
  if (write || !okay) return;
  if (offset == GRADLOOM_RUN_STATUS) {
    if ((data & GRADLOOM_RUN_DRAINING) != 0) hit("run: DRAINING");
    if ((data & GRADLOOM_RUN_RUNNING) != 0) hit("run: RUNNING");
    const bool ended = (data & (GRADLOOM_RUN_DONE | GRADLOOM_RUN_ERROR)) != 0;
    if (ended) hit(fmt::format("error code: {}", data >> 8 & 0xFF));
  }
  if (offset == GRADLOOM_IRQ_STATUS) {
    if ((data & GRADLOOM_IRQ_DONE) != 0) hit("run: interrupt done");
    if ((data & GRADLOOM_IRQ_ERROR) != 0) hit("run: interrupt error");
  }
}

}  // namespace gradloom
