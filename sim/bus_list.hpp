// SPDX-License-Identifier: Apache-2.0
// Lists of descriptors written by hand, field by field, right or wrong.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

#include "golden/bus_layout.hpp"

namespace gradloom {

using DescriptorWords = std::array<std::uint32_t, kDescriptorWords>;
using BusList = std::vector<DescriptorWords>;

/// Sets a field by its name in `common_fields` or `kind_fields`; bits beyond its width are lost.
/// Throws std::invalid_argument if the kind has no such field.
void set_field(DescriptorWords& words, DescriptorKind kind, std::string_view name,
               std::uint64_t value);
std::uint32_t get_field(const DescriptorWords& words, DescriptorKind kind, std::string_view name);

/// Kind and version, and the fields given; "address" sets addr_lo and addr_hi. All else is 0.
DescriptorWords make_descriptor(
    DescriptorKind kind, std::initializer_list<std::pair<std::string_view, std::uint64_t>> fields);

/// Bits of `wait` and `signal`.
constexpr std::uint32_t engine_bit(BusEngine engine) { return 1U << static_cast<int>(engine); }

/// As the list lies in memory.
std::vector<std::uint8_t> list_bytes(const BusList& list);

}  // namespace gradloom
