// SPDX-License-Identifier: Apache-2.0
// The golden model of the top module, cycle by cycle and pin by pin. Written from docs/numerics.md,
// docs/architecture.md and docs/training.md only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "golden/array_math.hpp"
#include "golden/banks.hpp"
#include "golden/command.hpp"
#include "golden/config.hpp"
#include "golden/frame_ring.hpp"
#include "golden/host_port_model.hpp"
#include "golden/ports.hpp"
#include "golden/sequencer_model.hpp"
#include "golden/tile_log.hpp"
#include "golden/training_math.hpp"

namespace gradloom::golden {

/// The input pins in one cycle. Every value must fit its pin. Bases of buffers that are not built
/// are ignored.
struct Inputs {
  bool rst_n = true;
  bool cmd_valid = false;
  Command command;
  bool done_ready = false;
  bool host_valid = false;
  bool host_write = false;
  std::uint32_t host_sel = 0;
  std::uint32_t host_lane = 0;
  std::uint32_t host_addr = 0;
  std::uint64_t host_wdata = 0;
  bool rsp_ready = false;
};

/// The top module of one configuration.
///
/// Between two calls of clock() the model is in one cycle: outputs() are the output pins of that
/// cycle, and clock(inputs) gives the input pins of that cycle and goes on to the next one. A new
/// model is in the reset state, in cycle 0, its banks all 0 and not defined.
///
/// Operands (X, DELTA, W and the first partial sums) are read when the slot or step that uses them
/// is issued, which is up to R + C + 8 cycles before the cycle of the timing contract, and the
/// partial sums of a running command are kept aside. The same holds for what the vector lanes read
/// and for the draws of the random generators. So the model is exact as long as the host
/// does not write words that the running command still reads or writes.
class Machine {
 public:
  /// `config_hash`: the value of the HASH registers.
  explicit Machine(const Config& config, std::uint64_t config_hash = 0);

  /// Ends the present cycle with these inputs.
  void clock(const Inputs& inputs);

  /// Number of the present cycle: calls of clock() so far.
  std::int64_t cycle() const { return cycle_; }

  /// Output pins, in the order of top_ports().
  const std::vector<Signal>& signals() const { return signals_; }
  /// The packed image of the output pins in the present cycle. Valid until the next clock().
  std::span<const std::uint32_t> outputs() const {
    return {ring_.frame(cycle_), ring_.image_words()};
  }

  bool cmd_ready() const { return queue_.size() < queue_depth_; }
  bool done_valid() const { return done_valid_; }
  Status done_code() const { return done_code_; }
  bool host_ready() const { return host_.ready(); }
  bool busy() const { return !queue_.empty() || planner_busy_ || !sequencer_.idle(); }
  bool rsp_valid() const { return host_.response() != nullptr; }
  std::uint64_t rsp_data() const { return rsp_valid() ? host_.response()->data : 0; }
  bool rsp_error() const { return rsp_valid() && host_.response()->error; }
  /// False if the specification leaves the response data that are offered now open: a counter
  /// while a command runs or after a CLEAR in that time, a word never written, or a word that the
  /// array wrote in the very cycle of the read.
  bool rsp_specified() const { return !rsp_valid() || host_.response()->specified; }

  /// The word as left by the cycles before the present one, sign-extended. The lane and address
  /// must exist.
  std::int64_t word(Buffer buffer, int lane, int addr) const {
    return banks_.word(buffer, lane, addr);
  }
  /// True if host, array or poke() wrote the word since construction. (A result computed from
  /// words that were not defined counts as defined.)
  bool defined(Buffer buffer, int lane, int addr) const {
    return banks_.defined(buffer, lane, addr);
  }
  /// Writes a word without the host port, at once. The low bits are used.
  void poke(Buffer buffer, int lane, int addr, std::int64_t value) {
    banks_.write(buffer, lane, addr, value);
  }

  /// Exact whenever busy() is false.
  std::int64_t counter(Counter counter) const {
    return counters_[static_cast<std::size_t>(counter)];
  }
  const std::array<std::int64_t, kCounterCount>& counters() const { return counters_; }
  /// False if a CLEAR was executed while busy: the counters are then not specified up to the next
  /// CLEAR or reset.
  bool counters_exact() const { return counters_exact_; }
  std::uint32_t host_errors() const { return host_errors_; }
  /// Code of the last completion posted; ok after reset.
  Status last_code() const { return done_code_; }

  /// The slot issued in the cycle, by the running or the last command.
  std::optional<SlotInfo> slot_at(std::int64_t cycle) const;
  /// What the lane of a trace port shows in the cycle, if it belongs to the running or the last
  /// command and the lane is active in that cycle. `signal` is a name such as "trace_dx_wdata_o".
  std::optional<Element> explain(std::string_view signal, int lane, std::int64_t cycle) const;

  const Config& config() const { return config_; }

 private:
  // machine.cpp
  void step_command_path(const Inputs& inputs);
  void reset();
  void apply_array_writes();
  void present();
  // machine_training.cpp
  void seed_generators(std::uint32_t seed);
  std::optional<std::uint32_t> draw(std::vector<std::uint32_t>& states, int lane, bool wanted);
  bool final_fprop(const Slot& slot) const;
  bool final_dgrad(const Slot& slot) const;
  void forward_lane(const Slot& slot, int cols, const std::int64_t* sums);
  void backward_lane(const Slot& slot, int rows, const std::int64_t* sums);
  void sum_bias_gradient(const Slot& slot, int cols);
  void update_weights(int rows, int cols);
  void keep_masters(int row, const std::int64_t* words, int valid);
  // machine_array.cpp
  void start_command(const Command& command);
  void issue(const Issue& issue);
  void issue_slot(const Slot& slot);
  void issue_fprop(const Slot& slot, int rows, int cols);
  void issue_dgrad(const Slot& slot, int rows, int cols);
  void issue_wgrad(const Slot& slot, int rows, int cols);
  void issue_load(const TileStep& load);
  void issue_drain(const TileStep& drain);
  void read_x(const Slot& slot, int rows);
  bool from_hold(const Slot& slot) const { return holds_ && slot.mt > 0; }
  void read_delta(const Slot& slot, int cols);
  std::size_t held_word(const Slot& slot) const;
  void read_held(const Slot& slot, int cols);
  void write_held(const Slot& slot, int cols);
  std::uint32_t vector_addr(Buffer buffer, int tile, int b) const;
  std::uint32_t matrix_addr(Buffer buffer, const TileStep& tile, int row) const;
  std::int64_t* partial_sums(Buffer buffer, const Slot& slot, bool first, std::uint32_t addr,
                             int valid);
  std::size_t psum_vector(Buffer buffer, const Slot& slot) const;
  void read_sums(Buffer buffer, const Slot& slot, int valid);
  void write_sums(Buffer buffer, const Slot& slot, int valid, std::uint32_t addr,
                  const std::int64_t* sums);
  std::int64_t sums_out(int pes) const;
  void count(Counter counter, std::int64_t events) {
    counters_[static_cast<std::size_t>(counter)] += events;
  }
  // machine_host.cpp
  void step_host(const Inputs& inputs);
  bool host_held(const HostRequest& request, bool refused) const;
  bool host_refused(const HostRequest& request) const;
  HostResponse host_read(const HostRequest& request) const;
  void host_write(const HostRequest& request);
  std::uint32_t register_value(std::uint32_t index) const;
  bool is_counter(std::uint32_t index) const;
  bool is_register(std::uint32_t index, bool write) const;

  Config config_;
  std::uint64_t hash_;
  std::size_t queue_depth_;
  int host_width_;
  std::vector<Signal> signals_;
  FrameRing ring_;
  Banks banks_;
  HostPortModel host_;
  SequencerModel sequencer_;
  std::unique_ptr<ArrayMath> math_;
  std::int64_t cycle_ = 0;

  // Words of the scalar pins in the image.
  struct Scalars {
    std::size_t cmd_ready, done_valid, done_code, host_ready, rsp_valid, rsp_data, rsp_error, busy;
  };
  Scalars scalars_{};

  // Command path.
  std::deque<Command> queue_;
  bool planner_busy_ = false;
  Command planned_;
  std::int64_t plan_ready_ = 0;  // first cycle in which the planner's result can be taken
  Status running_code_ = Status::ok;
  bool finish_cycle_ = false;  // the present cycle is a FINISH cycle
  bool done_valid_ = false;
  Status done_code_ = Status::ok;

  // The running command.
  Command running_;
  std::vector<std::int64_t> psums_;         // Y of (nt, b, c) or DX of (mt, b, r)
  std::vector<std::int64_t> psum_written_;  // of (nt, b) or (mt, b): cycle in lane 0, -1: not yet
  std::vector<std::int16_t> x_;             // R operands of the present slot
  std::vector<std::int16_t> delta_;         // C operands; kept for the WGRAD slot of an I pass
  std::vector<std::int64_t> row_;           // C words of a W or DW row
  bool holds_ = false;                      // the running command keeps delta in the hold memory
  std::vector<std::int64_t> hold_;          // [delta_hold][C], word b of every column

  // Training: random generators by lane, and the running command.
  struct Generators {
    std::vector<std::uint32_t> column;
    std::vector<std::uint32_t> row_backward;
    std::vector<std::uint32_t> row_update;
  };
  ActivationUnit activation_;
  std::uint32_t seed_ = 0;
  Generators generators_;
  std::vector<std::int64_t> shadow_masters_;  // [R][C], as loaded
  std::vector<std::int64_t> masters_;         // [R][C], of the tile that runs
  std::vector<std::int64_t> updated_;         // [R][C], of the tile that is drained
  std::vector<std::int64_t> db_;              // C sums

  std::array<std::int64_t, kCounterCount> counters_{};
  bool counters_exact_ = true;
  std::uint32_t host_errors_ = 0;

  TileLog log_;
  TileLog last_log_;
};

}  // namespace gradloom::golden
