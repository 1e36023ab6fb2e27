// SPDX-License-Identifier: Apache-2.0
#include "sim/testbench_training.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "golden/numerics.hpp"
#include "golden/timing.hpp"
#include "golden/training_math.hpp"
#include "sim/testbench_refusals.hpp"

namespace gradloom {
namespace {

using golden::Command;

constexpr int kScheduleCount = static_cast<int>(kSchedules.size());

struct Training {
  ProgramBuilder& b;
  std::int64_t budget = 0;
  int tests = 0;
};

// Clock cycles that a test takes, roughly: two accesses a word, and the commands.
std::int64_t price(const Config& config, const std::vector<Command>& commands) {
  const Footprint words = footprint(config, commands);
  auto cycles =
      static_cast<std::int64_t>(words.needed.size() + words.written.size() + words.watched.size());
  cycles *= 2;
  for (const Command& command : commands) {
    cycles += golden::cost(config, command)[Counter::cycles] + 30;
  }
  return cycles;
}

// The data of every other test are random.
Data next_data(Training& t) {
  const int test = t.tests++;
  return test % 2 == 0 ? Data::random : static_cast<Data>(test / 2 % kDataCount);
}

// The commands one after the other, with all that belongs to them, if the budget allows or it must
// be. False if not.
bool test(Training& t, const std::vector<Command>& commands, bool always,
          std::optional<std::uint32_t> seed = std::nullopt) {
  const std::int64_t cycles = price(t.b.config, commands);
  if (cycles > t.budget && !always) return false;
  t.budget -= cycles;
  prepare_training(t.b, commands, next_data(t));
  if (!seed && t.b.bits(2) == 0) seed = draw_seed(t.b.config, t.b.random);
  if (seed) set_seed(t.b, *seed);
  if (t.b.bits(2) == 0) clear(t.b);
  for (const Command& command : commands) t.b.add(RunCommand{command});
  read_training(t.b, commands);
  return true;
}

// Half the sizes until the command fits somewhere in empty buffers.
Command place_small(ProgramBuilder& b, Command command) {
  Tops tops{};
  for (int left = 0; left < 2; ++left) {
    // Not always at the lower end.
    for (std::uint32_t& top : tops) top = b.bits(2);
    if (place_behind(b.config, b.random, command, tops)) return command;
  }
  tops = {};
  while (!place_behind(b.config, b.random, command, tops)) {
    std::uint32_t& largest = command.b > 1            ? command.b
                             : command.m >= command.n ? command.m
                                                      : command.n;
    // Two places in one buffer may be one word too many.
    if (largest == 1) command.training.to_x = false;
    if (largest == 1 && !command.training.to_y && !command.training.loss) {
      command.training.post = false;
      command.training.sr_post = command.training.sr_post && command.training.bgrad;
    }
    largest = std::max(1U, largest / 2);
  }
  return command;
}

// -1: any.
struct Request {
  Op op = Op::fprop;
  int schedule = 0;
  TrainingWish wish;
  Shape shape;
  int stochastic = -1;
  int activation = -1;
  int targets = -1;  // of fprop, 1..7: 1 to_x, 2 to_y, 4 loss
  std::optional<std::uint32_t> seed = std::nullopt;
};

bool test_one(Training& t, const Request& r, bool always = false) {
  ProgramBuilder& b = t.b;
  Command c = golden::make_command(
      r.op, static_cast<Schedule>(r.schedule), std::min(r.shape.m, b.config.limits.m),
      std::min(r.shape.n, b.config.limits.n), std::min(r.shape.b, b.config.limits.batch));
  c.acc_psum = r.op != Op::wgrad && b.bits(1) != 0;
  c.acc_dw = (r.op == Op::wgrad || r.op == Op::backward) && b.bits(1) != 0;
  draw_training(b.config, b.random, r.wish, c);
  golden::TrainingFields& fields = c.training;
  if (r.stochastic >= 0 && b.config.training.stochastic) {
    fields.sr_post = r.stochastic != 0 && (fields.post || fields.bgrad);
    fields.sr_update = r.stochastic != 0 && fields.update;
  }
  if (r.activation >= 0) fields.act = static_cast<std::uint32_t>(r.activation);
  if (r.targets > 0 && fields.post) {
    fields.to_x = (r.targets & 1) != 0;
    fields.to_y = (r.targets & 2) != 0;
    fields.loss = (r.targets & 4) != 0;
  }
  return test(t, {place_small(b, c)}, always, r.seed);
}

std::vector<Shape> shapes_of(const Config& config) {
  const int r = config.rows;
  return {{r + 1, r, 2},  // the last row tile is not full
          {1, 1, 1},
          {r, r + 1, r + 2},      // B > R
          {2 * r + 1, r + 1, 1},  // B = 1, several tiles in both directions
          {r, r, 3}};             // exactly one tile
}

// What is most worth testing comes first.
void check_single(Training& t) {
  const std::vector<Shape> shapes = shapes_of(t.b.config);
  std::vector<Request> requests;
  const auto add = [&](Op op, int schedule, const TrainingWish& wish, int stochastic,
                       int activation = -1, int targets = -1) {
    const Shape shape = shapes[requests.size() % shapes.size()];
    requests.push_back({op, schedule, wish, shape, stochastic, activation, targets});
  };
  const auto fprop = [&](int activation, int targets) {
    if (!built(t.b.config, static_cast<ActivationCode>(activation))) return;
    const auto i = static_cast<int>(requests.size());
    add(Op::fprop, i % kScheduleCount, {true, false, false}, i / kScheduleCount % 2, activation,
        targets);
  };
  for (int i = 0; i < 2 * kScheduleCount; ++i) {
    add(Op::backward, i % kScheduleCount, {true, true, true}, i / kScheduleCount);
    add(Op::fprop, i % kScheduleCount, {true, false, false}, i / kScheduleCount);
    add(Op::wgrad, i % kScheduleCount, {false, true, true}, i / kScheduleCount);
    add(Op::dgrad, i % kScheduleCount, {true, false, false}, i / kScheduleCount);
  }
  for (int i = 0; i < kActivationCount; ++i) fprop(i, 1 + i);
  for (int wish = 1; wish < 7; ++wish) {
    for (int schedule = 0; schedule < kScheduleCount; ++schedule) {
      add(Op::backward, schedule, {(wish & 1) != 0, (wish & 2) != 0, (wish & 4) != 0}, -1);
    }
  }
  for (int i = 0; i < kActivationCount * kActivationCount; ++i) {
    fprop(i % kActivationCount, 1 + i / kActivationCount);
  }
  for (const Request& request : requests) test_one(t, request);
}

// Operands at which some activation bends or ends, and small ones; all of them if there are few.
std::vector<std::int64_t> sweep_values(const Config& config) {
  const int p = config.operand_bits;
  const std::int64_t low = golden::min_value(p);
  const std::int64_t high = golden::max_value(p);
  std::vector<std::int64_t> values;
  if (p <= 4) {
    for (std::int64_t value = low; value <= high; ++value) values.push_back(value);
    return values;
  }
  for (std::int64_t value = -4; value <= 4; ++value) values.push_back(value);
  const std::int64_t quarter = std::int64_t{1} << (p - 2);
  for (const std::int64_t middle : {quarter, -quarter}) {
    for (int offset = -2; offset <= 2; ++offset) values.push_back(middle + offset);
  }
  values.insert(values.end(), {low, low + 1, low + 2, high - 1, high});
  return values;
}

// An fprop whose lane gets the operands of X themselves: a weight of 1 and no bias.
void sweep(Training& t, ActivationCode activation, std::uint32_t leak, std::uint32_t scale,
           std::uint32_t shift) {
  ProgramBuilder& b = t.b;
  const Config& config = b.config;
  const std::vector<std::int64_t> values = sweep_values(config);
  Command c = golden::make_command(Op::fprop, Schedule::interleaved, 1, 1,
                                   std::min(static_cast<int>(values.size()), config.limits.batch));
  draw_training(config, b.random, {true, false, false}, c);
  golden::TrainingFields& fields = c.training;
  fields.act = static_cast<std::uint32_t>(activation);
  fields.leak = leak;
  fields.scale = scale;
  fields.shift = shift;
  fields.sr_post = false;
  fields.to_x = fields.loss = true;
  c = place_small(b, c);
  const std::int64_t cycles = price(config, {c});
  if (!fields.post || cycles > t.budget) return;
  t.budget -= cycles;
  prepare_training(b, {c}, Data::random);
  const auto write = [&](Buffer buffer, std::uint32_t addr, std::int64_t value) {
    b.add(write_word(buffer, 0, addr, value));
  };
  const std::int64_t one = std::int64_t{1} << (config.training.master_bits - config.operand_bits);
  write(Buffer::w, c.bases[static_cast<std::size_t>(Buffer::w)], one);
  write(Buffer::bias, fields.bias_base, 0);
  const std::uint32_t first = b.bits(8);  // there may be no room for all
  for (std::uint32_t i = 0; i < c.b; ++i) {
    write(Buffer::x, c.bases[static_cast<std::size_t>(Buffer::x)] + i,
          values[(first + i) % values.size()]);
  }
  b.add(Barrier{});
  b.add(RunCommand{c});
  read_training(b, {c});
}

// Every bend of every activation; then halves to be rounded, and, with 43691 * 3 = 2^17 + 1, a
// little more than halves.
void check_bends(Training& t) {
  for (int code = 0; code < kActivationCount; ++code) {
    const auto activation = static_cast<ActivationCode>(code);
    if (!built(t.b.config, activation)) continue;
    const bool leaky = activation == ActivationCode::leaky_relu;
    for (std::uint32_t leak = 1; leak <= (leaky ? 3U : 1U); ++leak) {
      sweep(t, activation, leak, 1, 0);
    }
  }
  for (const auto& [scale, shift] : {std::pair{1U, 1U}, {3U, 2U}, {43691U, 18U}}) {
    sweep(t, ActivationCode::identity, 0, scale, shift);
  }
}

// Each kind of generator from the seed that would leave it at 0, with a command that draws from it.
void check_seeds(Training& t) {
  ProgramBuilder& b = t.b;
  if (!b.config.training.stochastic) return;
  const int r = b.config.rows;
  const std::array<std::pair<golden::Generator, Op>, 4> uses{
      {{golden::Generator::column, Op::fprop},
       {golden::Generator::row_backward, Op::dgrad},
       {golden::Generator::row_update, Op::wgrad},
       {golden::Generator::column, Op::wgrad}}};
  for (const int lane : {0, r - 1}) {
    for (const auto& [generator, op] : uses) {
      const std::uint32_t seed = golden::seeded_state(0, generator, lane);
      const bool bias = generator == golden::Generator::column;
      test_one(t, {op, b.pick(0, 2), {true, !bias, bias}, {r, r, 4}, 1, -1, -1, seed});
    }
  }
}

// Steps of networks, all commands back to back.
void check_steps(Training& t, int count) {
  const int r = t.b.config.rows;
  const std::vector<std::vector<int>> networks{{r, r}, {r + 1, 2, r}, {2, r, r + 1, 1}};
  for (int i = 0; i < count; ++i) {
    Tops tops{};
    const StepShape shape{networks[static_cast<std::size_t>(i) % networks.size()],
                          std::min(1 + i % 4, t.b.config.limits.batch)};
    const StepOptions options{i % (kScheduleCount + 1), i % 3 != 2};
    const std::vector<Command> commands = draw_step(t.b.config, t.b.random, shape, options, tops);
    if (!commands.empty()) test(t, commands, false);
  }
}

}  // namespace

void check_training(ProgramBuilder& b, std::int64_t budget) {
  if (!b.config.training.built) return;
  Training t{b, budget};
  const Shape small{2, 2, 2};
  for (const Op op : {Op::fprop, Op::backward, Op::wgrad}) {
    test_one(t, {op, 0, {true, true, true}, small}, true);
  }
  check_bends(t);
  check_seeds(t);
  check_steps(t, 6);
  check_single(t);
  check_steps(t, 6);
}

void check_training_reset(ProgramBuilder& b) {
  if (!b.config.training.built) return;
  Tops tops{};
  const StepShape shape{{std::min(3, b.config.rows), 2, 2}, std::min(2, b.config.limits.batch)};
  const std::vector<Command> commands = draw_step(b.config, b.random, shape, {3, true}, tops);
  if (commands.empty()) return;
  set_seed(b, draw_seed(b.config, b.random));
  prepare_training(b, commands, Data::random);
  // The reset comes some time after the last command was taken: those in the queue are left then.
  std::int64_t cycles = 0;
  int left = static_cast<int>(commands.size());
  for (const Command& command : commands) {
    if (left-- <= b.config.queue_depth + 2) {
      cycles += golden::cost(b.config, command)[Counter::cycles];
    }
    b.add(RunCommand{command});
  }
  b.add(Idle{b.pick(1, static_cast<int>(cycles))});
  b.add(Reset{b.pick(1, 3)});
  b.add(read_register(kSeedRegister));
  read_counters(b);
  // From the seed after reset.
  prepare_training(b, commands, Data::random);
  for (const Command& command : commands) b.add(RunCommand{command});
  read_training(b, commands);
}

}  // namespace gradloom
