// SPDX-License-Identifier: Apache-2.0
// The figures of docs/evidence.md and more, as CSV.
#pragma once

#include <string>
#include <vector>

#include "bench/evidence_tables.hpp"

namespace gradloom::evidence {

/// layers.csv: every layer, schedule and accounting at the array and batch of the study. sweep.csv:
/// totals of every network, array of kArrays and batch; batches are kBatches, or, of networks of
/// fully-connected layers alone, B/R of kRatios. Throws InputError if they cannot be written.
void write_csv(const Study& study, const std::string& folder);

/// Every different product of fprop, dgrad and wgrad on rows x cols, with cycles and accesses of
/// SCALE-Sim's formulas for each dataflow.
std::string product_csv(const std::vector<model::ModelNetwork>& networks, int rows, int cols,
                        std::int64_t batch);

}  // namespace gradloom::evidence
