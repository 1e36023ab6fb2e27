// SPDX-License-Identifier: Apache-2.0
// Linear fits that are best in relative error.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace gradloom::explore {

/// One observation: the values of the terms, and what was measured (above 0).
struct Sample {
  std::vector<double> terms;
  double value = 0;
};

struct Fit {
  std::vector<double> coefficients;  ///< one for each term
  std::size_t samples = 0;
  double mean_error = 0;  ///< mean of |fitted / measured - 1|
  double max_error = 0;
  double left_out_error = 0;  ///< the mean if each sample is left out of the fit that gives it

  double at(std::span<const double> terms) const;
};

/// The coefficients with the least sum of squared relative errors. All samples have as many terms.
/// Throws InputError, beginning with `what`, if there are fewer samples than terms or the terms do
/// not tell them apart. With as many samples as terms left_out_error is not a number.
Fit fit(const std::vector<Sample>& samples, const std::string& what);

}  // namespace gradloom::explore
