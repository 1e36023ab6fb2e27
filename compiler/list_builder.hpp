// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "compiler/lowering.hpp"

namespace gradloom::compiler {

/// What lists are made of, whatever the cut.
struct ListContext {
  const Config& config;
  const golden::NetNumbers& numbers;
  const NetMap& map;
  Purpose purpose;
  bool keep_outputs;
  int batches;  ///< that a run of `train` is expected to have
};

/// A list whose transfers name offsets in their areas.
struct RawList {
  CompiledList list;
  std::vector<int> areas;  ///< of each descriptor, kNoArea for those without
};

/// All lists of a network (CompiledNet).
std::vector<RawList> build_lists(const ListContext& context, const NetCut& cut, const Pins& pins);

/// Those that are run for every batch of a training: `train`, or `forward` and `backward`.
std::vector<RawList> build_training(const ListContext& context, const NetCut& cut,
                                    const Pins& pins);

}  // namespace gradloom::compiler
