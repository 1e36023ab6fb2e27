// SPDX-License-Identifier: Apache-2.0
// Labelled samples from a CSV or gzip-compressed CSV file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gradloom {

/// What a data file must hold: each row is `features` numbers in 0..feature_max, then a label, an
/// integer in 0..classes-1, separated by commas. No header line.
struct DataFormat {
  int features = 0;
  int classes = 0;
  double feature_max = 0;
  bool operator==(const DataFormat&) const = default;
};

struct Dataset {
  int features = 0;
  std::vector<float> values;  ///< [rows, features], row-major, as in the file: 0..feature_max
  std::vector<int> labels;    ///< [rows], 0..classes-1
  int rows() const { return static_cast<int>(labels.size()); }
};

/// Reads the whole file; gzip is recognised by content. Spaces around a value and CR before LF are
/// ignored. Throws InputError, one line "file:line: column C: found ..., allowed ...", for anything
/// that is not as DataFormat says, and for a file that is missing, a directory, empty, too large,
/// or truncated or corrupt gzip.
Dataset read_dataset(const std::string& path, const DataFormat& format);

/// Row numbers of a data set, each row in exactly one of the two.
struct Split {
  std::vector<int> train;
  std::vector<int> held_out;
};

/// Shuffles the rows with `seed` and holds out the first `held_out_percent` of them, rounded to the
/// nearest, at least one; at least one row is left to train on. Needs 2 rows or more (InputError).
Split split_rows(int rows, int held_out_percent, std::uint64_t seed);

}  // namespace gradloom
