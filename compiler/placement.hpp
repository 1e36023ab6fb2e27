// SPDX-License-Identifier: Apache-2.0
// Places in the banks for the chunks of a list of steps, and the loads and stores that they need.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <vector>

#include "compiler/steps.hpp"
#include "golden/descriptor.hpp"

namespace gradloom::compiler {

/// Words of a buffer, in every bank, that a descriptor reads or writes.
struct Access {
  Buffer buffer = Buffer::x;
  int from = 0;
  int to = 0;  ///< one behind
  bool write = false;
};

/// A descriptor with what it touches. The address of a LOAD or STORE is an offset in its area.
struct Event {
  golden::Descriptor d;
  int step = 0;        ///< the step that it belongs to
  int area = kNoArea;  ///< LOAD, STORE
  Chunk chunk;         ///< LOAD, STORE: the part of the area
  std::vector<Access> accesses;
};

struct PlacedStep {
  std::vector<Event> loads;  ///< needed by this step
  Event compute;
  std::vector<Event> stores;  ///< of what this step has written
};

/// Chunks that stay in their bank over the whole run.
struct Pins {
  std::map<Chunk, int> base;
  std::array<int, kBufferCount> words{};  ///< taken from the end of each buffer
};

/// Weights and biases that stay in their banks: all, or as many as leave room for `passing` of the
/// largest chunks (or for as many as there is room) for the others to pass through.
Pins choose_pins(const Config& config, const NetCut& cut, const NetMap& map, int passing);

/// A LOAD or STORE of a part of an area.
Event transfer_event(const Config& config, const NetMap& map, DescriptorKind kind, int area,
                     const Use& use, int base);

struct PlaceOptions {
  int ahead = 0;        ///< loads of so many first steps may be done for the next batch
  bool repeats = true;  ///< the steps are done again and again
};

/// Throws std::logic_error if a chunk has no place although the cut fits.
std::vector<PlacedStep> place_steps(const Config& config, const NetMap& map, const StepList& steps,
                                    const Pins& pins, const PlaceOptions& options);

}  // namespace gradloom::compiler
