// SPDX-License-Identifier: Apache-2.0
// What is fuzzed: every reader of a file that a user hands to gradloom. libFuzzer calls these with
// inputs of its own (fuzz/run.sh), the unit tests with those of fuzz/corpus.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace gradloom::fuzz {

using Bytes = std::span<const std::uint8_t>;

/// A reader. An input may be refused with an InputError of one line; anything else that comes out
/// of `run`, any other exception, is a fault.
struct Target {
  const char* name;    ///< of its folder in fuzz/corpus
  bool (*run)(Bytes);  ///< true if the input was accepted
};

/// One for each folder of fuzz/corpus.
std::span<const Target> targets();
/// Throws std::invalid_argument if there is none of that name.
const Target& target(const std::string& name);

}  // namespace gradloom::fuzz
