// SPDX-License-Identifier: Apache-2.0
// The golden machine with training hardware: results against golden/training_math, pins against
// cycles worked by hand from docs/training.md, section 4.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <array>
#include <map>
#include <string>
#include <vector>

#include "golden/machine.hpp"
#include "golden/timing.hpp"
#include "tests/golden_support.hpp"

using namespace gradloom;
using namespace gradloom::golden;
using test::pick;
using test::pin;

namespace {

Config training_config(int size, int p, int q, int f, int a, Overflow overflow) {
  Config config = test::make_config(size, size, p, a, overflow);
  config.buffers = {160, 160, 300, 100, 100, 300, 40};
  config.training = {true, q, f, 0x7F, true, true};
  return config;
}

Config small(int size = 2) { return training_config(size, 8, 16, 6, 32, Overflow::wrap); }

Config random_training_config(test::Random& random) {
  const int p = pick(random, 2, 16);
  TrainingHardware training{true, pick(random, p, 32), pick(random, 0, p), 1, false, false};
  training.activations = static_cast<std::uint8_t>(pick(random, 0, 127) | 1);
  training.stochastic = pick(random, 0, 3) != 0;
  training.weight_decay = pick(random, 0, 1) != 0;
  const int least = std::max(8, training_accumulator_bits(p, training));
  const auto overflow = static_cast<Overflow>(pick(random, 0, 2));
  const int size = pick(random, 1, 4);  // not among the arguments: their order is the compiler's
  const int accumulator = pick(random, 0, 1) != 0 ? least : pick(random, least, 64);
  Config config =
      training_config(size, p, training.master_bits, training.step_bits, accumulator, overflow);
  config.training = training;
  config.pe.mult_stages = pick(random, 0, 2);
  config.buffers.delta_hold = test::random_hold(random);
  return config;
}

std::uint32_t bits(test::Random& random, int count) {
  return static_cast<std::uint32_t>(random()) & ((1U << count) - 1);
}

bool coin(test::Random& random) { return pick(random, 0, 1) != 0; }

/// Any values in all fields; about as often good as bad.
Command any_training_command(test::Random& random, const Config& config) {
  Command command = test::random_command(random, config);
  const auto op = static_cast<Op>(command.op);
  const bool backward = op == Op::wgrad || op == Op::backward;
  TrainingFields& t = command.training;
  t.post = op != Op::wgrad && pick(random, 0, 3) != 0;
  const bool forward = t.post && op == Op::fprop;
  t.to_x = forward && coin(random);
  t.to_y = forward && coin(random);
  t.loss = forward && (coin(random) || !(t.to_x || t.to_y));
  t.update = backward && pick(random, 0, 3) != 0;
  t.bgrad = backward && coin(random);
  if (t.update) command.acc_dw = false;
  t.sr_post = config.training.stochastic && (t.post || t.bgrad) && coin(random);
  t.sr_update = config.training.stochastic && t.update && coin(random);
  t.act = bits(random, 3);
  t.leak = bits(random, 3);
  t.scale = bits(random, pick(random, 1, 16));
  t.shift = bits(random, pick(random, 1, 6));
  t.bias_scale = bits(random, pick(random, 1, 16));
  t.bias_shift = bits(random, pick(random, 1, 6));
  t.rate = bits(random, config.operand_bits - 1);
  t.rate_shift = static_cast<std::uint32_t>(pick(random, 0, 2 * config.operand_bits - 1));
  t.decay = bits(random, config.operand_bits - 1);
  for (int code = 0; code < kBaseCount; ++code) {
    const auto buffer = static_cast<Buffer>(code);
    const std::int64_t room = depth(config, buffer) - words(config, command, buffer);
    command.bases[static_cast<std::size_t>(code)] = static_cast<std::uint32_t>(
        pick(random, 0, static_cast<int>(std::max<std::int64_t>(0, room))));
  }
  t.bias_base = static_cast<std::uint32_t>(pick(
      random, 0, config.buffers.bias - static_cast<int>(words(config, command, Buffer::bias))));
  t.next_base = static_cast<std::uint32_t>(
      pick(random, 0, config.buffers.x - static_cast<int>(next_words(config, command))));
  return command;
}

/// A good one.
Command training_command(test::Random& random, const Config& config) {
  for (int i = 0; i < 10000; ++i) {
    const Command command = any_training_command(random, config);
    if (check(config, command) == Status::ok) return command;
  }
  FAIL("no good command found");
  return {};
}

std::string describe(const Config& config, const Command& command) {
  const TrainingFields& t = command.training;
  std::string text = std::to_string(config.rows) + "x" + std::to_string(config.cols) + " " +
                     name(static_cast<Op>(command.op)) + " " +
                     name(static_cast<Schedule>(command.schedule)) + " M " +
                     std::to_string(command.m) + " N " + std::to_string(command.n) + " B " +
                     std::to_string(command.b) + " act " + std::to_string(t.act);
  const std::array<std::pair<bool, const char*>, 10> flags{{{command.acc_psum, " acc_psum"},
                                                            {command.acc_dw, " acc_dw"},
                                                            {t.post, " post"},
                                                            {t.to_x, " to_x"},
                                                            {t.to_y, " to_y"},
                                                            {t.loss, " loss"},
                                                            {t.update, " update"},
                                                            {t.bgrad, " bgrad"},
                                                            {t.sr_post, " sr_post"},
                                                            {t.sr_update, " sr_update"}}};
  for (const auto& [set, flag] : flags) text += set ? flag : "";
  return text;
}

/// The generators by the text of docs/numerics.md, section 8.1.
class Draws {
 public:
  explicit Draws(std::uint32_t seed) : seed_(seed) {}
  std::optional<std::uint32_t> draw(int k, int lane, bool wanted) {
    if (!wanted) return std::nullopt;
    const std::uint32_t number = static_cast<std::uint32_t>(4 * lane + k);
    if (states_.count(number) == 0) {
      const std::uint32_t constant = number * 0x9E3779B9U;
      states_[number] = (seed_ ^ constant) == 0 ? constant : seed_ ^ constant;
    }
    std::uint32_t& state = states_[number];
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
  }

 private:
  std::uint32_t seed_;
  std::map<std::uint32_t, std::uint32_t> states_;
};

/// What a command leaves in the banks, matrix by matrix, computed in the banks of an idle machine.
class Direct {
 public:
  Direct(Machine& machine, Draws& draws, const Command& command)
      : machine_(machine),
        draws_(draws),
        config_(machine.config()),
        command_(command),
        t_(command.training),
        unit_(config_.operand_bits) {}

  void run() {
    const auto op = static_cast<Op>(command_.op);
    if (op == Op::fprop) fprop();
    const Matrix delta = op == Op::fprop ? Matrix() : get(Buffer::delta);
    if (op == Op::dgrad || op == Op::backward) dgrad(delta);
    if (op == Op::wgrad || op == Op::backward) wgrad(delta);
  }

 private:
  Matrix get(Buffer buffer) const { return test::read_matrix(machine_, command_, buffer); }
  Matrix weights() const {
    Matrix w = get(Buffer::w);
    for (auto& word : w.data) word >>= config_.training.master_bits - config_.operand_bits;
    return w;
  }
  /// Word `index` of a buffer whose bank is `lane`.
  std::int64_t word(Buffer buffer, int lane, std::uint32_t index) const {
    return machine_.word(buffer, lane, static_cast<int>(index));
  }
  void put(Buffer buffer, int lane, std::uint32_t index, std::int64_t value) {
    machine_.poke(buffer, lane, static_cast<int>(index), value);
  }
  std::uint32_t at(std::uint32_t base, int tile, int b) const {
    return base + static_cast<std::uint32_t>(tile) * command_.b + static_cast<std::uint32_t>(b);
  }

  void fprop() {
    const Accumulator acc = accumulator(config_);
    const Matrix x = get(Buffer::x);
    const Matrix w = weights();
    const Matrix start = get(Buffer::y);
    const Matrix* psum = command_.acc_psum ? &start : nullptr;
    const Matrix y = golden::fprop(x, w, acc, psum);
    const int kept = t_.post ? (x.cols - 1) / config_.rows * config_.rows : x.cols;
    if (kept > 0) {
      const Matrix part =
          golden::fprop(block(x, 0, x.rows, 0, kept), block(w, 0, kept, 0, w.cols), acc, psum);
      test::write_matrix(machine_, command_, Buffer::y, part);
    }
    if (!t_.post) return;
    for (int nt = 0; nt * config_.cols < w.cols; ++nt) {
      for (int b = 0; b < x.rows; ++b) {
        for (int c = 0; c < config_.cols && nt * config_.cols + c < w.cols; ++c) {
          forward(nt, b, c, y.at(b, nt * config_.cols + c));
        }
      }
    }
  }

  void forward(int nt, int b, int c, std::int64_t y) {
    const int p = config_.operand_bits;
    const std::int64_t bias = word(Buffer::bias, c, t_.bias_base + static_cast<std::uint32_t>(nt));
    const std::int64_t sum = add_bias(y, bias, config_.accumulator_bits);
    const std::int64_t z =
        requantize(sum, t_.scale, static_cast<int>(t_.shift), p, draws_.draw(1, c, t_.sr_post));
    const Activated a = unit_(static_cast<ActivationCode>(t_.act), z, static_cast<int>(t_.leak));
    const std::uint32_t next = at(t_.next_base, nt, b);
    if (t_.to_x) put(Buffer::x, c, next, a.out);
    const bool wide = word_bits(config_, Buffer::deriv) > 1;
    if (t_.to_x) put(Buffer::deriv, c, next, wide ? a.derivative : a.derivative >> (p - 1));
    if (t_.to_y) put(Buffer::y, c, at(base_of(command_, Buffer::y), nt, b), a.out);
    if (!t_.loss) return;
    const std::uint32_t place = at(base_of(command_, Buffer::delta), nt, b);
    put(Buffer::delta, c, place,
        loss_gradient(a.out, word(Buffer::delta, c, place), a.derivative, p));
  }

  void dgrad(const Matrix& delta) {
    const Accumulator acc = accumulator(config_);
    const Matrix w = weights();
    const Matrix start = get(Buffer::dx);
    const Matrix* psum = command_.acc_psum ? &start : nullptr;
    const Matrix dx = golden::dgrad(delta, w, acc, psum);
    const int kept = t_.post ? (w.cols - 1) / config_.cols * config_.cols : w.cols;
    if (kept > 0) {
      const Matrix part = golden::dgrad(block(delta, 0, delta.rows, 0, kept),
                                        block(w, 0, w.rows, 0, kept), acc, psum);
      test::write_matrix(machine_, command_, Buffer::dx, part);
    }
    if (!t_.post) return;
    for (int mt = 0; mt * config_.rows < w.rows; ++mt) {
      for (int b = 0; b < delta.rows; ++b) {
        for (int r = 0; r < config_.rows && mt * config_.rows + r < w.rows; ++r) {
          backward(mt, b, r, dx.at(b, mt * config_.rows + r));
        }
      }
    }
  }

  void backward(int mt, int b, int r, std::int64_t dx) {
    const int p = config_.operand_bits;
    const std::int64_t v =
        requantize(dx, t_.scale, static_cast<int>(t_.shift), p, draws_.draw(2, r, t_.sr_post));
    std::int64_t d = word(Buffer::deriv, r, at(base_of(command_, Buffer::x), mt, b));
    if (word_bits(config_, Buffer::deriv) == 1) d <<= p - 1;
    put(Buffer::delta, r, at(t_.next_base, mt, b),
        golden::derive(v, static_cast<std::uint32_t>(d), p));
  }

  void wgrad(const Matrix& delta) {
    const Accumulator acc = accumulator(config_);
    const Matrix old = command_.acc_dw ? get(Buffer::dw) : Matrix();
    const Matrix dw = golden::wgrad(get(Buffer::x), delta, acc, command_.acc_dw ? &old : nullptr);
    if (t_.update) {
      update(dw);
    } else {
      test::write_matrix(machine_, command_, Buffer::dw, dw);
    }
    if (!t_.bgrad) return;
    const Matrix db = bgrad(delta, acc);
    for (int n = 0; n < db.cols; ++n) {
      const int c = n % config_.cols;
      const std::uint32_t place = t_.bias_base + static_cast<std::uint32_t>(n / config_.cols);
      put(Buffer::bias, c, place,
          updated_bias(word(Buffer::bias, c, place), db.at(0, n), t_.bias_scale,
                       static_cast<int>(t_.bias_shift), config_.accumulator_bits,
                       draws_.draw(1, c, t_.sr_post)));
    }
  }

  void update(const Matrix& sums) {
    Matrix w = get(Buffer::w);
    const WeightStep step{t_.rate, static_cast<int>(t_.rate_shift), t_.decay};
    const int size = config_.rows;
    for (int nt = 0; nt * size < w.cols; ++nt) {
      for (int m = 0; m < w.rows; ++m) {
        std::optional<UpdateDraws> draws;
        if (t_.sr_update) {
          const auto first = draws_.draw(3, m % size, true);
          draws = UpdateDraws{*first, *draws_.draw(3, m % size, true)};
        }
        for (int n = nt * size; n < std::min(w.cols, (nt + 1) * size); ++n) {
          w.at(m, n) = updated_weight(config_, w.at(m, n), sums.at(m, n), step, draws);
        }
      }
    }
    test::write_matrix(machine_, command_, Buffer::w, w);
  }

  static Matrix block(const Matrix& matrix, int row, int rows, int col, int cols) {
    Matrix part(rows, cols);
    for (int r = 0; r < rows; ++r) {
      for (int c = 0; c < cols; ++c) part.at(r, c) = matrix.at(row + r, col + c);
    }
    return part;
  }

  Machine& machine_;
  Draws& draws_;
  Config config_;
  Command command_;
  TrainingFields t_;
  ActivationUnit unit_;
};

Inputs host_access(bool write, std::uint32_t sel, std::uint32_t lane, std::uint32_t addr,
                   std::uint64_t data = 0) {
  Inputs inputs;
  inputs.host_valid = true;
  inputs.host_write = write;
  inputs.host_sel = sel;
  inputs.host_lane = lane;
  inputs.host_addr = addr;
  inputs.host_wdata = data;
  return inputs;
}

void host_write(Machine& machine, std::uint32_t sel, std::uint32_t lane, std::uint32_t addr,
                std::uint64_t data) {
  machine.clock(host_access(true, sel, lane, addr, data));
  machine.clock({});
}

struct Answer {
  std::uint64_t data = 0;
  bool error = false;
};

Answer host_read(Machine& machine, std::uint32_t sel, std::uint32_t lane, std::uint32_t addr) {
  machine.clock(host_access(false, sel, lane, addr));
  while (!machine.rsp_valid()) machine.clock({});
  const Answer answer{machine.rsp_data(), machine.rsp_error()};
  Inputs take;
  take.rsp_ready = true;
  machine.clock(take);
  return answer;
}

void write_seed(Machine& machine, std::uint32_t seed) {
  host_write(machine, kRegisterSelect, 0, kSeedRegister, seed);
}

}  // namespace

TEST_CASE("commands in a row equal the direct computation, nothing else changes") {
  test::Random random(1);
  std::map<std::string, int> seen;
  for (int i = 0; i < 600; ++i) {
    const Config config = random_training_config(random);
    test::Pair pair(config, static_cast<std::uint64_t>(i) + 10);
    const auto seed = static_cast<std::uint32_t>(i % 5 == 0 ? 0 : random());
    Draws draws(seed);
    write_seed(pair.machine, seed);
    for (int k = 0; k < 4; ++k) {
      const Command command = training_command(random, config);
      CAPTURE(i);
      CAPTURE(describe(config, command));
      REQUIRE(test::run(pair.machine, command) > 0);
      REQUIRE(pair.machine.last_code() == Status::ok);
      Direct(pair.before, draws, command).run();
      REQUIRE(test::snapshot(pair.machine) == test::snapshot(pair.before));
      const TrainingFields& t = command.training;
      const bool forward = command.op == static_cast<int>(Op::fprop);
      if (forward && t.post) ++seen["act " + std::to_string(t.act)];
      if (t.loss && t.to_x && t.to_y) ++seen["all outputs"];
      if (t.post && !forward) ++seen["backward lane"];
      if (t.update && t.bgrad) ++seen[name(static_cast<Schedule>(command.schedule))];
      if (t.sr_post) ++seen["sr_post"];
      if (t.sr_update) ++seen["sr_update"];
    }
  }
  for (const std::string what :
       {"act 0", "act 1", "act 2", "act 3", "act 4", "act 5", "act 6", "all outputs",
        "backward lane", "interleaved", "separate", "serial", "sr_post", "sr_update"}) {
    CAPTURE(what);
    CHECK(seen[what] > 15);
  }
}

TEST_CASE("cost equals the counters and the run time of the machine") {
  test::Random random(2);
  std::array<int, 12> seen{};
  for (int i = 0; i < 1500; ++i) {
    const Config config = random_training_config(random);
    Command command = training_command(random, config);
    if (i % 3 == 0) command.b = 1;
    REQUIRE(check(config, command) == Status::ok);
    CAPTURE(describe(config, command));
    Machine machine(config);
    const std::int64_t latency = test::run(machine, command);
    const Cost total = cost(config, command);
    REQUIRE(machine.counters() == total.counters);
    REQUIRE(latency == 1 + kPlanCycles + 1 + total[Counter::cycles] + 1);
    ++seen[static_cast<std::size_t>(command.op * 3 + command.schedule)];
  }
  for (const int count : seen) CHECK(count > 50);
}

TEST_CASE("interleaved backward with update: the formula of the contract") {
  test::Random random(3);
  for (int i = 0; i < 500; ++i) {
    Config config = small(pick(random, 1, 9));
    config.limits = {100, 100, 100};
    config.buffers = {1000, 1000, 1000, 1000, 1000, 1000, 100};
    config.training.weight_decay = coin(random);
    config.pe.mult_stages = pick(random, 0, 2);
    const int late = config.pe.mult_stages > 0 ? 2 : 0;
    const int u = (config.training.weight_decay ? 3 : 2) + 2 * late;
    const int R = config.rows;
    const int MT = pick(random, 2, 4);
    const int NT = pick(random, 1, 4);
    const int B = pick(random, 1, 12);
    Command command =
        make_command(Op::backward, Schedule::interleaved, MT * R - pick(random, 0, R - 1),
                     NT * R - pick(random, 0, R - 1), B);
    command.training.update = true;
    command.training.bgrad = coin(random);
    const Cost total = cost(config, command);
    CHECK(total[Counter::stall] == 0);
    CHECK(total[Counter::cycles] == (MT * NT - 1) * std::max(2 * B + u, R) + 2 * B + u + 3 * R + R +
                                        3 + late + (command.training.bgrad ? 6 : 0));
    CHECK(total[Counter::busy] == MT * NT * (2 * B + u - 2 * late));
  }
}

TEST_CASE("costs worked by hand, 2 x 2 array, M = 3, N = 4, B = 5, weight decay") {
  const Config config = small();
  const auto at = [&](Op op, Schedule schedule, bool update, bool lanes) {
    Command command = make_command(op, schedule, 3, 4, 5);
    command.training.update = update;
    command.training.post = lanes && op != Op::wgrad;
    command.training.bgrad = lanes && op != Op::fprop && op != Op::dgrad;
    command.training.to_x = command.training.post && op == Op::fprop;
    command.training.next_base = 100;
    return cost(config, command);
  };
  // 2 x 2 tiles; LOAD 3; TAIL 5 (F, D) or 8 (W, I), 6 more with lanes; 3 U slots.
  const auto cycles = [](const Cost& total) { return total[Counter::cycles]; };
  CHECK(cycles(at(Op::fprop, Schedule::interleaved, false, true)) == 3 + 20 + 11);
  CHECK(cycles(at(Op::fprop, Schedule::serial, false, true)) == 4 * (3 + 5 + 11));
  CHECK(cycles(at(Op::wgrad, Schedule::interleaved, true, false)) == 3 + 32 + 8);
  CHECK(cycles(at(Op::wgrad, Schedule::interleaved, false, true)) == 20 + 14);
  CHECK(cycles(at(Op::wgrad, Schedule::serial, true, true)) == 4 * (3 + 8 + 14));
  CHECK(cycles(at(Op::backward, Schedule::interleaved, true, true)) == 3 + 52 + 14);
  CHECK(cycles(at(Op::backward, Schedule::separate, true, true)) == 3 + 20 + 3 + 32 + 14);
  CHECK(cycles(at(Op::backward, Schedule::separate, false, true)) == 3 + 20 + 20 + 14);
  CHECK(cycles(at(Op::backward, Schedule::serial, true, true)) ==
        4 * (3 + 5 + 11) + 4 * (3 + 8 + 14));
  const Cost fprop = at(Op::fprop, Schedule::interleaved, false, true);
  CHECK(fprop[Counter::y_write] == 20);
  CHECK(fprop[Counter::y_read] == 20);
  CHECK(fprop[Counter::x_write] == 20);
  CHECK(fprop[Counter::deriv_write] == 20);
  CHECK(fprop[Counter::bias_read] == 20);
  CHECK(fprop[Counter::delta_write] == 0);
  const Cost separate = at(Op::backward, Schedule::separate, true, true);
  CHECK(separate[Counter::w_read] == 24);
  CHECK(separate[Counter::w_write] == 12);
  CHECK(separate[Counter::dw_write] == 0);
  CHECK(separate[Counter::dx_write] == 15);
  CHECK(separate[Counter::deriv_read] == 15);
  CHECK(separate[Counter::delta_write] == 15);
  CHECK(separate[Counter::bias_read] == 4);
  CHECK(separate[Counter::bias_write] == 4);
  CHECK(separate[Counter::busy] == 20 + 32);
  CHECK(separate[Counter::macs] == 2 * 60);
}

namespace {

using Events = std::map<std::int64_t, std::uint64_t>;

/// All trace masks that are not 0, by name without prefix and suffix, from now to the completion.
std::map<std::string, Events> trace(Machine& machine) {
  std::map<std::string, Events> seen;
  while (!machine.done_valid()) {
    for (const Signal& signal : machine.signals()) {
      if (!signal.name.starts_with("trace_") || !signal.name.ends_with("e_o")) continue;
      if (pin(machine, signal.name) == 0) continue;
      seen[signal.name.substr(6, signal.name.size() - 8)][machine.cycle()] =
          pin(machine, signal.name);
    }
    machine.clock({});
  }
  return seen;
}

}  // namespace

TEST_CASE("pin by pin, by hand: forward lane with all its outputs") {
  Machine machine(small());
  Command command = make_command(Op::fprop, Schedule::separate, 2, 2, 1);
  TrainingFields& t = command.training;
  t.post = t.to_x = t.to_y = t.loss = true;
  t.act = static_cast<std::uint32_t>(ActivationCode::relu);
  t.scale = 1;
  t.next_base = 20;
  t.bias_base = 3;
  Matrix x(1, 2);
  x.data = {2, -3};
  Matrix w(2, 2);
  w.data = {1 * 256 + 255, 2 * 256, 4 * 256, -5 * 256};  // W = 1 2; 4 -5
  test::write_matrix(machine, command, Buffer::x, x);
  test::write_matrix(machine, command, Buffer::w, w);
  machine.poke(Buffer::bias, 0, 3, 5);
  machine.poke(Buffer::bias, 1, 3, 1);
  machine.poke(Buffer::delta, 1, 0, 9);
  test::submit(machine, command);
  // LOAD 15..17, slot in 18, s = 19: Y would be written in 22 + c. TAIL 19..29, FINISH 30.
  const auto seen = trace(machine);
  CHECK(machine.cycle() == 31);
  CHECK(seen.at("w_re") == Events{{16, 1}, {17, 3}, {18, 2}});
  CHECK(seen.at("x_re") == Events{{19, 1}, {20, 2}});
  CHECK(seen.at("bias_re") == Events{{22, 1}, {23, 2}});
  CHECK(seen.at("delta_re") == Events{{26, 1}, {27, 2}});
  CHECK(seen.at("y_we") == Events{{27, 1}, {28, 2}});
  CHECK(seen.at("x_we") == Events{{27, 1}, {28, 2}});
  CHECK(seen.at("deriv_we") == Events{{27, 1}, {28, 2}});
  CHECK(seen.at("delta_we") == Events{{28, 1}, {29, 2}});
  CHECK(seen.size() == 8);
  // Sums -10 and 19; with bias -5 and 20.
  CHECK(machine.word(Buffer::x, 0, 20) == 0);
  CHECK(machine.word(Buffer::x, 1, 20) == 20);
  CHECK(machine.word(Buffer::y, 1, 0) == 20);
  CHECK(machine.word(Buffer::deriv, 0, 20) == 0);
  CHECK(machine.word(Buffer::deriv, 1, 20) == 128);
  CHECK(machine.word(Buffer::delta, 0, 0) == 0);
  CHECK(machine.word(Buffer::delta, 1, 0) == 11);
  CHECK(!machine.defined(Buffer::deriv, 0, 0));
}

TEST_CASE("pin by pin, by hand: interleaved backward with update, bias and backward lane") {
  Machine machine(small());
  Command command = make_command(Op::backward, Schedule::interleaved, 2, 2, 1);
  TrainingFields& t = command.training;
  t.post = t.update = t.bgrad = true;
  t.scale = 1;
  t.bias_scale = 2;
  t.rate = 64;
  t.next_base = 9;
  Matrix x(1, 2);
  x.data = {2, -3};
  Matrix delta(1, 2);
  delta.data = {3, 1};
  Matrix w(2, 2);
  w.data = {1 * 256, 2 * 256, 4 * 256, -5 * 256};
  test::write_matrix(machine, command, Buffer::x, x);
  test::write_matrix(machine, command, Buffer::w, w);
  test::write_matrix(machine, command, Buffer::delta, delta);
  machine.poke(Buffer::bias, 0, 0, 100);
  machine.poke(Buffer::deriv, 0, 0, 128);
  machine.poke(Buffer::deriv, 1, 0, 64);
  test::submit(machine, command);
  // LOAD 15..17; DGRAD 18, WGRAD 19, U1..U3 20..22; drain steps in 22 and 23; TAIL 23..36.
  const auto seen = trace(machine);
  CHECK(machine.cycle() == 38);
  CHECK(seen.at("delta_re") == Events{{19, 1}, {20, 2}});
  CHECK(seen.at("x_re") == Events{{20, 1}, {21, 2}});
  CHECK(seen.at("deriv_re") == Events{{24, 1}, {25, 2}});
  CHECK(seen.at("delta_we") == Events{{26, 1}, {27, 2}});
  CHECK(seen.at("bias_re") == Events{{23, 1}, {24, 2}});
  CHECK(seen.at("bias_we") == Events{{24, 1}, {25, 2}});
  CHECK(seen.at("w_we") == Events{{27, 1}, {28, 3}, {29, 2}});
  CHECK(seen.count("dw_we") == 0);
  CHECK(seen.count("dx_we") == 0);
  // dX = 3*1 + 1*2 = 5 and 3*4 - 5 = 7, the second by 1/2: 3.5, to 4.
  CHECK(machine.word(Buffer::delta, 0, 9) == 5);
  CHECK(machine.word(Buffer::delta, 1, 9) == 4);
  // dW = 6 2; -9 -3; the rate is 64 / 64.
  CHECK(test::read_matrix(machine, command, Buffer::w).data ==
        std::vector<std::int64_t>{250, 510, 1033, -1277});
  CHECK(machine.word(Buffer::bias, 0, 0) == 94);
  CHECK(machine.word(Buffer::bias, 1, 0) == -2);
}

TEST_CASE("pin by pin, by hand: separate backward loads again, the bias is updated once") {
  Config config = small();
  config.training.weight_decay = false;
  Machine machine(config);
  Command command = make_command(Op::backward, Schedule::separate, 2, 2, 1);
  command.training.update = command.training.bgrad = true;
  test::submit(machine, command);
  // LOAD 15..17, DGRAD 18, LOAD 19..21, WGRAD 22, U1 23, U2 and drain step 0 in 24; TAIL 25..38.
  const auto seen = trace(machine);
  CHECK(machine.cycle() == 40);
  CHECK(seen.at("w_re") == Events{{16, 1}, {17, 3}, {18, 2}, {20, 1}, {21, 3}, {22, 2}});
  CHECK(seen.at("delta_re") == Events{{19, 1}, {20, 2}, {23, 1}, {24, 2}});
  CHECK(seen.at("bias_re") == Events{{27, 1}, {28, 2}});
  CHECK(seen.at("bias_we") == Events{{28, 1}, {29, 2}});
  CHECK(seen.at("dx_we") == Events{{22, 1}, {23, 2}});
  CHECK(seen.at("w_we") == Events{{29, 1}, {30, 3}, {31, 2}});
}

TEST_CASE("every trace bit is explained by the contract's inverse, and no other is") {
  test::Random random(4);
  for (int i = 0; i < 150; ++i) {
    const Config config = random_training_config(random);
    const Command command = training_command(random, config);
    CAPTURE(describe(config, command));
    test::Pair pair(config, static_cast<std::uint64_t>(i));
    Machine& machine = pair.machine;
    test::submit(machine, command);
    const int stride = derive(config).trace_w;
    std::map<std::string, std::int64_t> counted;
    std::int64_t wrong = 0;
    for (; !machine.done_valid(); machine.clock({})) {
      for (const Signal& signal : machine.signals()) {
        if (!signal.name.starts_with("trace_") || signal.name.ends_with("wdata_o")) continue;
        for (int lane = 0; lane < signal.width; ++lane) {
          const bool bit = pin(machine, signal.name, lane, 1) != 0;
          const auto element = machine.explain(signal.name, lane, machine.cycle());
          wrong += bit != element.has_value() ? 1 : 0;
          const std::string buffer = signal.name.substr(6, signal.name.size() - 11);
          const bool write = signal.name.ends_with("we_o");
          if (bit) ++counted[buffer + (write ? "_write" : "_read")];
          const bool hold = buffer == "hold";  // its words are those of DELTA
          const std::string of = hold ? "delta" : buffer;
          if (element) wrong += name(element->buffer) != of || element->write != write ? 1 : 0;
          if (!write || bit || hold) continue;
          const std::string data = signal.name.substr(0, signal.name.size() - 4) + "wdata_o";
          wrong += pin(machine, data, lane * stride, stride) != 0 ? 1 : 0;
        }
      }
    }
    REQUIRE(wrong == 0);
    const Cost total = cost(config, command);
    for (int c = static_cast<int>(Counter::x_read); c < kCounterCount; ++c) {
      const auto counter = static_cast<Counter>(c);
      CAPTURE(name(counter));
      REQUIRE(counted[name(counter)] == total[counter]);
    }
  }
}

TEST_CASE("explain names the elements of the vector lanes") {
  Machine machine(small());
  Command command = make_command(Op::fprop, Schedule::separate, 2, 3, 2);
  command.training.post = command.training.to_x = command.training.loss = true;
  command.training.next_base = 20;
  test::submit(machine, command);
  while (!machine.done_valid()) machine.clock({});
  // Slots 18, 19 and, of the second tile column, 20, 21.
  const auto x = machine.explain("trace_x_we_o", 0, 21 + 1 + 6 + 2);
  REQUIRE(x.has_value());
  CHECK((x->n == 2 && x->b == 1 && x->m == -1 && x->nt == 1 && x->op == Op::fprop && x->write));
  const auto target = machine.explain("trace_delta_re_o", 1, 18 + 1 + 5 + 2 + 1);
  REQUIRE(target.has_value());
  CHECK((target->n == 1 && target->b == 0 && !target->write));
  const auto bias = machine.explain("trace_bias_re_o", 0, 20 + 1 + 1 + 2);
  REQUIRE(bias.has_value());
  CHECK((bias->n == 2 && bias->b == -1));
  CHECK(!machine.explain("trace_x_we_o", 1, 21 + 1 + 6 + 2 + 1).has_value());  // n = 3
  CHECK(!machine.explain("trace_y_we_o", 0, 18 + 1 + 6 + 2).has_value());
  Inputs take;
  take.done_ready = true;
  machine.clock(take);

  command = make_command(Op::backward, Schedule::interleaved, 3, 2, 1);
  command.training.post = command.training.update = true;
  command.training.next_base = 30;
  const std::int64_t start = machine.cycle();
  test::submit(machine, command);
  while (!machine.done_valid()) machine.clock({});
  // DGRAD 18, WGRAD 19, U 20..22; the second tile row from 23 on.
  const auto slope = machine.explain("trace_deriv_re_o", 0, start + 23 + 1 + 3 + 2);
  REQUIRE(slope.has_value());
  CHECK((slope->m == 2 && slope->b == 0 && slope->op == Op::dgrad));
  const auto below = machine.explain("trace_delta_wdata_o", 1, start + 18 + 1 + 5 + 2 + 1);
  REQUIRE(below.has_value());
  CHECK((below->m == 1 && below->n == -1 && below->op == Op::dgrad));
  const auto weight = machine.explain("trace_w_we_o", 1, start + 22 + 1 + 2 + 2 + 1 + 1);
  REQUIRE(weight.has_value());
  CHECK((weight->m == 0 && weight->n == 1 && weight->op == Op::wgrad && weight->write));
  const auto slot = machine.slot_at(start + 21);
  REQUIRE(slot.has_value());
  CHECK((slot->update == 2 && slot->op == Op::wgrad && slot->b == -1));
}

TEST_CASE("refusals: flags and fields") {
  const Config config = small();
  const auto code = [&](Op op, auto change) {
    Command command = make_command(op, Schedule::interleaved, 2, 2, 2);
    command.training.next_base = 50;
    change(command);
    return check(config, command);
  };
  for (const Op op : {Op::fprop, Op::dgrad, Op::wgrad, Op::backward}) {
    const bool fprop = op == Op::fprop;
    const bool wgrad = op == Op::wgrad || op == Op::backward;
    const auto flag_if = [](bool bad) { return bad ? Status::bad_flag : Status::ok; };
    CHECK(code(op, [](Command&) {}) == Status::ok);
    CHECK(code(op, [](Command& c) { c.training.post = true; }) ==
          flag_if(fprop || op == Op::wgrad));
    for (bool TrainingFields::*output :
         {&TrainingFields::to_x, &TrainingFields::to_y, &TrainingFields::loss}) {
      CHECK(code(op, [&](Command& c) { c.training.*output = true; }) == Status::bad_flag);
      CHECK(code(op, [&](Command& c) { c.training.*output = c.training.post = true; }) ==
            flag_if(!fprop));
    }
    CHECK(code(op, [](Command& c) { c.training.update = true; }) == flag_if(!wgrad));
    CHECK(code(op, [](Command& c) { c.training.bgrad = true; }) == flag_if(!wgrad));
    CHECK(code(op, [](Command& c) { c.training.update = c.acc_dw = true; }) == Status::bad_flag);
    CHECK(code(op, [](Command& c) { c.training.bgrad = c.acc_dw = true; }) == flag_if(!wgrad));
    CHECK(code(op, [](Command& c) { c.training.sr_post = true; }) == Status::bad_flag);
    CHECK(code(op, [](Command& c) { c.training.sr_update = true; }) == Status::bad_flag);
    CHECK(code(op, [](Command& c) { c.training.sr_post = c.training.bgrad = true; }) ==
          flag_if(!wgrad));
    CHECK(code(op, [](Command& c) { c.training.sr_update = c.training.bgrad = true; }) ==
          Status::bad_flag);
    CHECK(code(op, [](Command& c) { c.training.sr_update = c.training.update = true; }) ==
          flag_if(!wgrad));
  }
  const auto forward = [](Command& c) { c.training.post = c.training.to_y = true; };
  CHECK(code(Op::fprop, [&](Command& c) { forward(c), c.training.act = 6; }) == Status::ok);
  CHECK(code(Op::fprop, [&](Command& c) { forward(c), c.training.act = 7; }) == Status::bad_field);
  CHECK(code(Op::fprop, [&](Command& c) { c.training.act = 7; }) == Status::ok);
  CHECK(code(Op::dgrad, [&](Command& c) { c.training.post = true, c.training.act = 7; }) ==
        Status::ok);
  // The order: sizes and limits first.
  CHECK(code(Op::fprop, [&](Command& c) { forward(c), c.training.act = 7, c.m = 0; }) ==
        Status::zero_size);
  CHECK(code(Op::fprop, [&](Command& c) { forward(c), c.training.act = 7, c.m = 11; }) ==
        Status::over_limit);
  CHECK(code(Op::fprop, [&](Command& c) { forward(c), c.training.act = 7, c.bases[0] = 999; }) ==
        Status::bad_field);
}

TEST_CASE("refusals: what is not built") {
  Config config = training_config(3, 3, 4, 1, 16, Overflow::wrap);
  config.training = {true, 4, 1, 0b0010011, false, false};  // identity, relu, hard_tanh
  Command command = make_command(Op::backward, Schedule::interleaved, 2, 2, 2);
  command.training.update = true;
  command.training.rate_shift = 5;
  CHECK(check(config, command) == Status::ok);
  command.training.rate_shift = 6;  // 2p
  CHECK(check(config, command) == Status::bad_field);
  command.training.update = false;
  CHECK(check(config, command) == Status::ok);
  command.training.bgrad = command.training.sr_post = true;
  CHECK(check(config, command) == Status::bad_field);
  command.training.sr_post = false;
  command.training.update = command.training.sr_update = true;
  command.training.rate_shift = 0;
  CHECK(check(config, command) == Status::bad_field);
  command = make_command(Op::fprop, Schedule::interleaved, 2, 2, 2);
  command.training.post = command.training.to_y = true;
  for (std::uint32_t act = 0; act < 8; ++act) {
    command.training.act = act;
    CHECK(check(config, command) == (act <= 1 || act == 4 ? Status::ok : Status::bad_field));
  }
  // Without training the fields mean nothing.
  config.training = {};
  config.buffers.bias = 0;
  CHECK(check(config, command) == Status::ok);
  CHECK(cost(config, command) ==
        cost(config, make_command(Op::fprop, Schedule::interleaved, 2, 2, 2)));
}

TEST_CASE("refusals: places") {
  Config config = small();
  config.buffers = {40, 44, 12, 40, 40, 12, 5};
  // M = 5, N = 3, B = 4: 12 words of X and DX, 8 of DELTA and Y, 10 of W and DW, 2 of BIAS.
  const auto code = [&](Op op, auto change) {
    Command command = make_command(op, Schedule::interleaved, 5, 3, 4);
    command.training.next_base = 20;
    change(command);
    return check(config, command);
  };
  const auto to_x = [](Command& c) { c.training.post = c.training.to_x = true; };
  const auto post = [](Command& c) { c.training.post = true; };
  const auto update = [](Command& c) { c.training.update = true; };
  const auto at = [](Command& c, Buffer buffer) -> std::uint32_t& {
    return c.bases[static_cast<std::size_t>(buffer)];
  };
  CHECK(code(Op::fprop, [&](Command& c) { to_x(c), c.training.next_base = 32; }) == Status::ok);
  CHECK(code(Op::fprop, [&](Command& c) { to_x(c), c.training.next_base = 33; }) ==
        Status::no_fit_x);
  CHECK(code(Op::fprop, [&](Command& c) { to_x(c), c.training.next_base = 12; }) == Status::ok);
  CHECK(code(Op::fprop, [&](Command& c) { to_x(c), c.training.next_base = 11; }) ==
        Status::overlap);
  CHECK(code(Op::fprop, [&](Command& c) {
          to_x(c), at(c, Buffer::x) = 28, c.training.next_base = 20;
        }) == Status::ok);
  CHECK(code(Op::fprop, [&](Command& c) {
          to_x(c), at(c, Buffer::x) = 27, c.training.next_base = 20;
        }) == Status::overlap);
  CHECK(code(Op::fprop, [&](Command& c) {
          to_x(c), c.training.to_x = false, c.training.to_y = true, c.training.next_base = 0;
        }) == Status::ok);
  CHECK(code(Op::fprop, [&](Command& c) { to_x(c), at(c, Buffer::y) = 33; }) == Status::no_fit_y);
  CHECK(code(Op::fprop, [&](Command& c) { to_x(c), at(c, Buffer::delta) = 43; }) == Status::ok);
  const auto loss = [](Command& c) { c.training.post = c.training.loss = true; };
  CHECK(code(Op::fprop, [&](Command& c) { loss(c), at(c, Buffer::delta) = 36; }) == Status::ok);
  CHECK(code(Op::fprop, [&](Command& c) { loss(c), at(c, Buffer::delta) = 37; }) ==
        Status::no_fit_delta);
  CHECK(code(Op::fprop, [&](Command& c) { loss(c), c.training.bias_base = 3; }) == Status::ok);
  CHECK(code(Op::fprop, [&](Command& c) { loss(c), c.training.bias_base = 4; }) ==
        Status::no_fit_bias);
  CHECK(code(Op::fprop, [&](Command& c) { c.training.bias_base = 4; }) == Status::ok);
  CHECK(code(Op::dgrad, [&](Command& c) { at(c, Buffer::x) = 29; }) == Status::ok);
  CHECK(code(Op::dgrad, [&](Command& c) { post(c), at(c, Buffer::x) = 28; }) == Status::ok);
  CHECK(code(Op::dgrad, [&](Command& c) { post(c), at(c, Buffer::x) = 29; }) == Status::no_fit_x);
  for (const Op op : {Op::dgrad, Op::backward}) {
    CHECK(code(op, [&](Command& c) { post(c), c.training.next_base = 32; }) == Status::ok);
    CHECK(code(op, [&](Command& c) { post(c), c.training.next_base = 33; }) ==
          Status::no_fit_delta);
    CHECK(code(op, [&](Command& c) { post(c), c.training.next_base = 8; }) == Status::ok);
    CHECK(code(op, [&](Command& c) { post(c), c.training.next_base = 7; }) == Status::overlap);
    CHECK(code(op, [&](Command& c) { post(c), at(c, Buffer::dx) = 29; }) == Status::no_fit_dx);
  }
  for (const Op op : {Op::wgrad, Op::backward}) {
    CHECK(code(op, [&](Command& c) { at(c, Buffer::dw) = 3; }) == Status::no_fit_dw);
    CHECK(code(op, [&](Command& c) { update(c), at(c, Buffer::dw) = 3; }) == Status::ok);
    CHECK(code(op, [&](Command& c) { update(c), at(c, Buffer::w) = 3; }) == Status::no_fit_w);
    CHECK(code(op, [&](Command& c) { c.training.bgrad = true, c.training.bias_base = 4; }) ==
          Status::no_fit_bias);
  }
  CHECK(code(Op::wgrad, [&](Command& c) { at(c, Buffer::w) = 3; }) == Status::ok);
  // A no_fit code comes before overlap, the lowest buffer first.
  CHECK(code(Op::fprop, [&](Command& c) {
          to_x(c), c.training.next_base = 0, c.training.bias_base = 4;
        }) == Status::no_fit_bias);
  CHECK(code(Op::fprop, [&](Command& c) {
          to_x(c), c.training.next_base = UINT32_MAX, c.training.bias_base = 4;
        }) == Status::no_fit_x);
}

TEST_CASE("a refused command changes nothing and draws nothing") {
  test::Random random(5);
  int refused = 0;
  for (int i = 0; i < 200; ++i) {
    const Config config = random_training_config(random);
    test::Pair pair(config, static_cast<std::uint64_t>(i));
    Draws draws(0);
    Command bad = any_training_command(random, config);
    switch (i % 4) {
      case 0: bad.training.act = 7; break;
      case 1: bad.training.next_base = bad.bases[0]; break;
      case 2: bad.training.bias_base = 40; break;
      default: bad.acc_dw = true; break;
    }
    if (check(config, bad) == Status::ok) continue;
    ++refused;
    CHECK(test::run(pair.machine, bad) == kPlanCycles + 3);
    CHECK(pair.machine.last_code() == check(config, bad));
    REQUIRE(test::snapshot(pair.machine) == test::snapshot(pair.before));
    const Command good = training_command(random, config);
    REQUIRE(test::run(pair.machine, good) > 0);
    Direct(pair.before, draws, good).run();
    REQUIRE(test::snapshot(pair.machine) == test::snapshot(pair.before));
  }
  CHECK(refused > 60);
}

TEST_CASE("SEED: reads what was written, reset puts generators and register back") {
  test::Random random(6);
  const Config config = small(3);
  test::Pair pair(config, 1);
  Machine& machine = pair.machine;
  CHECK(host_read(machine, kRegisterSelect, 0, kSeedRegister).data == 0);
  write_seed(machine, 0xDEADBEEF);
  CHECK(host_read(machine, kRegisterSelect, 0, kSeedRegister).data == 0xDEADBEEF);
  CHECK(machine.host_errors() == 0);
  Command command = make_command(Op::backward, Schedule::interleaved, 7, 5, 3);
  command.training.update = command.training.sr_update = true;
  command.training.bgrad = command.training.post = command.training.sr_post = true;
  command.training.scale = 12345;
  command.training.shift = 17;
  command.training.bias_scale = 54321;
  command.training.bias_shift = 16;
  command.training.rate = 33;
  command.training.rate_shift = 7;
  command.training.next_base = 60;
  Draws draws(0xDEADBEEF);
  for (int i = 0; i < 3; ++i) {
    REQUIRE(test::run(machine, command) > 0);
    Direct(pair.before, draws, command).run();
    REQUIRE(test::snapshot(machine) == test::snapshot(pair.before));
  }
  Inputs reset;
  reset.rst_n = false;
  machine.clock(reset);
  CHECK(host_read(machine, kRegisterSelect, 0, kSeedRegister).data == 0);
  Draws fresh(0);
  REQUIRE(test::run(machine, command) > 0);
  Direct(pair.before, fresh, command).run();
  REQUIRE(test::snapshot(machine) == test::snapshot(pair.before));
  // A command without stochastic rounding does not move a generator.
  Draws again(7);
  write_seed(machine, 7);
  Command plain = command;
  plain.training.sr_post = plain.training.sr_update = false;
  for (const Command& one : {plain, command}) {
    REQUIRE(test::run(machine, one) > 0);
    Direct(pair.before, again, one).run();
  }
  REQUIRE(test::snapshot(machine) == test::snapshot(pair.before));
}

TEST_CASE("reset mid-command: the next commands run as on a new machine with these words") {
  test::Random random(7);
  Inputs reset;
  reset.rst_n = false;
  for (int i = 0; i < 60; ++i) {
    const Config config = random_training_config(random);
    test::Pair pair(config, random());
    Machine& machine = pair.machine;
    write_seed(machine, static_cast<std::uint32_t>(random()));
    const Command first = training_command(random, config);
    const Command second = training_command(random, config);
    test::submit(machine, first);
    test::submit(machine, second);
    test::wait(machine, pick(random, 1, 150));
    machine.clock(reset);
    const auto after = test::snapshot(machine);
    const Machine fresh(config);
    REQUIRE(std::equal(machine.outputs().begin(), machine.outputs().end(), fresh.outputs().begin(),
                       fresh.outputs().end()));
    test::wait(machine, 40);
    REQUIRE(test::snapshot(machine) == after);
    Machine again(config);
    for (int code = 0; code < kBufferCount; ++code) {
      const auto buffer = static_cast<Buffer>(code);
      for (int lane = 0; lane < lanes(config, buffer); ++lane) {
        for (int addr = 0; addr < depth(config, buffer); ++addr) {
          again.poke(buffer, lane, addr, machine.word(buffer, lane, addr));
        }
      }
    }
    REQUIRE(test::run(machine, second) == test::run(again, second));
    REQUIRE(test::snapshot(machine) == test::snapshot(again));
    REQUIRE(machine.counters() == again.counters());
  }
}

TEST_CASE("host port: codes 6 and 8, wide words of W, DERIV without sign") {
  Machine machine(small());
  host_write(machine, 6, 1, 39, 0xFFFFFFF0);
  CHECK(machine.word(Buffer::bias, 1, 39) == -16);
  CHECK(host_read(machine, 6, 1, 39).data == 0xFFFFFFF0);
  host_write(machine, 8, 1, 159, 0xFFFFFF80);
  CHECK(machine.word(Buffer::deriv, 1, 159) == 128);
  CHECK(host_read(machine, 8, 1, 159).data == 128);
  host_write(machine, 2, 0, 299, 0x1FEDC);
  CHECK(machine.word(Buffer::w, 0, 299) == 0xFEDC - 0x10000);
  CHECK(host_read(machine, 2, 0, 299).data == 0xFFFFFEDC);
  CHECK(machine.host_errors() == 0);
  struct Bad {
    bool write;
    std::uint32_t sel, lane, addr;
  };
  std::uint32_t errors = 0;
  for (const Bad& bad : {Bad{false, 6, 0, 40}, Bad{true, 6, 2, 0}, Bad{false, 8, 0, 160},
                         Bad{false, 8, 2, 0}, Bad{false, 9, 0, 0}, Bad{true, 15, 0, 0},
                         Bad{true, 7, 1, 7}, Bad{false, 7, 0, 48}, Bad{true, 7, 0, 34}}) {
    if (bad.write) {
      host_write(machine, bad.sel, bad.lane, bad.addr, 1);
    } else {
      CHECK(host_read(machine, bad.sel, bad.lane, bad.addr).error);
    }
    CHECK(machine.host_errors() == ++errors);
  }
  CHECK(!host_read(machine, 7, 0, 47).error);
  // One bit a word.
  Config narrow = small();
  narrow.training.activations = 0b0011011;
  Machine bits_machine(narrow);
  host_write(bits_machine, 8, 0, 0, 0xFF);
  CHECK(host_read(bits_machine, 8, 0, 0).data == 1);
  host_write(bits_machine, 8, 0, 0, 0xFE);
  CHECK(host_read(bits_machine, 8, 0, 0).data == 0);
}

namespace {

/// Offers one access so that it is at the head in cycle `at`; the cycle in which it executes.
std::int64_t executes(const Command& command, bool write, Buffer buffer, std::uint32_t lane,
                      std::int64_t at) {
  Machine machine(small());
  test::submit(machine, command);
  while (machine.cycle() < at - 1) machine.clock({});
  machine.clock(host_access(write, static_cast<std::uint32_t>(select_code(buffer)), lane, 39));
  machine.clock(host_access(true, kRegisterSelect, 0, 0));
  while (!machine.host_ready()) machine.clock({});
  return machine.cycle() - 1;
}

}  // namespace

TEST_CASE("the accesses of the lanes hold the host port") {
  Command fprop = make_command(Op::fprop, Schedule::separate, 2, 2, 1);
  fprop.training.post = fprop.training.to_x = fprop.training.to_y = fprop.training.loss = true;
  fprop.training.next_base = 20;
  // As worked by hand above: bias read 22, target read 26, written 27, loss written 28.
  CHECK(executes(fprop, false, Buffer::bias, 0, 22) == 23);
  CHECK(executes(fprop, true, Buffer::bias, 0, 22) == 22);
  CHECK(executes(fprop, false, Buffer::delta, 0, 26) == 27);
  CHECK(executes(fprop, false, Buffer::delta, 1, 26) == 26);
  CHECK(executes(fprop, true, Buffer::y, 0, 22) == 22);
  CHECK(executes(fprop, true, Buffer::y, 0, 27) == 28);
  CHECK(executes(fprop, true, Buffer::x, 1, 28) == 29);
  CHECK(executes(fprop, false, Buffer::x, 1, 28) == 28);
  CHECK(executes(fprop, true, Buffer::deriv, 0, 27) == 28);
  CHECK(executes(fprop, true, Buffer::delta, 0, 28) == 29);
  CHECK(executes(fprop, true, Buffer::delta, 0, 27) == 27);
  Command backward = make_command(Op::backward, Schedule::interleaved, 2, 2, 1);
  backward.training.post = backward.training.update = backward.training.bgrad = true;
  backward.training.next_base = 20;
  CHECK(executes(backward, false, Buffer::deriv, 1, 25) == 26);
  CHECK(executes(backward, true, Buffer::delta, 1, 27) == 28);
  CHECK(executes(backward, true, Buffer::bias, 0, 24) == 25);
  CHECK(executes(backward, false, Buffer::bias, 0, 23) == 24);
  CHECK(executes(backward, true, Buffer::w, 0, 27) == 29);
  CHECK(executes(backward, true, Buffer::w, 1, 27) == 27);
  // DELTA is held in DGRAD and WGRAD slots, 19 and 20, and not in U slots.
  CHECK(executes(backward, false, Buffer::delta, 0, 19) == 21);
}

TEST_CASE("ports, registers and widths of a training design") {
  const Config config = small();
  const Derived d = derive(config);
  CHECK(d.sel_w == 4);
  CHECK(d.rate_shift_w == 4);
  std::map<std::string, int> widths;
  std::vector<std::string> names;
  for (const Port& port : top_ports(config)) {
    widths[port.name] = port.width;
    names.push_back(port.name);
  }
  CHECK(widths.at("host_sel_i") == 4);
  CHECK(widths.at("cmd_rate_i") == 7);
  CHECK(widths.at("cmd_decay_i") == 7);
  CHECK(widths.at("cmd_rate_shift_i") == 4);
  CHECK(widths.at("cmd_scale_i") == 16);
  CHECK(widths.at("cmd_bias_shift_i") == 6);
  CHECK(widths.at("cmd_bias_base_i") == d.addr_w);
  CHECK(widths.at("trace_w_wdata_o") == 2 * 32);
  CHECK(widths.at("trace_deriv_we_o") == 2);
  CHECK(names.back() == "trace_deriv_wdata_o");
  Config plain = config;
  plain.training.weight_decay = false;
  for (const Port& port : top_ports(plain)) CHECK(port.name != "cmd_decay_i");
  const auto map = register_map(config);
  CHECK(map.size() == 8 + 2 * 20);
  CHECK(map.at(7).name == "SEED");
  CHECK(map.back().name == "DERIV_WRITE_HI");
  CHECK(map.back().index == 47);
  plain.training = {};
  plain.buffers.bias = 0;
  CHECK(register_map(plain).size() == 7 + 2 * 13);
  CHECK(derive(plain).sel_w == 3);
  for (const Port& port : top_ports(plain)) CHECK(port.name != "cmd_post_i");
}
