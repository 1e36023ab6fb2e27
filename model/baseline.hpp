// SPDX-License-Identifier: Apache-2.0
// SCALE-Sim v3 as a named comparator: cycles and on-chip accesses of its fold model in closed form.
// The formulas are ours, worked out from what the tool prints; bench/scalesim_compare.sh runs the
// tool beside them.
#pragma once

#include <array>
#include <cstdint>

#include "golden/ports.hpp"
#include "model/layer.hpp"

namespace gradloom::model {

/// C[m,n] = A[m,k] B[k,n], in SCALE-Sim's letters: A is its ifmap, B its filter, C its ofmap.
struct ScaleSimProduct {
  std::int64_t m = 1;
  std::int64_t n = 1;
  std::int64_t k = 1;
  bool operator==(const ScaleSimProduct&) const = default;
};

enum class ScaleSimDataflow : std::uint8_t { os, ws, is };
inline constexpr std::array kScaleSimDataflows{ScaleSimDataflow::os, ScaleSimDataflow::ws,
                                               ScaleSimDataflow::is};
const char* name(ScaleSimDataflow dataflow);

/// One product of `shape` in SCALE-Sim's letters. `op` is fprop: Y[b,n] = X[b,m] W[m,n]; dgrad:
/// dX[b,m] = delta[b,n] W^T[n,m]; or wgrad: dW[m,n] = X^T[m,b] delta[b,n].
ScaleSimProduct scalesim_product(Op op, const GemmShape& shape);

/// Words, all of operands and results alike, between the array and SCALE-Sim's three SRAMs.
struct ScaleSimCost {
  std::int64_t cycles = 0;
  std::int64_t a_read = 0;     ///< "SRAM IFMAP Reads"
  std::int64_t b_read = 0;     ///< "SRAM Filter Reads"
  std::int64_t c_written = 0;  ///< "SRAM OFMAP Writes": of complete and of partial sums
  std::int64_t c_read = 0;     ///< reads of partial sums, which the tool does not count
  /// What the tool counts.
  std::int64_t accesses() const { return a_read + b_read + c_written; }
  ScaleSimCost& operator+=(const ScaleSimCost& other);
  bool operator==(const ScaleSimCost&) const = default;
};

/// "Total Cycles" without stalls of one product on rows x cols PEs. Folds follow each other without
/// overlap; nothing drains with os:
///   os  ceil(m/R) * ceil(n/C) * (R + C + k - 2) - 1
///   ws  ceil(k/R) * ceil(n/C) * (2R + C + m - 2) - 1
///   is  ceil(k/R) * ceil(m/C) * (2R + C + n - 2) - 1
/// Sizes are at least 1.
ScaleSimCost scalesim_cost(ScaleSimDataflow dataflow, int rows, int cols,
                           const ScaleSimProduct& product);

/// `count` such products, one after the other.
ScaleSimCost scalesim_products_cost(ScaleSimDataflow dataflow, int rows, int cols,
                                    const ScaleSimProduct& product, std::int64_t count);

/// The dataflow with the fewest cycles; of equals the first of kScaleSimDataflows.
ScaleSimDataflow scalesim_best(int rows, int cols, const ScaleSimProduct& product);

/// All products of `shape`, each by its best dataflow, one after the other. Op::backward is dgrad
/// and wgrad.
ScaleSimCost scalesim_best_cost(Op op, int rows, int cols, const GemmShape& shape);

}  // namespace gradloom::model
