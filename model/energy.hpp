// SPDX-License-Identifier: Apache-2.0
// Energy of a cost by a table that users replace: a multiply-accumulate by format, an access by the
// size of the buffer, a word of memory, a PE that waits. All energies in pJ.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "golden/config.hpp"
#include "model/cost.hpp"

namespace gradloom::model {

/// A multiply-accumulate in a PE, with operands of `bits` bits.
struct MacEnergy {
  int bits = 8;
  double pj = 0;              ///< in a pass that does one gradient, or fprop
  double interleaved_pj = 0;  ///< in an interleaved pass; pj if the file does not say
  std::string source;
  bool operator==(const MacEnergy&) const = default;
};

/// A read or write of `bits` bits of a RAM of `kbytes` kB (1024 bytes).
struct BufferEnergy {
  double kbytes = 0;
  double bits = 64;
  double pj = 0;
  std::string source;
  bool operator==(const BufferEnergy&) const = default;
};

struct DramEnergy {
  double bits = 64;
  double pj = 0;
  std::string source;
  bool operator==(const DramEnergy&) const = default;
};

/// A PE in a cycle in which it gets no MAC: clock and leakage.
struct IdleEnergy {
  double pj = 0;
  std::string source;
  bool operator==(const IdleEnergy&) const = default;
};

struct EnergyTable {
  std::string name;
  std::string note;                   ///< what the table is, and is not
  std::vector<MacEnergy> macs;        ///< at least one, `bits` rising
  std::vector<BufferEnergy> buffers;  ///< at least one, `kbytes` rising
  DramEnergy dram;
  IdleEnergy idle;  ///< 0 if the file has none
  bool operator==(const EnergyTable&) const = default;
};

/// Reads a table (docs/evidence.md, section "Energy"). Throws InputError "file:line: key: found
/// ..., allowed ..." for missing and unknown keys, and for energies that are negative, infinite or
/// not a number.
EnergyTable load_energy_table(const std::string& path);

/// pJ of a MAC. Between two formats of the table a line through both in log(bits), log(pJ). Throws
/// InputError if the operands are narrower or wider than all of them.
double mac_pj(const EnergyTable& table, int operand_bits, bool interleaved);

/// pJ of an access to one bit of a RAM of so many bits. Between two sizes a line through both in
/// log(size), log(pJ a bit); below the smallest and above the largest their energy.
double buffer_bit_pj(const EnergyTable& table, double ram_bits);

struct EnergySplit {
  double mac = 0;
  double buffer = 0;
  double dram = 0;
  double idle = 0;
  double total() const { return mac + buffer + dram + idle; }
  EnergySplit& operator+=(const EnergySplit& other);
};

/// The energy of a cost on the array of `config`. A bank is one RAM, of depth x word bits; a word
/// is an access to it. Words on the bus have the bits that they have in their buffer. A PE waits in
/// cycles * R * C - macs PE-cycles. `interleaved`: the MACs are those of an interleaved pass.
EnergySplit energy(const Config& config, const EnergyTable& table, const Cost& cost,
                   bool interleaved = false);

/// True for what `energy` calls interleaved: a backward pass of this schedule.
bool interleaved_macs(Op op, ModelSchedule schedule);

/// energy().total().
double energy_pj(const Config& config, const EnergyTable& table, const Cost& cost,
                 bool interleaved = false);

}  // namespace gradloom::model
