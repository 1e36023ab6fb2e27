// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace gradloom {

/// Insertions, deletions, substitutions and swaps of neighbours that turn one text into the other.
std::size_t edit_distance(std::string_view from, std::string_view to);

/// The candidate nearest to `word` if it is near enough to be what was meant (a third of the
/// letters may differ, upper and lower case do not count); empty otherwise.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace gradloom
