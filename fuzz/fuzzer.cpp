// SPDX-License-Identifier: Apache-2.0
// The entry of libFuzzer. One program a reader: GRADLOOM_FUZZ_TARGET is its name.
#include <cstddef>
#include <cstdint>

#include "fuzz/targets.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const gradloom::fuzz::Target& target = gradloom::fuzz::target(GRADLOOM_FUZZ_TARGET);
  target.run({data, size});
  return 0;
}
