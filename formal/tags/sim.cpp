// SPDX-License-Identifier: Apache-2.0
// Runs every command of at most MAX x MAX x MAX through the tag model (formal/tags/top.v): each operation, schedule and
// flag, bases at random, completions taken late at random, each command offered while the one before it still runs.
//   Vtags MAX OPERATIONS DEPTH ADDR_BITS SEED    OPERATIONS: a bit each for fprop, dgrad, wgrad
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "Vtags.h"
#include "verilated.h"

namespace {

struct Command {
  int op, sched, acc_psum, acc_dw, m, n, b;
};

Command last[2];

// All commands that are legal for the operations that are built.
std::vector<Command> all_commands(int max, int built) {
  const int needs[4] = {1, 2, 4, 6};
  std::vector<Command> commands;
  for (int op = 0; op < 4; ++op) {
    if ((built & needs[op]) != needs[op]) continue;
    for (int sched = 0; sched < 3; ++sched)
      for (int psum = 0; psum <= (op == 2 ? 0 : 1); ++psum)
        for (int dw = 0; dw <= (op >= 2 ? 1 : 0); ++dw)
          for (int m = 1; m <= max; ++m)
            for (int n = 1; n <= max; ++n)
              for (int b = 1; b <= max; ++b) commands.push_back({op, sched, psum, dw, m, n, b});
  }
  return commands;
}

void print(const char *what, const Command &c) {
  std::printf("  %s: op %d schedule %d acc_psum %d acc_dw %d M %d N %d B %d\n", what, c.op, c.sched, c.acc_psum,
              c.acc_dw, c.m, c.n, c.b);
}

[[noreturn]] void fail(const char *what) {
  std::printf("FAIL %s\n", what);
  print("running", last[0]);
  print("offered", last[1]);
  std::exit(1);
}

}  // namespace

// What an assertion of the model calls.
void vl_stop(const char *, int, const char *) { fail("an assertion of the model failed"); }

int main(int argc, char **argv) {
  if (argc != 6) return 2;
  const int max = std::atoi(argv[1]), built = std::atoi(argv[2]), depth = std::atoi(argv[3]);
  const int addr_bits = std::atoi(argv[4]);
  std::mt19937 random(static_cast<unsigned>(std::atoi(argv[5])));
  Verilated::randReset(2);
  Verilated::randSeed(std::atoi(argv[5]));
  Vtags model;
  std::uint64_t cycles = 0;
  const auto step = [&] {
    model.done_ready = random() % 4 != 0;
    model.eval();
    const bool done = model.rst_n && model.done_valid && model.done_ready;
    if (done && model.done_code != 0) fail("a command was refused");
    model.clk = 1;
    model.eval();
    model.clk = 0;
    model.eval();
    ++cycles;
    return done;
  };

  model.rst_n = 0;
  model.cmd_valid = 0;
  for (int i = 0; i < 3; ++i) step();
  model.rst_n = 1;

  const auto commands = all_commands(max, built);
  std::size_t ended = 0;
  for (const auto &c : commands) {
    // The next one is offered once the one before it runs, so that its plan is ready when that one ends.
    last[0] = last[1];
    last[1] = c;
    model.op = c.op;
    model.sched = c.sched;
    model.acc_psum = c.acc_psum;
    model.acc_dw = c.acc_dw;
    model.m = c.m;
    model.n = c.n;
    model.b = c.b;
    const auto words = [&](int outer, int inner) { return outer * inner; };
    const int x = words((c.m + ROWS - 1) / ROWS, c.b), d = words((c.n + COLS - 1) / COLS, c.b);
    const int w = words((c.n + COLS - 1) / COLS, c.m);
    const int sizes[6] = {x, d, w, d, x, w};
    std::uint64_t bases = 0;
    for (int i = 0; i < 6; ++i) {
      const auto base = static_cast<std::uint64_t>(random() % static_cast<unsigned>(depth - sizes[i] + 1));
      bases |= base << (i * addr_bits);
    }
    model.bases = bases;
    model.cmd_valid = 1;
    for (int wait = 0;; ++wait) {
      if (wait > 20000) fail("a command never ended");
      model.eval();
      const bool taken = model.cmd_ready && model.free;
      model.cmd_valid = model.free;
      ended += step();
      if (taken) break;
    }
    model.cmd_valid = 0;
  }
  for (int wait = 0; ended != commands.size(); ++wait) {
    if (wait > 20000) fail("the last command never ended");
    ended += step();
  }
  std::printf("%zu commands, %llu cycles\n", ended, static_cast<unsigned long long>(cycles));
  return commands.empty();
}
