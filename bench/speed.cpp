// SPDX-License-Identifier: Apache-2.0
// Simulation speed of square int8 arrays: the bare Verilated model, the same driven by the harness,
// and with every output pin compared with the golden model in every cycle.
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include "generator/config_yaml.hpp"
#include "generator/emitter.hpp"
#include "generator/interrupt.hpp"
#include "generator/template_files.hpp"
#include "golden/error.hpp"
#include "sim/harness.hpp"
#include "sim/layer_data.hpp"
#include "sim/model_builder.hpp"

namespace gradloom {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

Config array_config(int size) {
  Config config;
  config.name = fmt::format("bench{}x{}", size, size);
  config.rows = config.cols = size;
  config.operand_bits = 8;
  config.accumulator_bits = 32;
  config.buffers = {1024, 1024, 1024, 1024, 1024, 1024};
  config.limits = natural_limits(config);
  config.queue_depth = 4;
  return config;
}

// An interleaved backward of 2 x 2 tiles, a long stream: the array is busy most of the time.
LayerShape bench_shape(const Config& config) { return {2 * config.rows, 2 * config.cols, 256}; }

Program load_program(const Config& config, const golden::Command& command) {
  const LayerOperands data = make_operands(config, bench_shape(config), DataKind::random, 1);
  Program program;
  const auto load = [&](Buffer buffer, const Matrix& matrix) {
    for (int r = 0; r < matrix.rows; ++r) {
      for (int c = 0; c < matrix.cols; ++c) {
        const Location at = locate(config, buffer, command, r, c);
        program.push_back(write_word(buffer, at.lane, at.addr, matrix.at(r, c)));
      }
    }
  };
  load(Buffer::x, data.x);
  load(Buffer::w, data.w);
  load(Buffer::delta, data.delta);
  program.push_back(Barrier{});
  return program;
}

// Cycles a second of a run of `commands` commands through the harness.
double harness_speed(const Config& config, const BuiltModel& built, bool check, int commands) {
  HarnessOptions options;
  options.check = check;
  options.timeout_cycles = std::int64_t{1} << 40;
  Harness harness(config, built.library, options);
  const LayerShape s = bench_shape(config);
  const auto command = golden::make_command(Op::backward, Schedule::interleaved, s.m, s.n, s.b);
  harness.run(load_program(config, command));
  const std::int64_t first = harness.cycles();
  const auto begin = Clock::now();
  harness.run(Program(static_cast<std::size_t>(commands), RunCommand{command}));
  return static_cast<double>(harness.cycles() - first) / seconds_since(begin);
}

// The model alone: the command port offers the same command for ever, nothing is looked at.
double bare_speed(const Config& config, const BuiltModel& built, std::int64_t cycles) {
  Model model(built.library, 1, RandomReset::random);
  const auto tick = [&] {
    model.pin("clk_i").set(0);
    model.eval();
    model.pin("clk_i").set(1);
    model.eval();
  };
  model.pin("rst_ni").set(0);
  tick();
  tick();
  model.pin("rst_ni").set(1);
  const LayerShape s = bench_shape(config);
  const auto command = golden::make_command(Op::backward, Schedule::interleaved, s.m, s.n, s.b);
  for (const Step& step : load_program(config, command)) {
    const auto* access = std::get_if<HostAccess>(&step);
    if (access == nullptr) continue;
    model.pin("host_valid_i").set(1);
    model.pin("host_write_i").set(1);
    model.pin("host_sel_i").set(access->sel);
    model.pin("host_lane_i").set(access->lane);
    model.pin("host_addr_i").set(access->addr);
    model.pin("host_wdata_i").set(access->data & 0xffffffffU);
    tick();
  }
  model.pin("host_valid_i").set(0);
  model.pin("cmd_op_i").set(3);
  model.pin("cmd_m_i").set(command.m);
  model.pin("cmd_n_i").set(command.n);
  model.pin("cmd_b_i").set(command.b);
  model.pin("cmd_valid_i").set(1);
  model.pin("done_ready_i").set(1);
  const Pin clock = model.pin("clk_i");
  const auto begin = Clock::now();
  for (std::int64_t i = 0; i < cycles; ++i) {
    clock.set(0);
    model.eval();
    clock.set(1);
    model.eval();
  }
  return static_cast<double>(cycles) / seconds_since(begin);
}

double generate_seconds(const Config& config) {
  const auto begin = Clock::now();
  const auto files = emit_design(config, template_dir());
  return files.empty() ? 0.0 : seconds_since(begin);
}

void bench(int size, double run_seconds) {
  const Config config = array_config(size);
  const double generate = generate_seconds(config);
  BuildOptions build;
  build.profile = Profile::speed;
  build.rebuild = true;
  const BuiltModel built = build_model(config, build);
  const double probe = bare_speed(config, built, 2000);
  const auto cycles = static_cast<std::int64_t>(probe * run_seconds);
  const int commands = static_cast<int>(cycles / 2100) + 1;
  const double bare = bare_speed(config, built, cycles);
  const double driven = harness_speed(config, built, false, commands);
  const double checked = harness_speed(config, built, true, commands);
  const double pes = static_cast<double>(size) * size;
  fmt::print("{:>4}x{:<4} {:>9.3f} {:>8.1f} {:>11.0f} {:>11.3g} {:>11.0f} {:>11.0f} {:>8.2f}\n",
             size, size, generate, built.seconds, bare, bare * pes, driven, checked,
             checked / bare);
  std::fflush(stdout);
}

}  // namespace
}  // namespace gradloom

int main(int argc, char** argv) {
  gradloom::install_interrupt_handlers();
  setenv("CCACHE_DISABLE", "1", 1);  // building is measured
  std::vector<int> sizes;
  for (int i = 1; i < argc; ++i) sizes.push_back(std::atoi(argv[i]));
  if (sizes.empty()) sizes = {8, 16, 32, 64};
  try {
    fmt::print("int8 operands, 32-bit accumulators, interleaved backward, 2x2 tiles, B = 256\n");
    fmt::print("{:>9} {:>9} {:>8} {:>11} {:>11} {:>11} {:>11} {:>8}\n", "array", "generate",
               "build", "bare", "bare", "driven", "checked", "checked");
    fmt::print("{:>9} {:>9} {:>8} {:>11} {:>11} {:>11} {:>11} {:>8}\n", "", "s", "s", "cycles/s",
               "PE-cycles/s", "cycles/s", "cycles/s", "/ bare");
    for (const int size : sizes) gradloom::bench(size, 2.0);
  } catch (const gradloom::Error& error) {
    fmt::print(stderr, "speed: error: {}\n", error.what());
    return static_cast<int>(error.code());
  }
  return 0;
}
