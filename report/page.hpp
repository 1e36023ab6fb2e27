// SPDX-License-Identifier: Apache-2.0
// The report as one HTML file that needs nothing else.
#pragma once

#include <string>
#include <vector>

#include "report/figure.hpp"
#include "report/gnuplot.hpp"
#include "report/verification.hpp"

namespace gradloom::report {

struct Section {
  std::string id;
  std::string title;
  std::vector<std::string> paragraphs;
  std::vector<Figure> figures;
  std::vector<Table> open_tables;    ///< shown
  std::vector<Table> closed_tables;  ///< below a line that opens them
};

struct Page {
  std::string title;
  std::string lead;  ///< below the title
  std::vector<Section> sections;
};

/// Fills report_templates/ in; the library escapes all text. `drawings`: of all figures, section by
/// section. Throws InputError if the templates are missing.
std::string render_page(const Page& page, const std::vector<Drawing>& drawings);

/// A table for the verdicts of the test plan.
Table verification_table(const Verification& verification);

}  // namespace gradloom::report
