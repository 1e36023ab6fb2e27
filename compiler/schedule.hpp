// SPDX-License-Identifier: Apache-2.0
// The order of the descriptors of a batch, and their tokens.
#pragma once

#include <vector>

#include "compiler/placement.hpp"

namespace gradloom::compiler {

/// A list of descriptors in order, with tokens.
struct Schedule {
  std::vector<Event> events;
  /// Repeated only: the tokens that the events of a batch take from the batch before, beside those
  /// of `ahead` loads: a store gives one to these engines before the first batch.
  bool primes_load = false;
  bool primes_compute = false;
  /// Repeated only: the steps that give a token to the load engine which no load takes in the last
  /// batch, because those that would are `ahead`. In order.
  std::vector<int> left;
};

struct ScheduleOptions {
  /// The list is done again and again; the loads of the first steps become `ahead`.
  bool repeats = true;
  /// A load may be put before so many steps that do not need it.
  int distance = 4;
  /// Repeated only: steps that are the first to use a chunk which is loaded once, before the first
  /// batch; ascending. The last one waits for the last `ahead` load, so that other chunks can be
  /// loaded behind those of the steps before.
  std::vector<int> firsts;
};

/// Orders the events: loads as early as what they overwrite, and `distance`, allow. The descriptors
/// get `wait`, `signal` and `ahead` such that every order that the tokens permit gives the results
/// of the order of the list, and every token is given before it is waited for in that order. Throws
/// std::logic_error if that cannot be done.
Schedule schedule(const std::vector<PlacedStep>& steps, const ScheduleOptions& options);

}  // namespace gradloom::compiler
