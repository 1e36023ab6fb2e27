// SPDX-License-Identifier: Apache-2.0
#include "sim/batches.hpp"

#include "generator/interrupt.hpp"

namespace gradloom {

Batch gather(const Dataset& data, double feature_max, std::span<const int> rows) {
  check_interrupt();
  Batch batch{FloatMatrix(static_cast<int>(rows.size()), data.features), {}};
  const auto width = static_cast<std::size_t>(data.features);
  auto out = batch.x.data.begin();
  for (const int row : rows) {
    const float* const values = &data.values[static_cast<std::size_t>(row) * width];
    out = std::transform(values, values + width, out, [feature_max](float value) {
      return static_cast<float>(static_cast<double>(value) / feature_max);
    });
    batch.labels.push_back(data.labels[static_cast<std::size_t>(row)]);
  }
  return batch;
}

}  // namespace gradloom
