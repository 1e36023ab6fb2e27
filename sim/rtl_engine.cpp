// SPDX-License-Identifier: Apache-2.0
#include "sim/rtl_engine.hpp"

#include <fmt/format.h>

#include "sim/verify.hpp"

namespace gradloom {

RtlEngine::RtlEngine(const Config& config, const std::filesystem::path& library, Schedule schedule,
                     const HarnessOptions& options)
    : config_(config), schedule_(schedule), harness_(config, library, options) {}

LayerResults RtlEngine::run(Op op, const LayerOperands& operands) {
  const LayerShape shape = shape_of(op, operands);
  LayerProgram layer = layer_program(config_, op, schedule_, operands);
  harness_.run({clear_counters()});
  const ProgramResult answers = harness_.run(std::move(layer.program));
  for (const std::uint32_t code : answers.codes) {
    if (code != 0) throw CheckError(fmt::format("a command ended with code {}", code), {});
  }
  const golden::Cost counted = read_counters(harness_);
  if (counted != layer_cost(config_, op, schedule_, shape)) {
    throw CheckError("the counters of the RTL differ from the closed form", {});
  }
  golden::Cost& sum = counters_[op];
  for (std::size_t i = 0; i < sum.counters.size(); ++i) sum.counters[i] += counted.counters[i];
  return layer_results(config_, op, shape, layer.targets, answers.reads);
}

Matrix RtlEngine::fprop(const Matrix& x, const Matrix& w) { return run(Op::fprop, {x, w, {}}).y; }

Matrix RtlEngine::wgrad(const Matrix& x, const Matrix& delta) {
  return run(Op::wgrad, {x, {}, delta}).dw;
}

BackwardResult RtlEngine::backward(const Matrix& x, const Matrix& delta, const Matrix& w) {
  LayerResults results = run(Op::backward, {x, w, delta});
  return {std::move(results.dx), std::move(results.dw)};
}

const std::map<Op, golden::Cost>& RtlEngine::counters() { return counters_; }

}  // namespace gradloom
