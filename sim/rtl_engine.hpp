// SPDX-License-Identifier: Apache-2.0
// Matrix products on the Verilated RTL, every output pin checked in every cycle.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "golden/engine.hpp"
#include "golden/timing.hpp"
#include "sim/harness.hpp"
#include "sim/layer_program.hpp"

namespace gradloom {

class RtlEngine final : public Engine {
 public:
  RtlEngine(const Config& config, const std::filesystem::path& library, Schedule schedule,
            const HarnessOptions& options);

  Matrix fprop(const Matrix& x, const Matrix& w) override;
  Matrix wgrad(const Matrix& x, const Matrix& delta) override;
  BackwardResult backward(const Matrix& x, const Matrix& delta, const Matrix& w) override;

  /// Totals since construction, by operation, as counted by the RTL.
  const std::map<Op, golden::Cost>& counters();
  std::int64_t cycles() const { return harness_.cycles(); }
  std::int64_t checks() const { return harness_.checks(); }

 private:
  LayerResults run(Op op, const LayerOperands& operands);

  Config config_;
  Schedule schedule_;
  Harness harness_;
  std::map<Op, golden::Cost> counters_;
};

}  // namespace gradloom
