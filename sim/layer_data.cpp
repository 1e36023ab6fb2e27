// SPDX-License-Identifier: Apache-2.0
#include "sim/layer_data.hpp"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "golden/numerics.hpp"
#include "sim/prng.hpp"

namespace gradloom {
namespace {

constexpr std::array<const char*, kDataKinds> kNames{"random", "minimum", "maximum", "alternating",
                                                     "one_hot"};
constexpr std::size_t kMaxFileBytes = std::size_t{256} << 20;

std::int64_t value_at(int row, int col, int cols, int bits, DataKind kind, Prng& prng) {
  const std::int64_t low = golden::min_value(bits);
  const std::int64_t high = golden::max_value(bits);
  switch (kind) {
    case DataKind::random:
      return low + static_cast<std::int64_t>(below(prng, std::uint64_t{1} << bits));
    case DataKind::minimum: return low;
    case DataKind::maximum: return high;
    case DataKind::alternating: return (row + col) % 2 == 0 ? low : high;
    case DataKind::one_hot: return row % cols == col ? (row % 3 == 2 ? -1 : 1) : 0;
  }
  return 0;
}

// For a message. A list is not shown: it may be nested deeper than the stack is.
std::string found_text(const nlohmann::json& json) {
  if (json.is_array()) return fmt::format("a list of {}", json.size());
  return json.is_object() ? "an object" : json.dump();
}

Matrix matrix_from(const nlohmann::json& json, const std::string& file, const char* key, int bits) {
  const auto fail = [&](const std::string& where, const std::string& found) {
    throw InputError(fmt::format("{}: {}{}: found {}, allowed rows of integers {}..{}",
                                 printable(file, 400), key, where, printable(found),
                                 golden::min_value(bits), golden::max_value(bits)));
  };
  if (!json.contains(key)) fail("", "nothing");
  const nlohmann::json& rows = json.at(key);
  if (!rows.is_array() || rows.empty() || !rows[0].is_array() || rows[0].empty()) {
    fail("", found_text(rows));
  }
  Matrix matrix(static_cast<int>(rows.size()), static_cast<int>(rows[0].size()));
  for (int r = 0; r < matrix.rows; ++r) {
    const nlohmann::json& row = rows[static_cast<std::size_t>(r)];
    if (!row.is_array() || row.size() != rows[0].size())
      fail(fmt::format("[{}]", r), found_text(row));
    for (int c = 0; c < matrix.cols; ++c) {
      const nlohmann::json& value = row[static_cast<std::size_t>(c)];
      // An unsigned number beyond int64 would wrap to a negative one.
      const bool huge = value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX;
      const bool good = value.is_number_integer() && !huge &&
                        value.get<std::int64_t>() >= golden::min_value(bits) &&
                        value.get<std::int64_t>() <= golden::max_value(bits);
      if (!good) fail(fmt::format("[{}][{}]", r, c), found_text(value));
      matrix.at(r, c) = value.get<std::int64_t>();
    }
  }
  return matrix;
}

}  // namespace

const char* name(DataKind kind) { return kNames.at(static_cast<std::size_t>(kind)); }

DataKind data_kind(const std::string& name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (name == kNames[i]) return static_cast<DataKind>(i);
  }
  throw InputError(fmt::format(
      "--data: found {}, allowed random, minimum, maximum, alternating, one_hot or a .json file",
      printable(name)));
}

Matrix make_matrix(int rows, int cols, int operand_bits, DataKind kind, std::uint64_t seed) {
  Prng prng = make_prng(seed, 7);
  Matrix matrix(rows, cols);
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < cols; ++c) {
      matrix.at(r, c) = value_at(r, c, cols, operand_bits, kind, prng);
    }
  }
  return matrix;
}

LayerOperands make_operands(const Config& config, const LayerShape& shape, DataKind kind,
                            std::uint64_t seed) {
  const int bits = config.operand_bits;
  return {make_matrix(shape.b, shape.m, bits, kind, 3 * seed),
          make_matrix(shape.m, shape.n, bits, kind, 3 * seed + 1),
          make_matrix(shape.b, shape.n, bits, kind, 3 * seed + 2)};
}

LayerOperands read_operands(const Config& config, Op op, const std::string& file) {
  const std::string text = read_text_file(file, kMaxFileBytes);
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_discarded() || !json.is_object()) {
    throw InputError(
        printable(file, 400) +
        ": found no JSON object, allowed {\"x\": [[...]], \"w\": ..., \"delta\": ...}");
  }
  LayerOperands operands;
  const int bits = config.operand_bits;
  if (op != Op::dgrad) operands.x = matrix_from(json, file, "x", bits);
  if (op != Op::wgrad) operands.w = matrix_from(json, file, "w", bits);
  if (op != Op::fprop) operands.delta = matrix_from(json, file, "delta", bits);
  try {
    shape_of(op, operands);
  } catch (const std::invalid_argument&) {
    throw InputError(printable(file, 400) +
                     ": found shapes that do not agree, allowed x [B,M], w [M,N], delta [B,N]");
  }
  return operands;
}

}  // namespace gradloom
