// SPDX-License-Identifier: Apache-2.0
// The design configuration: one value type that feeds RTL, golden model, harness and documents.
#pragma once

#include <cstdint>
#include <string>

namespace gradloom {

/// What the accumulator does when a sum leaves its range (docs/numerics.md, section 3).
enum class Overflow : std::uint8_t { refuse, wrap, saturate };

/// A scratchpad memory at the array edge. X and DX have one bank a row, the others one a column.
/// The value is the code that the host port uses (docs/architecture.md, "Host port").
enum class Buffer : std::uint8_t { x = 0, delta = 1, w = 2, y = 3, dx = 4, dw = 5 };
inline constexpr int kBufferCount = 6;

/// Words per bank. Zero: no operation of this configuration uses the buffer, so it is not built.
struct BufferDepths {
  int x = 0;
  int delta = 0;
  int w = 0;
  int y = 0;
  int dx = 0;
  int dw = 0;
  bool operator==(const BufferDepths&) const = default;
};

/// Largest M, N and B that a command may name; larger ones end in an error status.
struct Limits {
  int m = 0;
  int n = 0;
  int batch = 0;
  bool operator==(const Limits&) const = default;
};

/// Options of verification only: no effect on the RTL, and not part of the configuration hash.
struct TestbenchOptions {
  std::uint64_t seed = 1;           ///< seed of data and stalls; at least 1
  int stall_percent = 0;            ///< chance, 0..90, that a handshake is held off in a cycle
  int timeout_cycles = 10'000'000;  ///< a run longer than this fails
  bool operator==(const TestbenchOptions&) const = default;
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
  BufferDepths buffers;
  Limits limits;
  int queue_depth = 0;  ///< commands that wait in the command queue, 1..16
  TestbenchOptions testbench;
  bool operator==(const Config&) const = default;
};

/// Words per bank of one buffer; 0 if it is not built.
int depth(const Config& config, Buffer buffer);
/// Banks of one buffer: rows for X and DX, cols for the others.
int lanes(const Config& config, Buffer buffer);
/// Bits of one word: operand_bits for X, DELTA and W; accumulator_bits for Y, DX and DW.
int word_bits(const Config& config, Buffer buffer);
/// Lower-case name as used in YAML, JSON and Verilog: x, delta, w, y, dx, dw.
const char* name(Buffer buffer);

/// Whether an operation of this configuration needs the buffer at all.
bool buffer_needed(const Config& config, Buffer buffer);

/// Bits to index `count` things: ceil(log2(count)), at least 1.
int index_bits(std::int64_t count);

/// Widths that follow from the configuration (docs/architecture.md, "Derived widths").
struct Derived {
  int addr_w = 0;       ///< bank address: index_bits of the deepest buffer, or of R + 1
  int dim_w = 0;        ///< M, N and B fields: bits to hold the largest limit, R and C
  int host_w = 0;       ///< host data: 32, or 64 if the accumulator is wider than 32
  int trace_w = 0;      ///< stride of one lane in the trace data ports: same rule as host_w
  int host_addr_w = 0;  ///< host address: addr_w, at least the 6 bits of a register index
  int lane_w = 0;       ///< host lane number: index_bits of max(rows, cols)
};
Derived derive(const Config& config);

/// Largest M, N and B for which the buffers can hold a command of any built operation.
Limits natural_limits(const Config& config);

/// The longest sum of products that a command within the limits can form: the largest of M
/// (fprop), N (dgrad) and B (wgrad), over the built operations.
std::int64_t longest_sum(const Config& config);

/// True if `terms` products, each up to 2^(2*operand_bits-2) in size, always fit the accumulator.
bool sum_fits(int operand_bits, int accumulator_bits, std::int64_t terms);

}  // namespace gradloom
