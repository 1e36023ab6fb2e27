// SPDX-License-Identifier: Apache-2.0
#include "report/verification.hpp"

#include <fmt/format.h>

#include "generator/config_yaml.hpp"
#include "status/status.hpp"

namespace gradloom::report {
namespace {

constexpr int kStages = 3;

VerifiedItem item_of(const status::PlanItem& item, const status::Claims& claims,
                     const Results& results) {
  VerifiedItem found{item.name, item.stage, item.text, Verdict::not_run, ""};
  const ResultFile* result = item.result.empty() ? nullptr : results.find(item.result);
  if (result != nullptr) {
    found.verdict = result->pass ? Verdict::passed : Verdict::failed;
    found.from = item.result + ".json";
  } else if (claims.failed.contains(item.name)) {
    found.verdict = Verdict::failed;
    found.from = "status.yaml";
  } else if (claims.passed.contains(item.name)) {
    found.verdict = Verdict::passed;
    found.from = "status.yaml";
  }
  return found;
}

// The last stage of which, and of all before, every item passed.
std::string stage_of(const std::vector<VerifiedItem>& items) {
  std::string stage = "-";
  for (int s = 1; s <= kStages; ++s) {
    int all = 0;
    for (const VerifiedItem& item : items) {
      if (item.stage != s) continue;
      if (item.verdict != Verdict::passed) return stage;
      ++all;
    }
    if (all > 0) stage = fmt::format("G{}", s);
  }
  return stage;
}

}  // namespace

Verification verification(const Config& config, const std::filesystem::path& plan,
                          const std::filesystem::path& status, const Results& results) {
  Verification found;
  const status::Status recorded = status::load_status(status);
  const auto entry = recorded.configs.find(config.name);
  status::Claims claims;
  if (entry == recorded.configs.end()) {
    found.note = "status.yaml does not have this configuration.";
  } else if (entry->second.hash != hash_text(config)) {
    found.note = fmt::format(
        "status.yaml has another configuration of this name ({}), which counts for nothing here.",
        entry->second.hash);
  } else {
    claims = entry->second;
  }
  for (const status::PlanItem& item : status::load_plan(plan)) {
    if (status::needed(item, config)) found.items.push_back(item_of(item, claims, results));
  }
  found.stage = stage_of(found.items);
  return found;
}

}  // namespace gradloom::report
