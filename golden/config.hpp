// SPDX-License-Identifier: Apache-2.0
// The design configuration: one value type that feeds RTL, golden model, harness and documents.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace gradloom {

/// What the accumulator does when a sum leaves its range (docs/numerics.md, section 3).
enum class Overflow : std::uint8_t { refuse, wrap, saturate };

/// A scratchpad memory at the array edge. X, DX and DERIV have one bank a row, the others one a
/// column. The value is a place in lists; the code of the host port is `select_code`.
enum class Buffer : std::uint8_t {
  x = 0,
  delta = 1,
  w = 2,
  y = 3,
  dx = 4,
  dw = 5,
  bias = 6,
  deriv
};
inline constexpr int kBufferCount = 8;
/// The first buffers, X to DW: those that a design without training has too. A command has a base
/// for each of them in `Command::bases`.
inline constexpr int kBaseCount = 6;

/// The activations of docs/numerics.md, section 8.4. The value is the code of cmd_act_i.
enum class ActivationCode : std::uint8_t {
  identity = 0,
  relu = 1,
  leaky_relu = 2,
  hard_sigmoid = 3,
  hard_tanh = 4,
  sigmoid = 5,
  tanh = 6
};
inline constexpr int kActivationCount = 7;
const char* name(ActivationCode activation);

/// What the host talks to the design with (docs/bus.md).
enum class HostBus : std::uint8_t { none, axi };

/// Registers within the multiplication and the addition of a PE, and what they make possible
/// (docs/architecture.md, section 1).
struct PeOptions {
  int mult_stages = 0;       ///< 0..2: registers between operands and product
  int add_stages = 1;        ///< cycles of an addition, 1 or 2; never 2 with Overflow::saturate
  bool zero_gating = false;  ///< a product with a zero is not computed; needs mult_stages 2
  bool operator==(const PeOptions&) const = default;
};

/// Words per bank. Zero: no operation of this configuration uses the buffer, so it is not built.
struct BufferDepths {
  int x = 0;
  int delta = 0;
  int w = 0;
  int y = 0;
  int dx = 0;
  int dw = 0;
  int bias = 0;  ///< BIAS; DERIV has as many words as X
  /// Words in the hold memory beside each DELTA bank: 0 (none is built) or a power of two, 2 to
  /// `delta` (docs/architecture.md, section 2). No buffer: neither host nor commands name it.
  int delta_hold = 0;
  bool operator==(const BufferDepths&) const = default;
};

/// Largest M, N and B that a command may name; larger ones end in an error status.
struct Limits {
  int m = 0;
  int n = 0;
  int batch = 0;
  bool operator==(const Limits&) const = default;
};

/// The training hardware (docs/training.md, section 1). All at their initial values if not built.
struct TrainingHardware {
  bool built = false;
  int master_bits = 0;           ///< q, bits of a word of W: operand_bits..32
  int step_bits = 0;             ///< f, fraction bits of the weight step: 0..operand_bits
  std::uint8_t activations = 1;  ///< a bit for each code that is built; identity always is
  bool stochastic = false;       ///< stochastic rounding is built
  bool weight_decay = false;     ///< slot U3 is built
  bool operator==(const TrainingHardware&) const = default;
};

/// Options of verification only: no effect on the RTL, and not part of the configuration hash.
struct TestbenchOptions {
  std::uint64_t seed = 1;           ///< seed of data and stalls; at least 1
  int stall_percent = 0;            ///< chance, 0..90, that a handshake is held off in a cycle
  int timeout_cycles = 10'000'000;  ///< a run longer than this fails
  bool operator==(const TestbenchOptions&) const = default;
};

/// The clock that the handoff files ask for (docs/handoff.md). In picoseconds, so that it is exact.
/// No effect on the RTL, and not part of the configuration hash.
struct ClockOptions {
  std::int64_t period_ps = 10'000;    ///< 100 ps..1 ms
  std::int64_t uncertainty_ps = 500;  ///< at most a quarter of the period
  int io_delay_percent = 20;          ///< of the period, taken by what is outside: 0..70
  bool operator==(const ClockOptions&) const = default;
};

/// A validated configuration. Only `load_config` and tests make one.
struct Config {
  std::string name;          ///< Verilog identifier; the top module is `<name>_top`
  int rows = 0;              ///< R, 1..256
  int cols = 0;              ///< C, 1..256
  int operand_bits = 0;      ///< signed two's complement, 2..16
  int accumulator_bits = 0;  ///< signed two's complement, 8..64, at least 2 * operand_bits
  Overflow overflow = Overflow::refuse;
  bool fprop = true;
  bool dgrad = true;
  bool wgrad = true;
  PeOptions pe;
  bool abft = false;  ///< the array checksum is built (docs/abft.md)
  TrainingHardware training;
  BufferDepths buffers;
  Limits limits;
  int queue_depth = 0;  ///< commands that wait in the command queue, 1..16
  HostBus bus = HostBus::none;
  int data_bits = 0;     ///< of the AXI4 data buses: 32, 64, 128 or 256; 0 without a bus
  int address_bits = 0;  ///< of the AXI4 addresses: 32..64; 0 without a bus
  ClockOptions clock;
  TestbenchOptions testbench;
  bool operator==(const Config&) const = default;
};

/// Words per bank of one buffer; 0 if it is not built.
int depth(const Config& config, Buffer buffer);
/// True for buffers with a bank a row (X, DX, DERIV); the others have a bank a column.
bool by_row(Buffer buffer);
/// Banks of one buffer: rows or cols.
int lanes(const Config& config, Buffer buffer);
/// Bits of one word: operand_bits for X, DELTA and W (W: master_bits with training);
/// accumulator_bits for Y, DX, DW and BIAS; DERIV: operand_bits if `wide_derivative`, else 1.
int word_bits(const Config& config, Buffer buffer);
/// True for a buffer whose words are unsigned, which is DERIV only.
bool is_unsigned(Buffer buffer);
/// Lower-case name as used in YAML, JSON and Verilog: x, delta, w, y, dx, dw, bias, deriv.
const char* name(Buffer buffer);
/// The code of the buffer on host_sel_i: 0..6 for X to BIAS, 8 for DERIV (7 are the registers).
int select_code(Buffer buffer);
/// The buffer with this code on host_sel_i, built or not; nothing for other codes.
std::optional<Buffer> selected_buffer(std::uint32_t code);

/// True if the activation is built: never without training.
bool built(const Config& config, ActivationCode activation);
/// True if DERIV holds whole derivative codes and not one bit a word (docs/training.md, section 2).
bool wide_derivative(const Config& config);

/// Cycles by which a sum follows its product: mult_stages, but 2 instead of 1 where slots of DGRAD
/// and WGRAD take turns (docs/architecture.md, section 4.3).
int lag(const Config& config);
/// Cycles by which a complete sum is later than without any stages: lag + add_stages - 1.
int result_lag(const Config& config);

/// Whether an operation of this configuration needs the buffer at all.
bool buffer_needed(const Config& config, Buffer buffer);

/// Bits to index `count` things: ceil(log2(count)), at least 1.
int index_bits(std::int64_t count);

/// Widths that follow from the configuration (docs/architecture.md, "Derived widths").
struct Derived {
  int addr_w = 0;        ///< bank address: index_bits of the deepest buffer, or of R + 1
  int dim_w = 0;         ///< M, N and B fields: bits to hold the largest limit, R and C
  int host_w = 0;        ///< host data: 32, or 64 if the accumulator is wider than 32
  int trace_w = 0;       ///< stride of one lane in the trace data ports: same rule as host_w
  int host_addr_w = 0;   ///< host address: addr_w, at least the 6 bits of a register index
  int lane_w = 0;        ///< host lane number: index_bits of max(rows, cols)
  int sel_w = 0;         ///< host select: 3, or 4 with training
  int rate_shift_w = 0;  ///< cmd_rate_shift_i: index_bits(2 * operand_bits)
};
Derived derive(const Config& config);

/// Largest M, N and B for which the buffers can hold a command of any built operation.
Limits natural_limits(const Config& config);

/// The addend of rounding counts as this many products (docs/training.md, section 1).
inline constexpr int kRoundingTerms = 2;

/// The longest sum of products that a command within the limits can form: the largest of M
/// (fprop), N (dgrad) and B (wgrad; B + 2 with training, for the addend of rounding), over the
/// built operations.
std::int64_t longest_sum(const Config& config);

/// The least accumulator_bits that the training hardware needs (docs/training.md, section 1).
int training_accumulator_bits(int operand_bits, const TrainingHardware& training);

/// True if `terms` products, each up to 2^(2*operand_bits-2) in size, always fit the accumulator.
bool sum_fits(int operand_bits, int accumulator_bits, std::int64_t terms);

}  // namespace gradloom
