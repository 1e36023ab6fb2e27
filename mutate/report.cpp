// SPDX-License-Identifier: Apache-2.0
#include "mutate/report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "generator/result_file.hpp"

namespace gradloom::mutate {
namespace {

void count(Tally& line, Fate fate) {
  ++line.mutants;
  switch (fate) {
    case Fate::killed:
    case Fate::hung:
    case Fate::crashed: ++line.killed; break;
    case Fate::equivalent: ++line.equivalent; break;
    case Fate::survived: ++line.survived; break;
  }
}

std::string line_text(const Tally& line) {
  return fmt::format("| {} | {} | {} | {} | {} | {:.1f} % |\n", line.name, line.mutants,
                     line.killed, line.equivalent, line.survived, line.coverage());
}

Tally sum_of(const std::vector<Tally>& lines) {
  Tally sum;
  sum.name = "all";
  for (const Tally& line : lines) {
    sum.mutants += line.mutants;
    sum.killed += line.killed;
    sum.equivalent += line.equivalent;
    sum.survived += line.survived;
  }
  return sum;
}

nlohmann::ordered_json tally_json(const Tally& line) {
  return {
      {"name", line.name},          {"modules", line.modules},       {"mutants", line.mutants},
      {"killed", line.killed},      {"equivalent", line.equivalent}, {"survived", line.survived},
      {"coverage", line.coverage()}};
}

nlohmann::ordered_json verdict_json(const Verdict& verdict) {
  return {{"number", verdict.mutant.number}, {"module", verdict.mutant.instance},
          {"source", verdict.mutant.source}, {"change", verdict.mutant.change},
          {"fate", name(verdict.fate)},      {"how", verdict.how}};
}

}  // namespace

const char* name(Fate fate) {
  switch (fate) {
    case Fate::killed: return "killed";
    case Fate::hung: return "hung";
    case Fate::crashed: return "crashed";
    case Fate::equivalent: return "equivalent";
    case Fate::survived: break;
  }
  return "survived";
}

double Tally::coverage() const {
  const int relevant = killed + survived;
  return relevant == 0 ? 100.0 : 100.0 * killed / relevant;
}

std::vector<Tally> tally(const std::vector<Group>& groups, const std::vector<Verdict>& verdicts) {
  std::vector<Tally> lines;
  for (const Group& group : groups) {
    Tally line;
    line.name = group.name;
    line.modules = group.modules;
    for (const Verdict& verdict : verdicts) {
      if (verdict.mutant.group == group.name) count(line, verdict.fate);
    }
    lines.push_back(line);
  }
  return lines;
}

std::string table_text(const std::vector<Tally>& lines, const std::vector<Verdict>& verdicts) {
  std::string text =
      "| block | mutants | killed | equivalent | survived | killed of the rest |\n"
      "|---|---|---|---|---|---|\n";
  for (const Tally& line : lines) text += line_text(line);
  text += line_text(sum_of(lines));
  for (const Verdict& verdict : verdicts) {
    if (verdict.fate != Fate::survived) continue;
    text += fmt::format("survived: {:4} {}: {}\n", verdict.mutant.number, describe(verdict.mutant),
                        verdict.how);
  }
  return text;
}

nlohmann::ordered_json result_json(const std::string& target, const Config& config,
                                   const std::string& rtl_digest, std::uint64_t seed,
                                   const std::vector<Tally>& lines,
                                   const std::vector<Verdict>& verdicts, bool pass) {
  nlohmann::ordered_json json = result_head(target, config, rtl_digest, pass);
  json["seed"] = seed;
  json["total"] = tally_json(sum_of(lines));
  json["groups"] = nlohmann::ordered_json::array();
  for (const Tally& line : lines) json["groups"].push_back(tally_json(line));
  json["verdicts"] = nlohmann::ordered_json::array();
  for (const Verdict& verdict : verdicts) json["verdicts"].push_back(verdict_json(verdict));
  return json;
}

}  // namespace gradloom::mutate
