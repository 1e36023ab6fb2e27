// SPDX-License-Identifier: Apache-2.0
// The tables of docs/evidence.md, as Markdown. A ratio is what the baseline needs over what
// `interleaved` needs; a saving is the part of the baseline that `interleaved` does not need.
#pragma once

#include <string>
#include <vector>

#include "bench/evidence_contest.hpp"

namespace gradloom::evidence {

/// Areas of PEs alone, um2 in OSU 0.18 um cells.
struct PeAreas {
  double ws_only = 0;
  double one_a_layer = 0;
  double interleaved = 0;
};
/// Of the first table of docs/flow.md, section "Processing elements side by side". Throws
/// InputError if a row is not there.
PeAreas read_pe_areas(const std::string& path);

struct Study {
  Contest& contest;
  std::vector<model::ModelNetwork> networks;
  int array = 64;           ///< rows and columns where a table has one array
  std::int64_t batch = 32;  ///< samples where a table has one batch
  int words = 4096;
  PeAreas areas;
};

struct Block {
  std::string name;
  std::string text;
};
std::vector<Block> blocks(const Study& study);

/// Every layer and the total of every network at `array` and `batch`.
std::string layer_tables(const Study& study);

// --- shared by the tables ---

inline constexpr std::array kArrays{8, 16, 32, 64, 128, 256};
inline constexpr std::array<std::int64_t, 4> kBatches{1, 4, 16, 64};

/// B / R of a sweep, 1/16 to 16.
struct Ratio {
  int over = 1;
  int under = 1;
};
inline constexpr std::array<Ratio, 9> kRatios{
    {{1, 16}, {1, 8}, {1, 4}, {1, 2}, {1, 1}, {2, 1}, {4, 1}, {8, 1}, {16, 1}}};
std::string text(const Ratio& ratio);
/// B for R rows; 0 if it is no integer.
std::int64_t batch_of(const Ratio& ratio, int rows);

const model::ModelNetwork& find_network(const Study& study, const std::string& name);
bool has_convolutions(const model::ModelNetwork& network);

/// The array of PEs of area `area` that takes no more room than side x side PEs of area `our_area`:
/// rows x cols next to a square. Banks hold less, so that all buffers together stay as large.
Array equal_area(int side, int words, double our_area, double area);

/// What is compared: the baseline may run on another array and count otherwise.
struct Duel {
  const model::ModelNetwork& network;
  std::int64_t batch = 1;
  Array array;
  std::string baseline;
  Accounting ours = Accounting::gradients;
  Accounting theirs = Accounting::gradients;
  std::optional<Array> their_array = {};
};
struct Gains {
  double cycles = 0;  ///< baseline / interleaved
  double accesses = 0;
  std::optional<double> dram;
  std::optional<double> energy;
};
Gains duel(Contest& contest, const Duel& duel);

std::string claims_fc(const Study& study);
std::string claims_fc_accesses(const Study& study);
std::string claims_cnn(const Study& study);
std::string claims_area(const Study& study);

}  // namespace gradloom::evidence
