// SPDX-License-Identifier: Apache-2.0
// The tables of the report that are no figures.
#pragma once

#include "golden/config.hpp"
#include "report/figure.hpp"
#include "report/results.hpp"

namespace gradloom::report {

/// What the design is: array, formats, options, hash; area and clock where results say so.
Table summary_table(const Config& config, const Results& results);
/// Its buffers: banks, words, bits.
Table buffer_table(const Config& config);
/// The pins of its top module.
Table port_table(const Config& config);
/// Every current result: target, verdict, and what it came to.
Table result_table(const Results& results);

}  // namespace gradloom::report
