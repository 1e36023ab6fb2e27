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
  Contest& gates;  ///< with energies of this project's own PEs
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
  bool operator==(const Ratio&) const = default;
};
inline constexpr std::array<Ratio, 9> kRatios{
    {{1, 16}, {1, 8}, {1, 4}, {1, 2}, {1, 1}, {2, 1}, {4, 1}, {8, 1}, {16, 1}}};
std::string text(const Ratio& ratio);
/// B for R rows; 0 if it is no integer.
std::int64_t batch_of(const Ratio& ratio, int rows);

const model::ModelNetwork& find_network(const Study& study, const std::string& name);
bool has_convolutions(const model::ModelNetwork& network);

/// What is compared: the baseline may run on another array and count otherwise.
struct Duel {
  const model::ModelNetwork& network;
  std::int64_t batch = 1;
  Array array;
  std::string baseline;
  Accounting ours = Accounting::gradients;
  Accounting theirs = Accounting::gradients;
  std::optional<Array> their_array = {};
  std::string us = "interleaved";
};
/// baseline / interleaved
struct Gains {
  double cycles = 0;
  double accesses = 0;
  std::optional<double> dram;
  std::optional<double> energy;
  std::optional<double> chip_energy;  ///< without DRAM
};
Gains duel(Contest& contest, const Duel& duel);

/// The first two lines of a table.
std::string table_header(const std::vector<std::string>& cells);

// --- bench/evidence_claims.cpp ---
std::string claims_table(const Study& study);
std::string claims_fc(const Study& study);
std::string claims_fc_accesses(const Study& study);
std::string claims_cnn(const Study& study);

// --- bench/evidence_area.cpp ---
std::string area_table(const Study& study);

}  // namespace gradloom::evidence
