// SPDX-License-Identifier: Apache-2.0
#include "generator/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "generator/bus_plan.hpp"
#include "generator/config_yaml.hpp"
#include "generator/version.hpp"
#include "golden/bus_layout.hpp"
#include "golden/bus_ports.hpp"
#include "golden/training_math.hpp"

namespace gradloom {
namespace {

constexpr std::array<const char*, 3> kOverflowNames{"refuse", "wrap", "saturate"};

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return text;
}

const char* overflow_name(const Config& config) {
  return kOverflowNames.at(static_cast<std::size_t>(config.overflow));
}

std::string config_line(const Config& c) {
  std::string text =
      fmt::format("{}x{}, int{} operands, {}-bit accumulators, overflow {}, operations{}{}{}",
                  c.rows, c.cols, c.operand_bits, c.accumulator_bits, overflow_name(c),
                  c.fprop ? " fprop" : "", c.dgrad ? " dgrad" : "", c.wgrad ? " wgrad" : "");
  if (c.pe.mult_stages != 0) text += fmt::format(", mult_stages {}", c.pe.mult_stages);
  if (c.pe.add_stages != 1) text += fmt::format(", add_stages {}", c.pe.add_stages);
  if (c.pe.zero_gating) text += ", zero gating";
  if (c.abft) text += ", array checksum";
  if (c.buffers.delta_hold > 0)
    text += fmt::format(", delta hold of {} words", c.buffers.delta_hold);
  if (c.training.built) {
    text += fmt::format(", training with {}-bit master weights", c.training.master_bits);
  }
  return text;
}

std::vector<BufferPlan> plan_buffers(const Config& config) {
  std::vector<BufferPlan> buffers;
  for (int i = 0; i < kBufferCount; ++i) {
    const Buffer code = static_cast<Buffer>(i);
    const int words = depth(config, code);
    buffers.push_back({code, name(code), words > 0, lanes(config, code), words,
                       word_bits(config, code), index_bits(words)});
  }
  return buffers;
}

// The pipeline of the PE.
void add_pe(const Config& c, TemplateContext& context) {
  const int low_w = (c.accumulator_bits + 1) / 2;
  auto& text = context.values;
  text["lag"] = std::to_string(lag(c));
  text["result_lag"] = std::to_string(result_lag(c));
  text["low_w"] = std::to_string(low_w);
  text["high_w"] = std::to_string(c.accumulator_bits - low_w);
  auto& flags = context.flags;
  flags["lagged"] = lag(c) > 0;
  flags["lag_2"] = lag(c) == 2;
  flags["mult_1"] = c.pe.mult_stages == 1;
  flags["mult_2"] = c.pe.mult_stages == 2;
  flags["split_add"] = c.pe.add_stages == 2;
  flags["zero_gating"] = c.pe.zero_gating;
  flags["late"] = result_lag(c) > 0;
  // A W pass after a D pass: x would meet the last psums on the links to the east.
  flags["pass_gap"] = lag(c) > 0 && c.dgrad && c.wgrad;
  flags["low_above_operand"] = low_w > c.operand_bits;
  text["ctl_reg"] = lag(c) > 0 ? "ctl_q" : "ctl_o";
}

// The hold memories beside the DELTA banks.
void add_hold(const Config& c, TemplateContext& context) {
  const int words = c.buffers.delta_hold;
  context.values["depth_hold"] = std::to_string(words);
  context.values["abits_hold"] = std::to_string(index_bits(words));
  auto& flags = context.flags;
  flags["delta_hold"] = words > 0;
  // What the sequencer has to ask: can a batch be too long, and can tiles follow too fast?
  flags["hold_may_be_short"] = words < c.limits.batch;
  flags["one_row"] = c.rows == 1;
  flags["inner_first"] = c.training.built || words > 0;
}

void add_values(const Plan& plan, TemplateContext& context) {
  const Config& c = plan.config;
  const Derived& d = plan.widths;
  auto& text = context.values;
  text["name"] = c.name;
  text["version"] = plan.version;
  text["config_hash"] = plan.config_hash;
  text["hash_hi"] = plan.config_hash.substr(0, 8);
  text["hash_lo"] = plan.config_hash.substr(8);
  text["config_line"] = plan.config_line;
  text["overflow"] = overflow_name(c);
  const std::vector<std::pair<const char*, std::int64_t>> numbers{
      {"rows", c.rows},
      {"cols", c.cols},
      {"rows_1", c.rows - 1},
      {"cols_1", c.cols - 1},
      {"operand_bits", c.operand_bits},
      {"accumulator_bits", c.accumulator_bits},
      {"queue_depth", c.queue_depth},
      {"queue_ptr_w", index_bits(c.queue_depth)},
      {"queue_cnt_w", index_bits(c.queue_depth + 1)},
      {"limit_m", c.limits.m},
      {"limit_n", c.limits.n},
      {"limit_batch", c.limits.batch},
      {"addr_w", d.addr_w},
      {"dim_w", d.dim_w},
      {"host_w", d.host_w},
      {"trace_w", d.trace_w},
      {"lane_w", d.lane_w},
      {"host_addr_w", d.host_addr_w},
      {"row_idx_w", plan.row_idx_w},
      {"col_idx_w", plan.col_idx_w},
      {"row_cnt_w", plan.row_cnt_w},
      {"col_cnt_w", plan.col_cnt_w},
      {"recip_rows", plan.recip_rows.value},
      {"recip_rows_shift", plan.recip_rows.shift},
      {"recip_cols", plan.recip_cols.value},
      {"recip_cols_shift", plan.recip_cols.shift},
      {"recip_w", plan.recip_w},
      {"master_bits", word_bits(c, Buffer::w)},
      {"step_bits", c.training.step_bits},
      {"rate_shift_w", d.rate_shift_w},
      {"sel_w", d.sel_w},
      {"deriv_bits", word_bits(c, Buffer::deriv)},
      {"table_bits", golden::table_bits(c.operand_bits)},
  };
  for (const auto& [key, value] : numbers) text[key] = std::to_string(value);
  text["act_mask"] = fmt::format("7'b{:07b}", c.training.activations);
  for (const BufferPlan& buffer : plan.buffers) {
    text["depth_" + buffer.name] = std::to_string(buffer.words);
    text["abits_" + buffer.name] = std::to_string(buffer.addr_bits);
    context.flags["has_" + buffer.name] = buffer.built;
  }
}

void add_flags(const Config& c, TemplateContext& context) {
  auto& flags = context.flags;
  flags["fprop"] = c.fprop;
  flags["dgrad"] = c.dgrad;
  flags["wgrad"] = c.wgrad;
  flags["backward"] = c.dgrad && c.wgrad;
  flags["backward_any"] = c.dgrad || c.wgrad;
  flags["weights"] = c.fprop || c.dgrad;
  flags["psum"] = c.fprop || c.dgrad;
  flags["x_stream"] = c.fprop || c.wgrad;
  flags["south_writers"] = c.fprop || c.wgrad;
  flags["needs_col_tiles"] = c.fprop || c.wgrad;
  flags["saturate"] = c.overflow == Overflow::saturate;
  flags["abft"] = c.abft;
  flags["abft_fprop"] = c.abft && c.fprop;
  flags["abft_dgrad"] = c.abft && c.dgrad;
  flags["abft_wgrad"] = c.abft && c.wgrad;
  flags["abft_backward"] = c.abft && (c.dgrad || c.wgrad);
  flags["training"] = c.training.built;
  flags["no_training"] = !c.training.built;
  flags["axi"] = c.bus == HostBus::axi;
  flags["no_bus"] = c.bus == HostBus::none;
  flags["stochastic"] = c.training.stochastic;
  flags["decay"] = c.training.weight_decay;
  flags["deriv_wide"] = wide_derivative(c);
  for (int code = static_cast<int>(ActivationCode::relu); code < kActivationCount; ++code) {
    const auto activation = static_cast<ActivationCode>(code);
    flags[std::string("act_") + name(activation)] = built(c, activation);
  }
  flags["act_table"] = built(c, ActivationCode::sigmoid) || built(c, ActivationCode::tanh);
}

void add_table(const Config& config, ActivationCode activation, std::vector<TemplateItem>& list) {
  list.clear();
  if (!built(config, activation)) return;
  const std::int64_t words = std::int64_t{1} << config.operand_bits;
  std::int64_t index = 0;
  for (const golden::Activated& entry : golden::activation_table(activation, config.operand_bits)) {
    list.push_back({{{"index", std::to_string(index++)},
                     {"out", std::to_string((entry.out + words) % words)},
                     {"d", std::to_string(entry.derivative)}},
                    {}});
  }
}

std::string port_range(const Port& port) {
  // A trace port is indexed by lane, so it stays a vector even with one lane.
  return port.width > 1 || port.trace ? fmt::format("[{}:0]", port.width - 1) : "";
}

TemplateItem port_item(const Port& port, std::size_t range_width) {
  TemplateItem item;
  item.values = {{"name", port.name},
                 {"dir", port.input ? "input " : "output"},
                 {"range", port_range(port)},
                 {"range_pad", fmt::format("{:<{}}", port_range(port), range_width + 1)},
                 {"width", std::to_string(port.width)},
                 {"description", port.description}};
  item.flags = {
      {"trace", port.trace}, {"input", port.input}, {"comma", true}, {"wide", port.width > 1}};
  return item;
}

void add_ports(const Plan& plan, TemplateContext& context) {
  auto& ports = context.lists["ports"];
  auto& trace_ports = context.lists["trace_ports"];
  std::size_t range_width = 0;
  for (const Port& port : plan.ports) {
    range_width = std::max(range_width, port_range(port).size());
  }
  for (const Port& port : plan.ports) {
    (port.trace ? trace_ports : ports).push_back(port_item(port, range_width));
  }
  if (!ports.empty()) ports.back().flags["comma"] = false;
  if (!trace_ports.empty()) trace_ports.back().flags["comma"] = false;
}

void add_registers(const Plan& plan, TemplateContext& context) {
  auto& registers = context.lists["registers"];
  for (const Register& r : plan.registers) {
    registers.push_back({{{"index", std::to_string(r.index)},
                          {"name", r.name},
                          {"access", r.writable ? "read/write" : "read"},
                          {"description", r.description}},
                         {}});
  }
}

// The buffer whose accesses are counted, or nothing.
std::optional<Buffer> counted_buffer(Counter counter) {
  switch (counter) {
    case Counter::x_read:
    case Counter::x_write: return Buffer::x;
    case Counter::delta_read:
    case Counter::delta_write:
    case Counter::hold_read:
    case Counter::hold_write: return Buffer::delta;
    case Counter::w_read:
    case Counter::w_write: return Buffer::w;
    case Counter::y_read:
    case Counter::y_write: return Buffer::y;
    case Counter::dx_read:
    case Counter::dx_write: return Buffer::dx;
    case Counter::dw_read:
    case Counter::dw_write: return Buffer::dw;
    case Counter::bias_read:
    case Counter::bias_write: return Buffer::bias;
    case Counter::deriv_read:
    case Counter::deriv_write: return Buffer::deriv;
    default: return std::nullopt;
  }
}

// Verilog for the bits of what a counter grows by in a cycle, in terms of counters.v.
std::string amount_width(Counter counter) {
  const std::optional<Buffer> buffer = counted_buffer(counter);
  if (!buffer) return counter == Counter::macs ? "MACS_W" : "1";
  return by_row(*buffer) ? "ROW_CNT_W" : "COL_CNT_W";
}

// Widths and registers of the array checksum. A sum modulo 2^accumulator_bits is as good as the
// sum.
void add_abft(const Plan& plan, TemplateContext& context) {
  const Config& c = plan.config;
  const auto sum_bits = [&](int count) {
    return std::min(c.operand_bits + index_bits(count), c.accumulator_bits);
  };
  const std::vector<std::pair<const char*, int>> numbers{
      {"abft_col_sum_w", sum_bits(c.cols)},
      {"abft_row_sum_w", sum_bits(c.rows)},
      {"abft_link_w", c.dgrad ? c.accumulator_bits : sum_bits(c.rows)},
      {"abft_tile_w", std::min(plan.widths.dim_w, 16)},
      {"abft_status_register", kAbftStatusRegister},
      {"abft_tile_register", kAbftTileRegister},
      {"abft_errors_register", kAbftErrorsRegister},
  };
  for (const auto& [key, value] : numbers) context.values[key] = std::to_string(value);
}

void add_counters(const Plan& plan, TemplateContext& context) {
  for (const Counter counter : built_counters(plan.config)) {
    const std::string text = name(counter);
    const int lo = counter_register(counter);
    const std::optional<Buffer> buffer = counted_buffer(counter);
    const TemplateItem item{{{"name", text},
                             {"NAME", upper(text)},
                             {"index", std::to_string(static_cast<int>(counter))},
                             {"lo", std::to_string(lo)},
                             {"hi", std::to_string(lo + 1)},
                             {"amount_w", amount_width(counter)}},
                            {}};
    context.lists["counters"].push_back(item);
    if (!buffer || depth(plan.config, *buffer) > 0) context.lists["counter_list"].push_back(item);
  }
}

void add_buffers(const Plan& plan, TemplateContext& context) {
  auto& buffers = context.lists["buffers"];
  int base_count = 0;
  for (const BufferPlan& b : plan.buffers) {
    if (!b.built) continue;
    if (static_cast<int>(b.code) < kBaseCount) ++base_count;
    buffers.push_back({{{"name", b.name},
                        {"NAME", upper(b.name)},
                        {"code", std::to_string(select_code(b.code))},
                        {"place", std::to_string(static_cast<int>(b.code))},
                        {"banks", std::to_string(b.banks)},
                        {"words", std::to_string(b.words)},
                        {"bits", std::to_string(b.bits)},
                        {"addr_bits", std::to_string(b.addr_bits)},
                        {"per", by_row(b.code) ? "row" : "column"}},
                       {}});
  }
  context.lists["buffer_list"] = buffers;
  std::copy_n(buffers.begin(), base_count, std::back_inserter(context.lists["base_list"]));
  context.values["base_count"] = std::to_string(base_count);
}

// Bits of one word of the buffer in the beats of the vector port: the element of docs/bus.md,
// section 2, or the whole host word without a bus.
int element_bits(const Config& c, Buffer buffer, const Derived& d) {
  return c.bus == HostBus::none ? d.host_w : 8 * element_bytes(c, buffer);
}

// Widths of the core's inner buses, and its ports.
void add_core(const Plan& plan, TemplateContext& context) {
  const Config& c = plan.config;
  const Derived& d = plan.widths;
  auto& text = context.values;
  const int update_slots = c.training.built ? (c.training.weight_decay ? 3 : 2) : 0;
  const int early_bits = lag(c) > 0 ? 2 + std::max(update_slots - 1, 0) : 0;
  const int pe_ctl_bits = 8 + update_slots + early_bits;
  const int update_cycles = update_slots + 2 * lag(c);
  const int data_w = c.bus == HostBus::none ? d.host_w : c.data_bits;
  const int col_slot_bits = c.training.built ? 9 : 6;
  const int hold_bits = c.buffers.delta_hold > 0 ? 2 : 0;
  for (const BufferPlan& b : plan.buffers) {
    text["element_" + b.name] = std::to_string(element_bits(c, b.code, d));
  }
  const std::vector<std::pair<const char*, int>> numbers{
      {"data_w", data_w},
      {"group_w", c.bus == HostBus::none ? d.lane_w : group_bits(c)},
      {"update_slots", update_slots},
      {"update_top", update_slots - 1},
      {"ctl_w", 8 + update_slots},
      {"ctl_top", 7 + update_slots},
      // FPROP, WGRAD and all U but U1 once more for the multiplier, where it is ahead of the adder.
      {"pe_ctl_w", pe_ctl_bits},
      {"pe_ctl_top", pe_ctl_bits - 1},
      {"early_fprop", 8 + update_slots},
      {"early_wgrad", 9 + update_slots},
      {"early_u2", 10 + update_slots},
      {"early_u3", 11 + update_slots},
      {"late_bits", 6 + update_slots},
      // Each U slot waits for the sum of the one before, U3 does not.
      {"update_cycles", update_cycles},
      {"update_cycle_top", update_cycles - 1},
      {"col_slot_w", col_slot_bits + hold_bits},
      {"col_slot_top", col_slot_bits + hold_bits - 1},
      {"slot_from_hold", col_slot_bits},
      {"slot_to_hold", col_slot_bits + 1},
      {"rate_fields", c.training.weight_decay ? 2 : 1},
  };
  for (const auto& [key, value] : numbers) text[key] = std::to_string(value);
  std::size_t range_width = 0;
  const std::vector<Port> ports = command_ports(c);
  for (const Port& port : ports) range_width = std::max(range_width, port_range(port).size());
  for (const Port& port : ports) {
    context.lists["command_ports"].push_back(port_item(port, range_width));
  }
}

template <typename Code>
void add_code(std::vector<TemplateItem>& list, Code code) {
  list.push_back({{{"code", std::to_string(static_cast<int>(code))}, {"name", name(code)}}, {}});
}

void add_codes(const Plan& plan, TemplateContext& context) {
  for (const Op op : {Op::fprop, Op::dgrad, Op::wgrad, Op::backward}) {
    if (built(plan.config, op)) add_code(context.lists["operations"], op);
  }
  for (const Schedule s : kSchedules) {
    add_code(context.lists["schedules"], s);
  }
  auto& statuses = context.lists["statuses"];
  for (int code = 0; code <= static_cast<int>(Status::over_limit); ++code) {
    add_code(statuses, static_cast<Status>(code));
  }
  if (plan.config.training.built) {
    add_code(statuses, Status::bad_field);
    add_code(statuses, Status::overlap);
  }
  for (const BufferPlan& b : plan.buffers) {
    if (!b.built || b.code == Buffer::deriv) continue;
    add_code(statuses,
             static_cast<Status>(static_cast<int>(Status::no_fit_x) + static_cast<int>(b.code)));
  }
}

}  // namespace

Reciprocal reciprocal(int divisor, int dim_w) {
  // With 2^l >= d and shift = dim_w + 1 + l, the error value*d - 2^shift is below d <= 2^l, which
  // is what makes the quotient exact for x < 2^(dim_w+1) (Granlund and Montgomery, 1994).
  int log = 0;
  while ((std::int64_t{1} << log) < divisor) ++log;
  const int shift = dim_w + 1 + log;
  const std::int64_t power = std::int64_t{1} << shift;
  return {(power + divisor - 1) / divisor, shift};
}

Plan make_plan(const Config& config) {
  Plan plan;
  plan.config = config;
  plan.version = kVersion;
  plan.config_hash = hash_text(config);
  plan.config_line = config_line(config);
  plan.widths = derive(config);
  plan.row_idx_w = index_bits(config.rows);
  plan.col_idx_w = index_bits(config.cols);
  plan.row_cnt_w = index_bits(config.rows + 1);
  plan.col_cnt_w = index_bits(config.cols + 1);
  plan.recip_rows = reciprocal(config.rows, plan.widths.dim_w);
  plan.recip_cols = reciprocal(config.cols, plan.widths.dim_w);
  // Small limits with a long array can need a bit more than dim_w + 2.
  plan.recip_w = std::max({plan.widths.dim_w + 2, index_bits(plan.recip_rows.value + 1),
                           index_bits(plan.recip_cols.value + 1)});
  plan.buffers = plan_buffers(config);
  plan.ports = config.bus == HostBus::axi ? bus_ports(config) : top_ports(config);
  plan.registers = register_map(config);
  return plan;
}

TemplateContext make_context(const Plan& plan) {
  TemplateContext context;
  add_values(plan, context);
  add_flags(plan.config, context);
  add_pe(plan.config, context);
  add_hold(plan.config, context);
  add_ports(plan, context);
  add_registers(plan, context);
  add_abft(plan, context);
  add_counters(plan, context);
  add_buffers(plan, context);
  add_codes(plan, context);
  add_core(plan, context);
  add_table(plan.config, ActivationCode::sigmoid, context.lists["sigmoid_table"]);
  add_table(plan.config, ActivationCode::tanh, context.lists["tanh_table"]);
  add_bus_context(plan, context);
  return context;
}

}  // namespace gradloom
