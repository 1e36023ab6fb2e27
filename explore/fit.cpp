// SPDX-License-Identifier: Apache-2.0
#include "explore/fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "golden/error.hpp"

namespace gradloom::explore {
namespace {

using Rows = std::vector<std::vector<double>>;

// Least squares by Householder reflections. Each row has its right-hand side last; nothing if the
// columns depend on each other.
std::optional<std::vector<double>> least_squares(Rows rows) {
  const std::size_t n = rows.front().size() - 1;
  std::vector<double> scale(n, 0);
  for (std::size_t k = 0; k < n; ++k) {
    for (const auto& row : rows) scale[k] = std::max(scale[k], std::abs(row[k]));
    if (scale[k] == 0) return std::nullopt;
    for (auto& row : rows) row[k] /= scale[k];
  }
  for (std::size_t k = 0; k < n; ++k) {
    double norm = 0;
    for (std::size_t i = k; i < rows.size(); ++i) norm = std::hypot(norm, rows[i][k]);
    if (norm < 1e-9) return std::nullopt;
    const double alpha = rows[k][k] > 0 ? -norm : norm;
    std::vector<double> v(rows.size(), 0);
    for (std::size_t i = k; i < rows.size(); ++i) v[i] = rows[i][k];
    v[k] -= alpha;
    const double vv = std::inner_product(v.begin(), v.end(), v.begin(), 0.0);
    for (std::size_t j = k; j <= n; ++j) {
      double dot = 0;
      for (std::size_t i = k; i < rows.size(); ++i) dot += v[i] * rows[i][j];
      for (std::size_t i = k; i < rows.size(); ++i) rows[i][j] -= 2 * dot / vv * v[i];
    }
  }
  std::vector<double> x(n, 0);
  for (std::size_t k = n; k-- > 0;) {
    double sum = rows[k][n];
    for (std::size_t j = k + 1; j < n; ++j) sum -= rows[k][j] * x[j];
    x[k] = sum / rows[k][k];
  }
  for (std::size_t k = 0; k < n; ++k) x[k] /= scale[k];
  return x;
}

// Divided by what was measured: then squares are of relative errors.
Rows relative_rows(const std::vector<Sample>& samples, std::size_t left_out) {
  Rows rows;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (i == left_out) continue;
    std::vector<double> row;
    for (const double term : samples[i].terms) row.push_back(term / samples[i].value);
    row.push_back(1);
    rows.push_back(std::move(row));
  }
  return rows;
}

double dot(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

double error_of(const Sample& sample, const std::vector<double>& coefficients) {
  return std::abs(dot(sample.terms, coefficients) / sample.value - 1);
}

double left_out_error(const std::vector<Sample>& samples) {
  double sum = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const auto x = least_squares(relative_rows(samples, i));
    if (!x) return std::numeric_limits<double>::quiet_NaN();
    sum += error_of(samples[i], *x);
  }
  return sum / static_cast<double>(samples.size());
}

}  // namespace

double Fit::at(std::span<const double> terms) const { return dot(terms, coefficients); }

Fit fit(const std::vector<Sample>& samples, const std::string& what) {
  const std::size_t terms = samples.empty() ? 1 : samples.front().terms.size();
  if (samples.size() < terms) {
    throw InputError(
        fmt::format("{}: found {} points, allowed at least {}", what, samples.size(), terms));
  }
  const auto x = least_squares(relative_rows(samples, samples.size()));
  if (!x) {
    throw InputError(
        fmt::format("{}: found points that do not tell {} terms apart, allowed other sizes as well",
                    what, terms));
  }
  Fit result{*x, samples.size(), 0, 0, std::numeric_limits<double>::quiet_NaN()};
  for (const Sample& sample : samples) {
    const double error = error_of(sample, *x);
    result.mean_error += error / static_cast<double>(samples.size());
    result.max_error = std::max(result.max_error, error);
  }
  if (samples.size() > terms) result.left_out_error = left_out_error(samples);
  return result;
}

}  // namespace gradloom::explore
