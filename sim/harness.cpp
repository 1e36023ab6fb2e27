// SPDX-License-Identifier: Apache-2.0
#include "sim/harness.hpp"

#include <fmt/format.h>

#include <cstring>
#include <utility>

#include "generator/interrupt.hpp"
#include "sim/functional_coverage.hpp"

namespace gradloom {
namespace {

constexpr std::size_t kMaxMismatches = 16;
constexpr int kResetCycles = 2;

// `count` bits from bit `first` on, of an image of 32-bit words.
std::uint64_t bits_of(const std::uint8_t* bytes, int first, int count) {
  std::uint64_t value = 0;
  for (int i = 0; i < count; ++i) {
    const int bit = first + i;
    const std::uint64_t set = (bytes[bit / 8] >> (bit % 8)) & 1U;
    value |= set << i;
  }
  return value;
}

}  // namespace

std::string to_string(const Mismatch& m) {
  std::string text = fmt::format("cycle {}: {}", m.cycle, m.signal);
  if (m.lane >= 0) text += fmt::format(" lane {}", m.lane);
  if (m.element) {
    text += fmt::format(", tile ({}, {})", m.element->mt, m.element->nt);
    const auto index = [&](const char* name, int value) {
      if (value >= 0) text += fmt::format(" {}={}", name, value);
    };
    text += ", element";
    index("b", m.element->b);
    index("m", m.element->m);
    index("n", m.element->n);
  }
  return text + fmt::format(": expected 0x{:x}, got 0x{:x}", m.expected, m.got);
}

Harness::Harness(const Config& config, const std::filesystem::path& library,
                 const HarnessOptions& options)
    : config_(config),
      options_(options),
      model_(library, static_cast<int>(options.seed % 0x7fffffffU) + 1, options.reset),
      machine_(config, options.config_hash),
      driver_(config, options.seed, options.stall_percent) {
  const std::pair<Pin*, const char*> pins[] = {
      {&clk_, "clk_i"},
      {&rst_n_, "rst_ni"},
      {&cmd_valid_, "cmd_valid_i"},
      {&cmd_op_, "cmd_op_i"},
      {&cmd_sched_, "cmd_sched_i"},
      {&cmd_acc_psum_, "cmd_acc_psum_i"},
      {&cmd_acc_dw_, "cmd_acc_dw_i"},
      {&cmd_m_, "cmd_m_i"},
      {&cmd_n_, "cmd_n_i"},
      {&cmd_b_, "cmd_b_i"},
      {&done_ready_, "done_ready_i"},
      {&host_valid_, "host_valid_i"},
      {&host_write_, "host_write_i"},
      {&host_sel_, "host_sel_i"},
      {&host_lane_, "host_lane_i"},
      {&host_addr_, "host_addr_i"},
      {&host_wdata_, "host_wdata_i"},
      {&rsp_ready_, "rsp_ready_i"},
      {&cmd_ready_, "cmd_ready_o"},
      {&done_valid_, "done_valid_o"},
      {&done_code_, "done_code_o"},
      {&host_ready_, "host_ready_o"},
      {&rsp_valid_, "rsp_valid_o"},
      {&rsp_data_, "rsp_data_o"},
      {&rsp_error_, "rsp_error_o"},
      {&busy_, "busy_o"},
  };
  for (const auto& [pin, name] : pins) *pin = model_.pin(name);
  model_.select_mutant(options.mutant);
  for (int code = 0; code < kBaseCount; ++code) {
    const Buffer buffer = static_cast<Buffer>(code);
    if (depth(config, buffer) == 0) continue;
    cmd_bases_.emplace_back(model_.pin(fmt::format("cmd_{}_base_i", name(buffer))),
                            static_cast<std::size_t>(code));
  }
  for (const TrainingPin& pin : training_pins(config)) {
    cmd_training_.emplace_back(model_.pin(pin.port), pin);
  }
  for (const golden::Signal& signal : machine_.signals()) {
    compared_.push_back(
        {model_.pin(signal.name).data, signal.word, signal.bytes, signal.name == "rsp_data_o"});
  }
  if (!options.waves.empty()) model_.open_waves(options.waves);
  // Before the first reset the outputs are not defined: drive it without comparing.
  const bool check = std::exchange(options_.check, false);
  driver_.add({Reset{kResetCycles}});
  for (int i = 0; i < kResetCycles; ++i) {
    cycle();
    golden::Inputs reset;
    reset.rst_n = false;
    if (check) machine_.clock(reset);
  }
  options_.check = check;
}

Harness::~Harness() {
  if (options_.at_end) options_.at_end(model_);
}

void Harness::drive(const golden::Inputs& in) {
  rst_n_.set(in.rst_n);
  cmd_valid_.set(in.cmd_valid);
  done_ready_.set(in.done_ready);
  host_valid_.set(in.host_valid);
  rsp_ready_.set(in.rsp_ready);
  if (in.cmd_valid || options_.stall_percent > 0) {
    const golden::Command& command = in.command;
    cmd_op_.set(static_cast<std::uint64_t>(command.op));
    cmd_sched_.set(static_cast<std::uint64_t>(command.schedule));
    cmd_acc_psum_.set(command.acc_psum);
    cmd_acc_dw_.set(command.acc_dw);
    cmd_m_.set(command.m);
    cmd_n_.set(command.n);
    cmd_b_.set(command.b);
    for (const auto& [pin, code] : cmd_bases_) pin.set(command.bases[code]);
    for (const auto& [pin, field] : cmd_training_) pin.set(field.get(command.training));
  }
  if (in.host_valid || options_.stall_percent > 0) {
    host_write_.set(in.host_write);
    host_sel_.set(in.host_sel);
    host_lane_.set(in.host_lane);
    host_addr_.set(in.host_addr);
    host_wdata_.set(in.host_wdata);
  }
}

Handshake Harness::sample() const {
  Handshake pins;
  pins.cmd_ready = cmd_ready_.get() != 0;
  pins.done_valid = done_valid_.get() != 0;
  pins.done_code = static_cast<std::uint32_t>(done_code_.get());
  pins.host_ready = host_ready_.get() != 0;
  pins.rsp_valid = rsp_valid_.get() != 0;
  pins.rsp_data = rsp_data_.get();
  pins.rsp_error = rsp_error_.get() != 0;
  pins.busy = busy_.get() != 0;
  return pins;
}

// One clock cycle: the inputs settle while the clock is low, outputs are looked at, then the edge.
void Harness::cycle() {
  if (options_.before_cycle) options_.before_cycle(model_, cycle_);
  const golden::Inputs& inputs = driver_.inputs();
  drive(inputs);
  clk_.set(0);
  model_.eval();
  const auto time = static_cast<std::uint64_t>(cycle_) * 10;
  if (!options_.waves.empty()) model_.dump(time);
  if (options_.check) compare();
  const Handshake pins = sample();
  if (options_.coverage != nullptr) options_.coverage->sample(inputs, pins);
  driver_.observe(pins);
  clk_.set(1);
  model_.eval();
  if (!options_.waves.empty()) model_.dump(time + 5);
  if (options_.check) machine_.clock(inputs);
  ++cycle_;
}

void Harness::compare() {
  const auto image = machine_.outputs();
  for (const Compared& c : compared_) {
    if (std::memcmp(c.pin, image.data() + c.word, c.bytes) != 0) {
      if (c.is_rsp_data && !machine_.rsp_specified()) continue;
      report_mismatch();
    }
  }
  checks_ += static_cast<std::int64_t>(compared_.size());
}

void Harness::collect(const golden::Signal& signal, std::vector<Mismatch>& found) const {
  const auto* expected =
      reinterpret_cast<const std::uint8_t*>(machine_.outputs().data() + signal.word);
  const auto* got = static_cast<const std::uint8_t*>(model_.pin(signal.name).data);
  if (std::memcmp(expected, got, signal.bytes) == 0) return;
  if (signal.name == "rsp_data_o" && !machine_.rsp_specified()) return;
  const bool trace = signal.name.starts_with("trace_");
  const bool words = signal.name.ends_with("_wdata_o");
  const int stride = trace ? (words ? derive(config_).trace_w : 1) : signal.width;
  for (int lane = 0; lane * stride < signal.width && found.size() < kMaxMismatches; ++lane) {
    Mismatch m;
    m.expected = bits_of(expected, lane * stride, stride);
    m.got = bits_of(got, lane * stride, stride);
    if (m.expected == m.got) continue;
    m.cycle = cycle_;
    m.signal = signal.name;
    if (trace) {
      m.lane = lane;
      m.element = machine_.explain(signal.name, lane, cycle_);
    }
    found.push_back(m);
  }
}

void Harness::report_mismatch() const {
  std::vector<Mismatch> found;
  for (const golden::Signal& signal : machine_.signals()) collect(signal, found);
  throw CheckError("RTL and golden model differ: " + to_string(found.at(0)), found);
}

ProgramResult Harness::run(Program program) {
  driver_.add(std::move(program));
  const std::int64_t begin = cycle_;
  while (!driver_.finished()) {
    cycle();
    if ((cycle_ & 0xfff) == 0) check_interrupt();
    if (cycle_ - begin > options_.timeout_cycles) {
      throw CheckError(
          fmt::format("no end after {} cycles (testbench.timeout_cycles)", options_.timeout_cycles),
          {});
    }
  }
  return {driver_.take_reads(), driver_.take_codes()};
}

Program state_program(const golden::Machine& machine) {
  const Config& config = machine.config();
  Program program{Barrier{}};
  for (int code = 0; code < kBufferCount; ++code) {
    const Buffer buffer = static_cast<Buffer>(code);
    for (int lane = 0; lane < lanes(config, buffer); ++lane) {
      for (int addr = 0; addr < depth(config, buffer); ++addr) {
        if (!machine.defined(buffer, lane, addr)) continue;
        program.push_back(read_word(buffer, lane, static_cast<std::uint32_t>(addr)));
      }
    }
  }
  for (const Register& r : register_map(config)) program.push_back(read_register(r.index));
  program.push_back(Barrier{});
  return program;
}

// The answers are compared by the cycle check; here it is made sure that there was one for each.
void Harness::check_state() {
  const Program program = state_program(machine_);
  const std::size_t expected = program.size() - 2;
  const std::size_t got = run(program).reads.size();
  if (got != expected) {
    throw CheckError(fmt::format("{} reads of the final state, {} answers", expected, got), {});
  }
}

}  // namespace gradloom
