// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gradloom {

/// A row-major integer matrix, `rows` x `cols`.
struct Matrix {
  int rows = 0;
  int cols = 0;
  std::vector<std::int64_t> data;

  Matrix() = default;
  Matrix(int row_count, int col_count)
      : rows(row_count),
        cols(col_count),
        data(static_cast<std::size_t>(row_count) * static_cast<std::size_t>(col_count)) {}

  std::int64_t& at(int row, int col) { return data[index(row, col)]; }
  std::int64_t at(int row, int col) const { return data[index(row, col)]; }
  bool operator==(const Matrix&) const = default;

 private:
  std::size_t index(int row, int col) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(cols) +
           static_cast<std::size_t>(col);
  }
};

}  // namespace gradloom
