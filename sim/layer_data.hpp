// SPDX-License-Identifier: Apache-2.0
// Operand values for verification.
#pragma once

#include <cstdint>
#include <string>

#include "golden/config.hpp"
#include "sim/layer_program.hpp"

namespace gradloom {

/// random: uniform over the full range. minimum: all -2^(p-1). maximum: all 2^(p-1)-1. alternating:
/// both extremes, in a chequerboard. one_hot: a single 1 (or -1) in each row, else 0.
enum class DataKind { random, minimum, maximum, alternating, one_hot };
inline constexpr int kDataKinds = 5;
const char* name(DataKind kind);
/// Throws InputError naming the allowed ones.
DataKind data_kind(const std::string& name);

Matrix make_matrix(int rows, int cols, int operand_bits, DataKind kind, std::uint64_t seed);

/// X, W and delta of a layer.
LayerOperands make_operands(const Config& config, const LayerShape& shape, DataKind kind,
                            std::uint64_t seed);

/// Operands from a JSON file {"x": [[...]], "w": [[...]], "delta": [[...]]} of integers, those that
/// `op` uses. Throws InputError naming file, key and element for anything else, values out of the
/// operand range included.
LayerOperands read_operands(const Config& config, Op op, const std::string& file);

}  // namespace gradloom
