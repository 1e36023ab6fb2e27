// SPDX-License-Identifier: Apache-2.0
#include "golden/ports.hpp"

#include <algorithm>
#include <array>

namespace gradloom {
namespace {

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return text;
}

/// The fields of docs/training.md, section 3; the bases follow those of the other buffers.
void add_training_ports(const Config& config, const Derived& d, std::vector<Port>& ports) {
  const int factor = config.operand_bits - 1;
  const auto field = [&](const char* name, int width, const char* text) {
    ports.push_back({std::string("cmd_") + name + "_i", true, width, text, false});
  };
  field("bias_base", d.addr_w, "first word of BIAS in every bank");
  field("next_base", d.addr_w, "first word of what the lanes write to X and DERIV, or to DELTA");
  field("post", 1, "final sums go through the forward or the backward lane");
  field("to_x", 1, "forward lane: activations to X, derivative codes to DERIV");
  field("to_y", 1, "forward lane: activations to Y");
  field("loss", 1, "forward lane: DELTA holds targets, the loss gradient replaces them");
  field("update", 1, "update of W; dW is not written");
  field("bgrad", 1, "update of the bias");
  field("sr_post", 1, "stochastic rounding of requantization and bias");
  field("sr_update", 1, "stochastic rounding of the weight update");
  field("act", 3, "activation code");
  field("leak", 3, "leaky_relu: the slope is 2^-leak");
  field("scale", 16, "requantization: factor");
  field("shift", 6, "requantization: bits shifted out");
  field("bias_scale", 16, "bias update: factor");
  field("bias_shift", 6, "bias update: bits shifted out");
  field("rate", factor, "weight update: factor of the gradient");
  field("rate_shift", d.rate_shift_w, "weight update: bits of the gradient shifted out");
  if (config.training.weight_decay) field("decay", factor, "weight update: factor of the weight");
}

void add_command_ports(const Config& config, const Derived& d, std::vector<Port>& ports) {
  ports.push_back({"cmd_valid_i", true, 1, "a command is offered", false});
  ports.push_back({"cmd_ready_o", false, 1, "the command queue takes it in this cycle", false});
  ports.push_back({"cmd_op_i", true, 2, "0 fprop, 1 dgrad, 2 wgrad, 3 backward", false});
  ports.push_back({"cmd_sched_i", true, 2, "0 interleaved, 1 separate, 2 serial", false});
  ports.push_back({"cmd_acc_psum_i", true, 1, "add to the Y or DX words in the buffer", false});
  ports.push_back({"cmd_acc_dw_i", true, 1, "add to the DW words in the buffer", false});
  ports.push_back({"cmd_m_i", true, d.dim_w, "M, input features", false});
  ports.push_back({"cmd_n_i", true, d.dim_w, "N, output features", false});
  ports.push_back({"cmd_b_i", true, d.dim_w, "B, batch", false});
  for (int code = 0; code < kBaseCount; ++code) {
    const Buffer buffer = static_cast<Buffer>(code);
    if (depth(config, buffer) == 0) continue;
    const std::string text = name(buffer);
    ports.push_back({"cmd_" + text + "_base_i", true, d.addr_w,
                     "first word of " + upper(text) + " in every bank", false});
  }
  if (config.training.built) add_training_ports(config, d, ports);
  ports.push_back({"done_valid_o", false, 1, "a command has ended", false});
  ports.push_back({"done_ready_i", true, 1, "its completion is taken in this cycle", false});
  ports.push_back({"done_code_o", false, 4, "completion code, 0 is good", false});
}

void add_host_ports(const Derived& d, std::vector<Port>& ports) {
  ports.push_back({"host_valid_i", true, 1, "a host access is offered", false});
  ports.push_back({"host_ready_o", false, 1, "the access is taken in this cycle", false});
  ports.push_back({"host_write_i", true, 1, "1 write, 0 read", false});
  ports.push_back({"host_sel_i", true, d.sel_w, "buffer code, or 7 for the registers", false});
  ports.push_back({"host_lane_i", true, d.lane_w, "bank: row or column; 0 for registers", false});
  ports.push_back({"host_addr_i", true, d.host_addr_w, "word, or register index", false});
  ports.push_back({"host_wdata_i", true, d.host_w, "write data, low bits used", false});
  ports.push_back({"rsp_valid_o", false, 1, "read data is offered", false});
  ports.push_back({"rsp_ready_i", true, 1, "the read data is taken in this cycle", false});
  ports.push_back({"rsp_data_o", false, d.host_w, "read data, sign-extended", false});
  ports.push_back({"rsp_error_o", false, 1, "the access named nothing that exists", false});
  ports.push_back({"busy_o", false, 1, "a command is queued, planned or running", false});
}

void add_trace_ports(const Config& config, const Derived& d, std::vector<Port>& ports) {
  for (int code = 0; code < kBufferCount; ++code) {
    const Buffer buffer = static_cast<Buffer>(code);
    if (depth(config, buffer) == 0) continue;
    const std::string prefix = std::string("trace_") + name(buffer);
    const std::string text = upper(name(buffer));
    const int count = lanes(config, buffer);
    ports.push_back(
        {prefix + "_re_o", false, count, "array reads " + text + ", a bit a bank", true});
    if (!array_writes(config, buffer)) continue;
    ports.push_back(
        {prefix + "_we_o", false, count, "array writes " + text + ", a bit a bank", true});
    ports.push_back({prefix + "_wdata_o", false, count * d.trace_w,
                     "words written to " + text + ", 0 where not written", true});
  }
  if (config.buffers.delta_hold == 0) return;
  ports.push_back({"trace_hold_re_o", false, config.cols,
                   "array reads the hold memory of DELTA, a bit a column", true});
  ports.push_back({"trace_hold_we_o", false, config.cols,
                   "array writes the hold memory of DELTA, a bit a column", true});
}

}  // namespace

std::vector<Port> command_ports(const Config& config) {
  std::vector<Port> ports;
  add_command_ports(config, derive(config), ports);
  return ports;
}

std::vector<Port> top_ports(const Config& config) {
  const Derived d = derive(config);
  std::vector<Port> ports;
  ports.push_back({"clk_i", true, 1, "clock; all inputs and outputs are synchronous to it", false});
  ports.push_back({"rst_ni", true, 1, "synchronous reset, active low", false});
  add_command_ports(config, d, ports);
  add_host_ports(d, ports);
  add_trace_ports(config, d, ports);
  return ports;
}

bool array_writes(const Config& config, Buffer buffer) {
  const bool operand = buffer == Buffer::x || buffer == Buffer::delta || buffer == Buffer::w;
  return depth(config, buffer) > 0 && (!operand || config.training.built);
}

const char* name(Op op) {
  static constexpr std::array<const char*, 4> names{"fprop", "dgrad", "wgrad", "backward"};
  return names.at(static_cast<std::size_t>(op));
}

const char* name(Schedule schedule) {
  static constexpr std::array<const char*, 3> names{"interleaved", "separate", "serial"};
  return names.at(static_cast<std::size_t>(schedule));
}

bool built(const Config& config, Op op) {
  switch (op) {
    case Op::fprop: return config.fprop;
    case Op::dgrad: return config.dgrad;
    case Op::wgrad: return config.wgrad;
    case Op::backward: return config.dgrad && config.wgrad;
  }
  return false;
}

const char* name(Status status) {
  switch (status) {
    case Status::ok: return "ok";
    case Status::bad_op: return "bad_op";
    case Status::bad_schedule: return "bad_schedule";
    case Status::bad_flag: return "bad_flag";
    case Status::zero_size: return "zero_size";
    case Status::over_limit: return "over_limit";
    case Status::bad_field: return "bad_field";
    case Status::overlap: return "overlap";
    case Status::no_fit_x: return "no_fit_x";
    case Status::no_fit_delta: return "no_fit_delta";
    case Status::no_fit_w: return "no_fit_w";
    case Status::no_fit_y: return "no_fit_y";
    case Status::no_fit_dx: return "no_fit_dx";
    case Status::no_fit_dw: return "no_fit_dw";
    case Status::no_fit_bias: return "no_fit_bias";
  }
  return "unknown";
}

const char* name(Counter counter) {
  static constexpr std::array<const char*, kCounterCount> names{
      "cycles",     "busy",        "stall",       "macs",      "x_read",    "delta_read",
      "w_read",     "y_read",      "y_write",     "dx_read",   "dx_write",  "dw_read",
      "dw_write",   "x_write",     "delta_write", "w_write",   "bias_read", "bias_write",
      "deriv_read", "deriv_write", "hold_read",   "hold_write"};
  return names.at(static_cast<std::size_t>(counter));
}

std::vector<Counter> built_counters(const Config& config) {
  std::vector<Counter> counters;
  for (int i = 0; i < kCounterCount; ++i) {
    const auto counter = static_cast<Counter>(i);
    const bool hold = counter >= Counter::hold_read;
    const bool training = counter >= Counter::x_write && !hold;
    if (hold && config.buffers.delta_hold == 0) continue;
    if (training && !config.training.built) continue;
    counters.push_back(counter);
  }
  return counters;
}

int counter_register(Counter counter) {
  constexpr int kFirst = 8;
  constexpr int kFirstOfHold = 52;
  if (counter < Counter::hold_read) return kFirst + 2 * static_cast<int>(counter);
  return kFirstOfHold + 2 * (static_cast<int>(counter) - static_cast<int>(Counter::hold_read));
}

std::vector<Register> register_map(const Config& config) {
  const std::string shape = std::to_string(config.rows) + " rows in [15:0], " +
                            std::to_string(config.cols) + " columns in [31:16]";
  std::vector<Register> map{
      {0, "ID", false, "0x474C0001: 'GL' and the version of this map"},
      {1, "HASH_LO", false, "configuration hash, bits 31:0"},
      {2, "HASH_HI", false, "configuration hash, bits 63:32"},
      {3, "SHAPE", false, shape},
      {4, "STATUS", false, "bit 0: busy_o; bits 7:4: code of the last command that ended"},
      {5, "HOST_ERRORS", false, "host accesses that named nothing that exists, modulo 2^32"},
      {6, "CLEAR", true,
       config.abft ? "a write of any value sets all counters, HOST_ERRORS and ABFT_* to 0"
                   : "a write of any value sets all counters and HOST_ERRORS to 0"},
  };
  if (config.training.built) {
    map.push_back({kSeedRegister, "SEED", true,
                   "a write loads all random generators; reads as the value last written"});
  }
  for (const Counter counter : built_counters(config)) {
    const std::string text = name(counter);
    const int low = counter_register(counter);
    map.push_back({low, upper(text) + "_LO", false, "counter " + text + ", bits 31:0"});
    map.push_back({low + 1, upper(text) + "_HI", false, "counter " + text + ", bits 47:32"});
  }
  if (config.abft) {
    map.push_back({kAbftStatusRegister, "ABFT_STATUS", false,
                   "bit 0: a check failed; bits 3:1: fprop, dgrad, wgrad checks that did; bits "
                   "5:4: the first, 0 fprop, 1 dgrad, 2 wgrad"});
    map.push_back({kAbftTileRegister, "ABFT_TILE", false,
                   "tile of the first check that failed, mt in [15:0], nt in [31:16]"});
    map.push_back({kAbftErrorsRegister, "ABFT_ERRORS", false, "checks that failed, modulo 2^32"});
  }
  std::sort(map.begin(), map.end(),
            [](const Register& a, const Register& b) { return a.index < b.index; });
  return map;
}

}  // namespace gradloom
