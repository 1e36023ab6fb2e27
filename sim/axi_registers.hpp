// SPDX-License-Identifier: Apache-2.0
// The AXI4-Lite slave against docs/bus.md, section 6: every register, every kind of access that is
// refused, and many accesses at once.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "golden/bus_registers.hpp"
#include "sim/axi_bench.hpp"
#include "sim/prng.hpp"

namespace gradloom {

/// What the slave must answer, as far as it follows from the accesses alone.
class RegisterModel {
 public:
  /// As after a reset.
  RegisterModel(const Config& config, std::uint64_t config_hash);

  /// Whether the access is answered with SLVERR.
  bool refused(const AxiLiteAccess& access, bool running, bool draining) const;
  /// Counts a refused access, or carries a write out. What START and SOFT_RESET do is not in it.
  void carry_out(const AxiLiteAccess& access, bool running, bool draining);
  /// What a read of the register gives, if it does not depend on a run.
  std::optional<std::uint32_t> value(std::uint32_t address) const;
  /// HOST_ERRORS.
  std::uint32_t errors() const { return errors_; }
  const std::vector<BusRegister>& registers() const { return registers_; }

 private:
  const BusRegister* find(std::uint32_t address) const;

  std::vector<BusRegister> registers_;
  std::map<std::uint32_t, std::uint32_t> values_;
  std::uint32_t errors_ = 0;
};

/// A random access: to a register in most cases, now and then with something wrong. CONTROL is
/// written with 0 or FORCE alone, which do nothing.
AxiLiteAccess random_access(const RegisterModel& model, Prng& prng);

/// All registers as after reset; each written and read back; each refused access; then `storm`
/// random accesses one after the other and as many at once. The design comes out of reset and does
/// not run. Returns the number of answers compared; throws CheckError.
std::int64_t check_registers(AxiBench& bench, const Config& config, std::uint64_t config_hash,
                             std::uint64_t seed, int storm);

}  // namespace gradloom
