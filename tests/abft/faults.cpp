// SPDX-License-Identifier: Apache-2.0
// Flips single bits of the processing elements of a Verilated design with `abft: true` while it
// runs commands, and requires what docs/abft.md, section 4, promises (tests/abft.sh builds and
// starts this).
//   faults NAME ROWS COLS OPERAND_BITS ACCUMULATOR_BITS CYCLES JSON
// CYCLES: in how many cycles of a command each bit is flipped, at random; 0: in all of them.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "Vdut.h"
#include "Vdut___024root.h"
#include "verilated_syms.h"

namespace {

using Bytes = std::vector<std::uint8_t>;

struct Shape {
  std::string name;
  int rows = 0, cols = 0, operand_bits = 0, accumulator_bits = 0;
};

/// A variable of the model: where it is, and how many bits it has.
struct Variable {
  std::uint8_t* data = nullptr;
  std::size_t size = 0;  // bytes of an element
  std::size_t words = 1;
  std::uint64_t get(std::size_t word = 0) const {
    std::uint64_t value = 0;
    std::memcpy(&value, data + word * size, size);
    return value;
  }
  void set(std::size_t word, std::uint64_t value) const {
    std::memcpy(data + word * size, &value, size);
  }
  void flip(int bit) const { data[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8)); }
};

[[noreturn]] void fail(const std::string& text) {
  std::fprintf(stderr, "FAIL %s\n", text.c_str());
  std::exit(1);
}

enum Kind { kFprop, kDgrad, kWgrad };  // as ABFT_STATUS says it
constexpr std::array<const char*, 3> kOps{"fprop", "dgrad", "wgrad"};
constexpr std::array<const char*, 3> kSchedules{"interleaved", "separate", "serial"};

struct Command {
  int op = 0, schedule = 0, m = 0, n = 0, b = 0;
  bool accumulate = false;
  bool has(Kind kind) const { return kind == kFprop ? op == 0 : op == 3 || op == kind; }
  std::string text() const {
    return std::string(op == 3 ? "backward" : kOps[static_cast<std::size_t>(op)]) + " " +
           kSchedules[static_cast<std::size_t>(schedule)];
  }
};

/// What a flipped bit belongs to. The first four are promised to be found.
enum Class { kWeight, kShadowWeight, kAccumulator, kShadowAccumulator, kPsum, kOperand, kIdle };
constexpr int kClasses = 7;
constexpr std::array<const char*, kClasses> kClassNames{
    "weight",          "shadow weight",      "dW accumulator",           "shadow accumulator",
    "psum on its way", "operand on its way", "link that carries nothing"};
bool promised(int kind) { return kind <= kPsum; }

struct Count {
  std::int64_t flips = 0, wrong = 0, found = 0, needless = 0;
};

struct Registers {
  std::uint32_t status = 0, tile = 0, errors = 0;
};

/// The model with its registers and banks by name.
class Dut {
 public:
  explicit Dut(const Shape& shape) : shape_(shape) {
    context_.randReset(2);
    context_.randSeed(1);
    dut_ = new Vdut(&context_, "TOP");
    for (int r = 0; r < shape.rows; ++r) {
      banks_[0].push_back(find(lane("row", r) + "u_x", "mem"));
      banks_[4].push_back(find(lane("row", r) + "u_dx", "mem"));
    }
    for (int c = 0; c < shape.cols; ++c) {
      banks_[1].push_back(find(lane("col", c) + "u_delta", "mem"));
      banks_[2].push_back(find(lane("col", c) + "u_w", "mem"));
      banks_[3].push_back(find(lane("col", c) + "u_y", "mem"));
      banks_[5].push_back(find(lane("col", c) + "u_dw", "mem"));
    }
    writes_ = {find("u_core.u_array", "y_wr_o"), find("u_core.u_array", "dx_wr_o"),
               find("u_core.u_array", "dw_wr_o")};
    dut_->rst_ni = 0;
    dut_->cmd_valid_i = 0;
    dut_->host_valid_i = 0;
    dut_->cmd_x_base_i = 0;
    dut_->cmd_delta_base_i = 0;
    dut_->cmd_w_base_i = 0;
    dut_->cmd_y_base_i = 0;
    dut_->cmd_dx_base_i = 0;
    dut_->cmd_dw_base_i = 0;
    for (int i = 0; i < 4; ++i) cycle();
    dut_->rst_ni = 1;
    dut_->done_ready_i = 1;
    dut_->rsp_ready_i = 1;
  }

  Variable find(const std::string& scope, const std::string& name) {
    const std::string path = shape_.name + "_top." + scope;
    const VerilatedScope* found = context_.scopeFind(path.c_str());
    if (found == nullptr) found = context_.scopeFind(("TOP." + path).c_str());
    VerilatedVar* variable = found == nullptr ? nullptr : found->varFind(name.c_str());
    if (variable == nullptr) fail("no variable " + path + "." + name);
    const std::size_t words =
        variable->udims() > 0 ? static_cast<std::size_t>(variable->unpacked().elements()) : 1;
    return {static_cast<std::uint8_t*>(variable->datap()), variable->entSize(), words};
  }

  std::string pe(int r, int c) const {
    return "u_core.u_array.g_pe_row[" + std::to_string(r) + "].g_pe[" + std::to_string(c) +
           "].u_pe";
  }

  /// One clock. Returns the write events of the cycle: bit 0 Y, 1 DX, 2 DW, at lane 0.
  unsigned cycle() {
    dut_->clk_i = 0;
    dut_->eval();
    unsigned events = 0;
    for (std::size_t i = 0; i < 3; ++i) events |= static_cast<unsigned>(writes_[i].get()) << i;
    dut_->clk_i = 1;
    dut_->eval();
    return events;
  }

  void start(const Command& command) {
    dut_->cmd_valid_i = 1;
    dut_->cmd_op_i = static_cast<CData>(command.op);
    dut_->cmd_sched_i = static_cast<CData>(command.schedule);
    dut_->cmd_acc_psum_i = command.accumulate && command.op != kWgrad;
    dut_->cmd_acc_dw_i = command.accumulate && command.op >= kWgrad;
    dut_->cmd_m_i = static_cast<SData>(command.m);
    dut_->cmd_n_i = static_cast<SData>(command.n);
    dut_->cmd_b_i = static_cast<SData>(command.b);
    cycle();
    dut_->cmd_valid_i = 0;
  }
  bool busy() const { return dut_->busy_o != 0; }
  unsigned code() const { return dut_->done_code_o; }

  Registers read_registers() {
    std::array<std::uint32_t, 3> values{};
    std::size_t asked = 0, answered = 0;
    for (int i = 0; answered < 3 && i < 50; ++i) {
      dut_->host_valid_i = asked < 3;
      dut_->host_write_i = 0;
      dut_->host_sel_i = 7;
      dut_->host_lane_i = 0;
      dut_->host_addr_i = static_cast<SData>(48 + asked);
      dut_->clk_i = 0;
      dut_->eval();
      if (asked < 3 && dut_->host_ready_o) ++asked;
      if (dut_->rsp_valid_o) {
        if (dut_->rsp_error_o) fail("an ABFT register is not there");
        values[answered++] = static_cast<std::uint32_t>(dut_->rsp_data_o);
      }
      dut_->clk_i = 1;
      dut_->eval();
    }
    dut_->host_valid_i = 0;
    if (answered < 3) fail("the ABFT registers do not answer");
    return {values[0], values[1], values[2]};
  }

  Bytes save() const {
    const auto* from = reinterpret_cast<const std::uint8_t*>(dut_->rootp);
    return Bytes(from, from + sizeof(Vdut___024root));
  }
  void restore(const Bytes& state) {
    std::memcpy(static_cast<void*>(dut_->rootp), state.data(), state.size());
  }
  const std::uint8_t* base() const { return reinterpret_cast<const std::uint8_t*>(dut_->rootp); }

  const std::vector<Variable>& banks(int buffer) const {
    return banks_[static_cast<std::size_t>(buffer)];
  }
  const Shape& shape() const { return shape_; }

 private:
  static std::string lane(const std::string& kind, int number) {
    return "u_core.u_array.g_" + kind + "[" + std::to_string(number) + "].u_lane.";
  }

  Shape shape_;
  VerilatedContext context_;
  Vdut* dut_ = nullptr;
  std::array<std::vector<Variable>, 6> banks_;
  std::array<Variable, 3> writes_;
};

int ceil_div(int a, int b) { return (a + b - 1) / b; }

/// A bank word as a signed number.
std::int64_t word(const Dut& dut, int buffer, int lane, int address) {
  const bool operand = buffer < 3;
  const int bits = operand ? dut.shape().operand_bits : dut.shape().accumulator_bits;
  const std::uint64_t value =
      dut.banks(buffer)[static_cast<std::size_t>(lane)].get(static_cast<std::size_t>(address));
  return static_cast<std::int64_t>(value << (64 - bits)) >> (64 - bits);
}

/// All results of the command by plain sums, in the order of `for_results`.
template <class F>
void for_results(const Dut& dut, const Command& k, F&& visit) {
  const int R = dut.shape().rows, C = dut.shape().cols;
  const auto x = [&](int b, int m) { return word(dut, 0, m % R, m / R * k.b + b); };
  const auto delta = [&](int b, int n) { return word(dut, 1, n % C, n / C * k.b + b); };
  const auto w = [&](int m, int n) { return word(dut, 2, n % C, n / C * k.m + m); };
  const auto sum = [](int count, auto&& term) {
    std::uint64_t total = 0;
    for (int i = 0; i < count; ++i) total += static_cast<std::uint64_t>(term(i));
    return total;
  };
  if (k.has(kFprop)) {
    for (int b = 0; b < k.b; ++b) {
      for (int n = 0; n < k.n; ++n) {
        visit(3, n % C, n / C * k.b + b, sum(k.m, [&](int m) { return x(b, m) * w(m, n); }));
      }
    }
  }
  if (k.has(kDgrad)) {
    for (int b = 0; b < k.b; ++b) {
      for (int m = 0; m < k.m; ++m) {
        visit(4, m % R, m / R * k.b + b, sum(k.n, [&](int n) { return delta(b, n) * w(m, n); }));
      }
    }
  }
  if (k.has(kWgrad)) {
    for (int m = 0; m < k.m; ++m) {
      for (int n = 0; n < k.n; ++n) {
        visit(5, n % C, n / C * k.m + m, sum(k.b, [&](int b) { return x(b, m) * delta(b, n); }));
      }
    }
  }
}

/// A command that ran without a fault: the state after each cycle, and the events of each cycle.
struct Run {
  Command command;
  std::vector<Bytes> states;
  std::vector<unsigned> events;
};

Run run_clean(Dut& dut, const Command& command, std::mt19937_64& random) {
  // Operands: a third are 0, the others anything.
  for (int buffer = 0; buffer < 6; ++buffer) {
    const int bits = buffer < 3 ? dut.shape().operand_bits : dut.shape().accumulator_bits;
    const std::uint64_t mask = ~std::uint64_t{0} >> (64 - bits);
    for (const Variable& bank : dut.banks(buffer)) {
      for (std::size_t i = 0; i < bank.words; ++i)
        bank.set(i, random() % 3 == 0 ? 0 : random() & mask);
    }
  }
  struct Expected {
    int buffer, lane, address;
    std::uint64_t value;
  };
  std::vector<Expected> expected;
  const std::uint64_t mask = ~std::uint64_t{0} >> (64 - dut.shape().accumulator_bits);
  for_results(dut, command, [&](int buffer, int lane, int address, std::uint64_t value) {
    const std::uint64_t old =
        command.accumulate ? static_cast<std::uint64_t>(word(dut, buffer, lane, address)) : 0;
    expected.push_back({buffer, lane, address, (value + old) & mask});
  });

  Run run;
  run.command = command;
  dut.start(command);
  run.events.push_back(0);
  run.states.push_back(dut.save());
  while (dut.busy() && run.states.size() < 10000) {
    run.events.push_back(dut.cycle());
    run.states.push_back(dut.save());
  }
  if (dut.busy() || dut.code() != 0) fail(command.text() + ": does not end well");
  for (const Expected& e : expected) {
    const auto bank = dut.banks(e.buffer)[static_cast<std::size_t>(e.lane)];
    if (bank.get(static_cast<std::size_t>(e.address)) != e.value)
      fail(command.text() + ": wrong without a flip");
  }
  const Registers registers = dut.read_registers();
  if (registers.status != 0 || registers.tile != 0 || registers.errors != 0) {
    fail(command.text() + ": error without a flip");
  }
  dut.restore(run.states.back());
  return run;
}

/// The result bank (3..5) and lane that differ from `state` now; buffer 0 if none.
struct Difference {
  int buffer = 0, lane = 0;
};
Difference difference(const Dut& dut, const Bytes& state) {
  for (int buffer = 3; buffer < 6; ++buffer) {
    const auto& banks = dut.banks(buffer);
    for (std::size_t lane = 0; lane < banks.size(); ++lane) {
      const std::uint8_t* now = banks[lane].data;
      if (std::memcmp(now, state.data() + (now - dut.base()),
                      banks[lane].size * banks[lane].words) != 0) {
        return {buffer, static_cast<int>(lane)};
      }
    }
  }
  return {};
}

/// The tile whose slot or drain wrote lane `lane` at the end of cycle `cycle`, as ABFT_TILE has it.
std::uint32_t tile_of(const Dut& dut, const Run& run, Kind kind, int lane, std::size_t cycle) {
  const Command& k = run.command;
  const int mt = ceil_div(k.m, dut.shape().rows), nt = ceil_div(k.n, dut.shape().cols);
  const std::size_t delay = static_cast<std::size_t>(lane) + (kind == kWgrad ? 1 : 0);
  int events = 0;
  for (std::size_t i = 0; i + delay <= cycle; ++i)
    events += static_cast<int>(run.events[i] >> kind) & 1;
  int tile = (events - 1) / k.b;
  if (kind == kWgrad) {
    tile = (events - 1) / k.m * mt + (events - 1) % k.m / dut.shape().rows;
  }
  const int inner = kind == kFprop ? nt : mt;
  const auto in = static_cast<std::uint32_t>(tile % inner),
             out = static_cast<std::uint32_t>(tile / inner);
  return kind == kFprop ? in << 16 | out : out << 16 | in;
}

struct Site {
  int r, c, kind;  // kind: Class of a register; kPsum, kOperand: south and east link
  int bits;
  Variable variable, control;
};

std::vector<Site> sites_of(Dut& dut) {
  std::vector<Site> sites;
  const int op = dut.shape().operand_bits, acc = dut.shape().accumulator_bits;
  for (int r = 0; r < dut.shape().rows; ++r) {
    for (int c = 0; c < dut.shape().cols; ++c) {
      const std::string pe = dut.pe(r, c);
      const Variable control = dut.find(pe, "ctl_o");
      sites.push_back({r, c, kWeight, op, dut.find(pe, "weight_q"), control});
      sites.push_back({r, c, kShadowWeight, op, dut.find(pe, "weight_o"), control});
      sites.push_back({r, c, kAccumulator, acc, dut.find(pe, "acc_q"), control});
      sites.push_back({r, c, kShadowAccumulator, acc, dut.find(pe, "drain_o"), control});
      sites.push_back({r, c, kPsum, acc, dut.find(pe, "south_o"), control});
      sites.push_back({r, c, kOperand, acc, dut.find(pe, "east_o"), control});
    }
  }
  return sites;
}

/// What the bit of the site means in the present cycle.
int class_now(const Dut& dut, const Site& site, int bit) {
  if (site.kind != kPsum && site.kind != kOperand) return site.kind;
  const std::uint64_t control = site.control.get();
  const bool psum = (control & (site.kind == kPsum ? 1U : 2U)) != 0;
  if (psum) return kPsum;
  return (control & 7U) != 0 && bit < dut.shape().operand_bits ? kOperand : kIdle;
}

/// Lets the command of the run end, from the state after `cycle` on.
void finish(Dut& dut, const Run& run, std::size_t cycle) {
  for (std::size_t i = cycle + 1; i < run.states.size(); ++i) dut.cycle();
  if (dut.busy()) fail(run.command.text() + ": a flip of data changes the time of a command");
}

void inject(Dut& dut, const Run& run, const Site& site, int bit, std::size_t cycle,
            std::array<Count, kClasses>& counts) {
  dut.restore(run.states[cycle]);
  const int what = class_now(dut, site, bit);
  site.variable.flip(bit);
  finish(dut, run, cycle);
  const Difference wrong = difference(dut, run.states.back());
  const Registers registers = dut.read_registers();
  const bool error = (registers.status & 1U) != 0;
  Count& count = counts[static_cast<std::size_t>(what)];
  ++count.flips;
  count.wrong += wrong.buffer != 0;
  count.found += wrong.buffer != 0 && error;
  count.needless += wrong.buffer == 0 && error;
  const std::string where = run.command.text() + ", cycle " + std::to_string(cycle) + ", PE(" +
                            std::to_string(site.r) + "," + std::to_string(site.c) + "), " +
                            kClassNames[static_cast<std::size_t>(what)] + ", bit " +
                            std::to_string(bit);
  if (error != (registers.errors != 0)) fail(where + ": ABFT_ERRORS and ABFT_STATUS disagree");
  if (!promised(what)) return;
  if ((wrong.buffer != 0) != error)
    fail(where + (error ? ": error, but no wrong result" : ": wrong result, but no error"));
  if (!error) return;

  // Which tile was wrong first? Run it again and look at the banks in every cycle.
  dut.restore(run.states[cycle]);
  site.variable.flip(bit);
  std::size_t now = cycle;
  Difference first;
  while (first.buffer == 0 && now + 1 < run.states.size()) {
    dut.cycle();
    first = difference(dut, run.states[++now]);
  }
  const auto kind = static_cast<Kind>(first.buffer - 3);
  const std::uint32_t tile = tile_of(dut, run, kind, first.lane, now);
  const std::uint32_t status = 1U | 2U << kind | static_cast<std::uint32_t>(kind) << 4;
  if (registers.status != status || registers.tile != tile) {
    char text[100];
    std::snprintf(text, sizeof text, ": status 0x%x, tile 0x%x; expected 0x%x and 0x%x",
                  registers.status, registers.tile, status, tile);
    fail(where + text);
  }
}

std::vector<Command> commands_for(const Shape& shape) {
  const int m = shape.rows + std::max(1, shape.rows / 2),
            n = shape.cols + std::max(1, shape.cols / 2);
  std::vector<Command> list;
  for (int op = 0; op < 4; ++op) {
    for (int schedule = 0; schedule < 3; ++schedule) {
      if (schedule == 1 && op != 3) continue;  // the same as interleaved
      list.push_back({op, schedule, m, n, 3, schedule != 2});
    }
  }
  // One vector: loads and drains of one tile follow those of another without a gap.
  for (int op = 0; op < 4; ++op) list.push_back({op, 0, m, n, 1, false});
  // More vectors than rows, so that loads and drains wait; a single tile that is not full.
  list.push_back({3, 0, m, n, shape.rows + 3, false});
  list.push_back({0, 0, 1, 1, shape.rows + 1, true});
  return list;
}

void write_json(const std::string& path, const std::array<Count, kClasses>& counts,
                std::int64_t commands) {
  std::ofstream file(path);
  file << "\"commands\": " << commands << ",\n\"classes\": [";
  for (int i = 0; i < kClasses; ++i) {
    const Count& c = counts[static_cast<std::size_t>(i)];
    file << (i == 0 ? "\n" : ",\n") << "  {\"name\": \"" << kClassNames[static_cast<std::size_t>(i)]
         << "\", \"promised\": " << (promised(i) ? "true" : "false") << ", \"flips\": " << c.flips
         << ", \"wrong\": " << c.wrong << ", \"found\": " << c.found
         << ", \"needless\": " << c.needless << "}";
  }
  file << "\n]";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 8) fail("usage: faults NAME ROWS COLS OPERAND_BITS ACCUMULATOR_BITS CYCLES JSON");
  const Shape shape{argv[1], std::atoi(argv[2]), std::atoi(argv[3]), std::atoi(argv[4]),
                    std::atoi(argv[5])};
  const std::size_t samples = static_cast<std::size_t>(std::atoi(argv[6]));
  Dut dut(shape);
  const std::vector<Site> sites = sites_of(dut);
  std::mt19937_64 random(1);
  std::array<Count, kClasses> counts{};
  std::int64_t commands = 0;
  for (const Command& command : commands_for(shape)) {
    const Run run = run_clean(dut, command, random);
    ++commands;
    for (const Site& site : sites) {
      for (int bit = 0; bit < site.bits; ++bit) {
        const std::size_t all = run.states.size();
        for (std::size_t i = 0; i < (samples == 0 ? all : samples); ++i) {
          inject(dut, run, site, bit, samples == 0 ? i : random() % all, counts);
        }
      }
    }
    dut.restore(run.states.back());
  }
  std::printf("%-28s %10s %10s %10s %10s\n", "single flips in", "flips", "wrong", "found",
              "needless");
  for (int i = 0; i < kClasses; ++i) {
    const Count& c = counts[static_cast<std::size_t>(i)];
    std::printf("%-28s %10lld %10lld %10lld %10lld\n", kClassNames[static_cast<std::size_t>(i)],
                static_cast<long long>(c.flips), static_cast<long long>(c.wrong),
                static_cast<long long>(c.found), static_cast<long long>(c.needless));
    if (promised(i) && (c.wrong == 0 || c.found != c.wrong))
      fail("nothing was tried, or something was missed");
  }
  write_json(argv[7], counts, commands);
  return 0;
}
