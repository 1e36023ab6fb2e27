// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "explore/evaluate.hpp"

namespace gradloom::explore {

/// The results that no other one of the same workload equals or beats in time, area and energy at
/// once and beats in one of them; of equal ones the first. Infeasible ones are never among them.
/// By workload, then by time, area, energy, number.
std::vector<Result> pareto_set(const std::vector<Result>& results);

}  // namespace gradloom::explore
