// SPDX-License-Identifier: Apache-2.0
// Pieces of a test program: a layer somewhere in the buffers, its data, and what to read after a
// command. The words around a layer are watched too: a command must leave them alone.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "golden/command.hpp"
#include "golden/config.hpp"
#include "sim/prng.hpp"
#include "sim/program.hpp"
#include "sim/region.hpp"
#include "sim/training_commands.hpp"

namespace gradloom {

struct Shape {
  int m = 1;
  int n = 1;
  int b = 1;
};

/// A program in the making.
struct ProgramBuilder {
  ProgramBuilder(const Config& for_config, std::uint64_t seed);

  void add(const Step& step) { program.push_back(step); }
  /// Random, low..high.
  int pick(int low, int high);
  /// `count` (1..32) random bits.
  std::uint32_t bits(int count) { return static_cast<std::uint32_t>(random() >> (64 - count)); }

  Config config;
  Derived widths;
  Prng random;
  Program program;
};

std::vector<Op> built_ops(const Config& config);

/// Buffers that one of the operations uses, by code.
std::vector<Buffer> buffers_of(const std::vector<Op>& ops);

/// Y, DX or DW.
bool is_result(Buffer buffer);

/// The shape, made smaller until all the operations take it at base 0.
Shape fit(const Config& config, Shape shape, const std::vector<Op>& ops);

/// A layer of a shape that fits, at random bases; bases that the operations do not use are random.
golden::Command place(ProgramBuilder& builder, Shape shape, const std::vector<Op>& ops);

/// A command on that layer, with the accumulate flags that the operation has.
golden::Command on(const golden::Command& layer, Op op, Schedule schedule, bool accumulate);

/// A value of that many bits. `index` tells neighbours apart; what is beyond the bits is cut off by
/// the design.
std::int64_t datum(ProgramBuilder& builder, Data data, int bits, int index);

/// Writes the operands, and of the results what a command leaves alone or adds to; then a barrier.
void prepare(ProgramBuilder& builder, const golden::Command& layer, const std::vector<Op>& ops,
             Data data, bool accumulate);

/// The same for training commands that run one after the other, each on what the ones before left:
/// writes what they need and the words beside those they write; then a barrier.
void prepare_training(ProgramBuilder& builder, const std::vector<golden::Command>& commands,
                      Data data);

/// STATUS and the low words of all counters.
void read_counters(ProgramBuilder& builder);

/// A barrier; then reads all watched words of the results, and the counters.
void read_results(ProgramBuilder& builder, const golden::Command& layer,
                  const std::vector<Op>& ops);

/// A barrier; then reads all words that the commands wrote or must have left alone, and the
/// counters.
void read_training(ProgramBuilder& builder, const std::vector<golden::Command>& commands);

}  // namespace gradloom
