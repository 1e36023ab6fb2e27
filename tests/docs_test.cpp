// SPDX-License-Identifier: Apache-2.0
// The documents against the code. What stands between `<!-- docs_test: NAME -->` and
// `<!-- docs_test: end -->` in a document is computed here; with UPDATE_DOCS=1 in the environment
// the documents are rewritten instead of compared.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "generator/bus_files.hpp"
#include "generator/config_yaml.hpp"
#include "generator/text_file.hpp"
#include "golden/machine.hpp"
#include "golden/numerics.hpp"
#include "golden/sequencer_model.hpp"
#include "golden/split.hpp"
#include "golden/timing.hpp"
#include "sim/quantize.hpp"
#include "status/status.hpp"
#include "tests/golden_support.hpp"

using namespace gradloom;
using namespace gradloom::golden;
namespace fs = std::filesystem;

namespace {

const std::string kRoot = GRADLOOM_TEST_ROOT;

std::string read_document(const std::string& name) { return read_text_file(kRoot + "/" + name); }

Config example(const std::string& name) {
  return load_config(kRoot + "/examples/configs/" + name + ".yaml");
}

/// Compares the block of a document with the text, or replaces it.
void check_block(const std::string& document, const std::string& name, const std::string& fresh) {
  CAPTURE(document);
  CAPTURE(name);
  std::string text = read_document(document);
  const std::string opening = "<!-- docs_test: " + name + " -->\n";
  const auto begin = text.find(opening);
  REQUIRE(begin != std::string::npos);
  const auto from = begin + opening.size();
  const auto to = text.find("<!-- docs_test: end -->", from);
  REQUIRE(to != std::string::npos);
  const std::string found = text.substr(from, to - from);
  const char* const update = std::getenv("UPDATE_DOCS");
  if (update != nullptr && std::string(update) == "1") {
    text.replace(from, to - from, fresh);
    if (found != fresh) write_text_file(kRoot + "/" + document, text);
    return;
  }
  CHECK_MESSAGE(found == fresh, "run again with UPDATE_DOCS=1; what should be there:\n", fresh);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// The cells of every row of a Markdown table, without blanks around them.
std::vector<std::vector<std::string>> table_rows(const std::string& text) {
  std::vector<std::vector<std::string>> rows;
  for (const std::string& line : lines_of(text)) {
    if (!line.starts_with("| ")) continue;
    std::vector<std::string> cells;
    std::istringstream stream(line.substr(2));
    for (std::string cell; std::getline(stream, cell, '|');) {
      const auto last = cell.find_last_not_of(' ');
      const auto first = cell.find_first_not_of(' ');
      cells.push_back(last == std::string::npos ? "" : cell.substr(first, last - first + 1));
    }
    rows.push_back(cells);
  }
  return rows;
}

std::string fenced(const std::string& text) { return "```text\n" + text + "```\n"; }

}  // namespace

// --- architecture.md: lists ----------------------------------------------------------------------

TEST_CASE("architecture.md: derived widths") {
  std::string text =
      "| configuration | `addr_w` | `dim_w` | `host_w` | `trace_w` | `host_addr_w` | `lane_w` |\n"
      "|---|---|---|---|---|---|---|\n";
  for (const char* name : {"gl2x2_int8", "gl3x5_int4", "gl8x8_int8", "gl1x8_int16"}) {
    const Derived d = derive(example(name));
    text += fmt::format("| `{}` | {} | {} | {} | {} | {} | {} |\n", name, d.addr_w, d.dim_w,
                        d.host_w, d.trace_w, d.host_addr_w, d.lane_w);
  }
  check_block("docs/architecture.md", "widths", text);
}

TEST_CASE("architecture.md: ports") {
  std::string text;
  for (const bool trace : {false, true}) {
    if (trace) text += "\nWith `GRADLOOM_TRACE` defined, for verification only:\n\n";
    text += "| port | direction | bits | meaning |\n|---|---|---|---|\n";
    for (const Port& port : top_ports(example("gl8x8_int8"))) {
      if (port.trace != trace) continue;
      text += fmt::format("| `{}` | {} | {} | {} |\n", port.name, port.input ? "input" : "output",
                          port.width, port.description);
    }
  }
  check_block("docs/architecture.md", "ports", text);
}

TEST_CASE("bus.md: registers") {
  check_block("docs/bus.md", "bus_registers", register_table(example("gl8x8_axi_int8")));
}

TEST_CASE("architecture.md: completion codes") {
  std::string text = "| code | name |\n|---|---|\n";
  for (int code = 0; code < 16; ++code) {
    const std::string status = name(static_cast<Status>(code));
    if (status != "unknown") text += fmt::format("| {} | `{}` |\n", code, status);
  }
  check_block("docs/architecture.md", "codes", text);
}

TEST_CASE("architecture.md: registers") {
  std::string text = "| index | name | access | meaning |\n|---|---|---|---|\n";
  for (const Register& r : register_map(example("gl8x8_int8"))) {
    text += fmt::format("| {} | `{}` | {} | {} |\n", r.index, r.name,
                        r.writable ? "read/write" : "read", r.description);
  }
  check_block("docs/architecture.md", "registers", text);
}

TEST_CASE("architecture.md: every module is in the module map, and no other") {
  std::set<std::string> modules;
  for (const std::string& line : lines_of(read_document("rtl_templates/modules.txt"))) {
    if (!line.empty() && line[0] != '#') modules.insert(line.substr(0, line.find(' ')));
  }
  const std::string document = read_document("docs/architecture.md");
  std::set<std::string> listed;
  for (const auto& row : table_rows(document.substr(document.find("## 9. Modules")))) {
    if (row.at(0) != "module") listed.insert(row.at(0).substr(1, row.at(0).size() - 2));
  }
  CHECK(listed == modules);
}

// --- architecture.md: the space-time diagram -----------------------------------------------------

namespace {

/// Rows of short cells, one a cycle.
class Chart {
 public:
  explicit Chart(int cycles) : cycles_(cycles) {}
  void title(const std::string& text) { rows_.push_back({"\n" + text, {}}); }
  void row(const std::string& label) {
    rows_.push_back({label, std::vector<std::string>(static_cast<std::size_t>(cycles_))});
  }
  /// Adds to a cell of the last row.
  void put(std::int64_t cycle, const std::string& text) {
    rows_.back().cells.at(static_cast<std::size_t>(cycle)) += text;
  }
  std::string text() const {
    std::string all;
    for (const Row& row : rows_) {
      std::string line = fmt::format("{:<13}", row.label);
      for (const std::string& cell : row.cells) line += fmt::format("{:<4}", cell);
      all += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
    }
    return all;
  }

 private:
  struct Row {
    std::string label;
    std::vector<std::string> cells;
  };
  int cycles_;
  std::vector<Row> rows_;
};

std::string prime(int tile) { return tile == 0 ? "" : "'"; }

/// One interleaved backward, seen from outside and inside. Cycles count from the first LOAD cycle.
class SpaceTime {
 public:
  SpaceTime(const Config& config, const Command& command)
      : config_(config), machine_(config), start_(kPlanCycles + 2) {
    const Cost total = cost(config, command);
    cycles_ = static_cast<int>(total[Counter::cycles]);
    SequencerModel sequencer(config);
    sequencer.start(command, 0);
    while (!sequencer.finishing()) {
      issues_.push_back(sequencer.step(static_cast<std::int64_t>(issues_.size())));
    }
    golden::test::submit(machine_, command);
    while (!machine_.done_valid()) machine_.clock({});
    // Accepted in cycle 0, planned from 1, taken, LOAD, ..., FINISH, completion.
    REQUIRE(machine_.cycle() == start_ + cycles_ + 1);
    REQUIRE(static_cast<int>(issues_.size()) == cycles_);
  }

  std::string text() {
    Chart chart(cycles_);
    chart.row("cycle");
    for (int i = 0; i < cycles_; ++i) chart.put(i, std::to_string(i));
    add_issues(chart);
    chart.title("reads of the banks");
    add_bank(chart, Buffer::w, false);
    add_bank(chart, Buffer::delta, false);
    add_bank(chart, Buffer::x, false);
    chart.title("what the PEs execute");
    add_slots(chart);
    chart.title("what the shadow registers of column 0 take over");
    add_shadows(chart);
    chart.title("writes of the banks");
    add_bank(chart, Buffer::dx, true);
    add_bank(chart, Buffer::dw, true);
    return chart.text();
  }

 private:
  void each(const std::function<void(std::int64_t, const Issue&)>& look) const {
    for (std::size_t i = 0; i < issues_.size(); ++i) look(static_cast<std::int64_t>(i), issues_[i]);
  }

  void add_issues(Chart& chart) const {
    chart.title("what the sequencer issues");
    chart.row("state");
    bool ran = false;
    each([&](std::int64_t at, const Issue& issue) {
      ran = ran || issue.slot;
      chart.put(at, issue.slot ? "RUN" : ran ? "TL" : "LD");
    });
    chart.row("slot");
    each([&](std::int64_t at, const Issue& issue) {
      if (issue.slot) chart.put(at, slot_text(*issue.slot));
    });
    chart.row("swap");
    each([&](std::int64_t at, const Issue& issue) {
      if (issue.swap) chart.put(at, "s");
    });
    chart.row("load step");
    each([&](std::int64_t at, const Issue& issue) {
      if (issue.load) chart.put(at, std::to_string(issue.load->step) + prime(issue.load->mt));
    });
    chart.row("drain step");
    each([&](std::int64_t at, const Issue& issue) {
      if (issue.drain) chart.put(at, std::to_string(issue.drain->step) + prime(issue.drain->mt));
    });
  }

  static std::string slot_text(const Slot& slot) {
    return fmt::format("{}{}{}", slot.op == Op::dgrad ? 'D' : 'W', slot.b, prime(slot.mt));
  }

  /// From the trace ports of the machine.
  void add_bank(Chart& chart, Buffer buffer, bool write) {
    const std::string port = fmt::format("trace_{}_{}_o", name(buffer), write ? "we" : "re");
    const bool by_row = lanes(config_, buffer) == config_.rows;
    std::string label = name(buffer);
    std::transform(label.begin(), label.end(), label.begin(), ::toupper);
    for (int lane = 0; lane < lanes(config_, buffer); ++lane) {
      chart.row(fmt::format("{} {} {}", label, by_row ? "row" : "col", lane));
      for (int at = 0; at < cycles_; ++at) {
        const auto element = machine_.explain(port, lane, start_ + at);
        if (!element) continue;
        chart.put(at, element->b < 0 ? fmt::format("m{}", element->m)
                                     : fmt::format("b{}{}", element->b, prime(element->mt)));
      }
    }
  }

  void add_slots(Chart& chart) const {
    for (int r = 0; r < config_.rows; ++r) {
      for (int c = 0; c < config_.cols; ++c) {
        chart.row(fmt::format("PE({},{})", r, c));
        each([&](std::int64_t at, const Issue& issue) {
          if (issue.slot) chart.put(at + hops(r, c), slot_text(*issue.slot));
          if (issue.swap) chart.put(at + hops(r, c), "s");
        });
      }
    }
  }

  /// A load step moves in rows 0..R-1-step, a drain step in rows R-step..R-1; step 0 captures.
  void add_shadows(Chart& chart) const {
    const int rows = config_.rows;
    const auto m = [&](const TileStep& step) { return step.mt * rows + rows - 1 - step.step; };
    for (int r = 0; r < rows; ++r) {
      chart.row(fmt::format("W  PE({},0)", r));
      each([&](std::int64_t at, const Issue& issue) {
        if (issue.load && issue.load->step < rows - r) {
          chart.put(at + hops(r, 0), fmt::format("m{}", m(*issue.load)));
        }
      });
    }
    for (int r = 0; r < rows; ++r) {
      chart.row(fmt::format("dW PE({},0)", r));
      each([&](std::int64_t at, const Issue& issue) {
        if (!issue.drain) return;
        if (issue.drain->step == 0) {
          chart.put(at + hops(r, 0), "c");
        } else if (issue.drain->step >= rows - r) {
          chart.put(at + hops(r, 0), fmt::format("m{}", m(*issue.drain)));
        }
      });
    }
  }

  static std::int64_t hops(int row, int col) { return kIssueToEdge + kEdgeToArray + row + col; }

  Config config_;
  Machine machine_;
  std::int64_t start_;  // the machine's cycle of the first LOAD cycle
  int cycles_ = 0;
  std::vector<Issue> issues_;
};

}  // namespace

TEST_CASE("architecture.md: the space-time diagram") {
  const Config config = golden::test::make_config(2, 3, 8, 32, Overflow::wrap);
  SpaceTime diagram(config, make_command(Op::backward, Schedule::interleaved, 4, 3, 3));
  check_block("docs/architecture.md", "space-time", fenced(diagram.text()));
}

// --- numerics.md ---------------------------------------------------------------------------------

namespace {

Matrix matrix(int rows, int cols, std::vector<std::int64_t> data) {
  Matrix result(rows, cols);
  result.data = std::move(data);
  return result;
}

std::string row_text(const Matrix& m, int row) {
  std::string text;
  for (int c = 0; c < m.cols; ++c) text += fmt::format("{}{}", c == 0 ? "" : " ", m.at(row, c));
  return text;
}

std::string matrix_text(const Matrix& m) {
  std::string text;
  for (int r = 0; r < m.rows; ++r) text += (r == 0 ? "" : "; ") + row_text(m, r);
  return "`[" + text + "]`";
}

/// All partial sums of terms in an 8-bit accumulator.
std::string sums_text(const std::vector<int>& terms, Overflow overflow) {
  std::int64_t sum = 0;
  std::string text;
  for (const int term : terms) {
    sum = add(sum, term, 8, overflow);
    text += fmt::format("{}{}", text.empty() ? "" : ", ", sum);
  }
  return text;
}

}  // namespace

TEST_CASE("numerics.md: additions") {
  std::string text = "| sum | exact | `wrap` | `saturate` |\n|---|---|---|---|\n";
  for (const auto& [s, t] : std::vector<std::pair<int, int>>{
           {100, 27}, {100, 28}, {100, 100}, {-100, -28}, {-100, -29}, {127, -128}}) {
    text += fmt::format("| {} + {} | {} | {} | {} |\n", s,
                        t < 0 ? fmt::format("({})", t) : std::to_string(t), s + t,
                        add(s, t, 8, Overflow::wrap), add(s, t, 8, Overflow::saturate));
  }
  check_block("docs/numerics.md", "additions", text);
  CHECK(add(100, 28, 8, Overflow::wrap) == -128);
  CHECK(add(100, 28, 8, Overflow::saturate) == 127);
  CHECK(add(-100, -29, 8, Overflow::wrap) == 127);
}

TEST_CASE("numerics.md: the order of additions") {
  std::string text = "| terms, in order | `wrap` | `saturate` |\n|---|---|---|\n";
  for (const std::vector<int>& terms :
       std::vector<std::vector<int>>{{49, 49, 49, -56}, {-56, 49, 49, 49}}) {
    text += fmt::format("| {} | {} | {} |\n", fmt::join(terms, ", "),
                        sums_text(terms, Overflow::wrap), sums_text(terms, Overflow::saturate));
  }
  check_block("docs/numerics.md", "order", text);
  const Accumulator saturating{8, Overflow::saturate};
  const Matrix w = matrix(4, 1, {7, 7, 7, 7});
  CHECK(fprop(matrix(1, 4, {7, 7, 7, -8}), w, saturating).at(0, 0) == 71);
  CHECK(fprop(matrix(1, 4, {-8, 7, 7, 7}), w, saturating).at(0, 0) == 91);
}

TEST_CASE("numerics.md: a layer by hand") {
  const Matrix x = matrix(2, 2, {1, 2, -3, 4});
  const Matrix w = matrix(2, 3, {1, 0, -2, 3, -1, 5});
  const Matrix delta = matrix(2, 3, {2, -1, 0, 1, 1, -4});
  const Accumulator wide{32, Overflow::wrap};
  const Matrix y = fprop(x, w, wide);
  const Matrix dx = dgrad(delta, w, wide);
  const Matrix dw = wgrad(x, delta, wide);
  const Matrix db = bgrad(delta, wide);
  std::string text = "| matrix | rows |\n|---|---|\n";
  for (const auto& [label, value] :
       std::vector<std::pair<std::string, Matrix>>{{"X", x},
                                                   {"W", w},
                                                   {"delta", delta},
                                                   {"`Y = X W`", y},
                                                   {"`dX = delta W^T`", dx},
                                                   {"`dW = X^T delta`", dw},
                                                   {"`db`", db}}) {
    text += fmt::format("| {} | {} |\n", label, matrix_text(value));
  }
  check_block("docs/numerics.md", "layer", text);
  CHECK(y == matrix(2, 3, {7, -2, 8, 9, -4, 26}));
  CHECK(dx == matrix(2, 2, {2, 7, 9, -18}));
  CHECK(dw == matrix(2, 3, {-1, -4, 12, 8, 2, -16}));
  CHECK(db == matrix(1, 3, {3, 0, -4}));
}

TEST_CASE("numerics.md: a split batch under saturate") {
  const Accumulator saturating{8, Overflow::saturate};
  const Matrix x = matrix(4, 1, {7, 7, 7, -8});
  const Matrix delta = matrix(4, 1, {7, 7, 7, 7});
  const auto rows = [](const Matrix& m, int from, int count) {
    return block(m, from, count, 0, 1);
  };
  const Matrix whole = wgrad(x, delta, saturating);
  const Matrix first = wgrad(rows(x, 0, 2), rows(delta, 0, 2), saturating);
  const Matrix second = wgrad(rows(x, 2, 2), rows(delta, 2, 2), saturating);
  const Matrix both = wgrad(rows(x, 2, 2), rows(delta, 2, 2), saturating, &first);
  check_block("docs/numerics.md", "split",
              fmt::format("| commands | sums | dW |\n|---|---|---|\n"
                          "| one, b = 0..3 | {} | {} |\n"
                          "| two, b = 0..1 and b = 2..3 | {} and {} | add({}, {}) = {} |\n",
                          whole.at(0, 0), whole.at(0, 0), first.at(0, 0), second.at(0, 0),
                          first.at(0, 0), second.at(0, 0), both.at(0, 0)));
  CHECK(whole.at(0, 0) == 71);
  CHECK(both.at(0, 0) == 91);
}

TEST_CASE("numerics.md: the longest sums that refuse allows") {
  std::string text = "| operands | accumulator | longest sum |\n|---|---|---|\n";
  for (const auto& [p, a] : std::vector<std::pair<int, int>>{{4, 20}, {8, 20}, {8, 32}, {16, 48}}) {
    const std::int64_t terms = ((std::int64_t{1} << (a - 1)) - 1) >> (2 * p - 2);
    CHECK(sum_fits(p, a, terms));
    CHECK_FALSE(sum_fits(p, a, terms + 1));
    text += fmt::format("| {} bits | {} bits | {} products |\n", p, a, terms);
  }
  check_block("docs/numerics.md", "longest", text);
}

TEST_CASE("numerics.md: quantization") {
  FloatMatrix values(1, 6);
  values.data = {1.75F, 0.625F, 0.375F, -0.125F, -0.5F, -1.75F};
  const Quantized quantized = quantize(values, 4);
  const FloatMatrix back = dequantize(quantized.values, quantized.scale);
  std::string text = fmt::format(
      "`scale = {} / 7 = {}`.\n\n| v | v / scale | q | q * scale |\n|---|---|---|---|\n",
      values.at(0, 0), quantized.scale);
  for (int i = 0; i < values.cols; ++i) {
    text += fmt::format("| {} | {} | {} | {} |\n", values.at(0, i),
                        static_cast<double>(values.at(0, i)) / quantized.scale,
                        quantized.values.at(0, i), back.at(0, i));
  }
  check_block("docs/numerics.md", "quantization", text);
  CHECK(quantized.scale == 0.25);
  CHECK(quantized.values == matrix(1, 6, {7, 2, 2, 0, -2, -7}));
}

// --- verification.md, README.md ------------------------------------------------------------------

namespace {

/// Names of the steps of a kind; with "" all, each with its kind: "`name` kind".
std::vector<std::string> step_names(const std::string& kind) {
  std::vector<std::string> names;
  for (const std::string& line : lines_of(read_document("tests/steps.txt"))) {
    std::istringstream words(line);
    std::string when;
    std::string step;
    if (!(words >> when >> step) || when[0] == '#') continue;
    if (kind.empty()) names.push_back("`" + step + "` " + when);
    if (kind == when) names.push_back(step);
  }
  return names;
}

}  // namespace

TEST_CASE("verification.md: the table of steps is that of tests/steps.txt") {
  const std::vector<std::string> steps = step_names("");
  REQUIRE(!steps.empty());
  const std::string document = read_document("docs/verification.md");
  const auto begin = document.find("| step | when |");
  REQUIRE(begin != std::string::npos);
  std::vector<std::string> listed;
  for (const auto& row : table_rows(document.substr(begin, document.find("\n\n", begin) - begin))) {
    if (row.at(0) != "step") listed.push_back(row.at(0) + " " + row.at(1));
  }
  for (const std::string& step : steps) {
    CHECK_MESSAGE(std::find(listed.begin(), listed.end(), step) != listed.end(),
                  "docs/verification.md: the table of steps lacks ", step);
  }
  for (const std::string& row : listed) {
    CHECK_MESSAGE(std::find(steps.begin(), steps.end(), row) != steps.end(),
                  "docs/verification.md: tests/steps.txt lacks ", row);
  }
}

TEST_CASE("README.md: the table of configurations says what the files say") {
  const std::string document = read_document("README.md");
  const auto begin = document.find("| configuration | array |");
  REQUIRE(begin != std::string::npos);
  const std::string table = document.substr(begin, document.find("\n\n", begin) - begin);
  std::map<std::string, std::vector<std::string>> rows;
  for (const auto& row : table_rows(table)) rows[row.at(0)] = row;
  std::set<std::string> expected{"configuration"};
  const std::vector<std::string> overflows{"refuse", "wrap", "saturate"};
  for (const auto& entry : fs::directory_iterator(kRoot + "/examples/configs")) {
    const std::string name = entry.path().stem().string();
    CAPTURE(name);
    const Config c = example(name);
    expected.insert("`" + name + "`");
    REQUIRE(rows.count("`" + name + "`") == 1);
    const auto& row = rows["`" + name + "`"];
    const bool all = c.fprop && c.dgrad && c.wgrad;
    std::string operations = all ? "all" : "";
    for (const Op op : {Op::fprop, Op::dgrad, Op::wgrad}) {
      if (all || !built(c, op)) continue;
      operations += (operations.empty() ? "" : ", ") + std::string(gradloom::name(op));
    }
    CHECK(row.at(1) == fmt::format("{} x {}", c.rows, c.cols));
    CHECK(row.at(2) == fmt::format("int{} / {}", c.operand_bits, c.accumulator_bits));
    CHECK(row.at(3) == overflows.at(static_cast<std::size_t>(c.overflow)));
    CHECK(row.at(4) == operations);
  }
  for (const auto& [name, row] : rows) CHECK(expected.count(name) == 1);
}

TEST_CASE("README.md: the status of configurations is that of docs/status.yaml") {
  const auto plan = status::load_plan(kRoot + "/tests/testplan.yaml");
  const auto configs = status::load_configs(kRoot + "/examples/configs");
  const std::vector<std::string> steps = step_names("");
  for (const status::PlanItem& item : plan) {
    CAPTURE(item.name);
    const auto is_step = [&](const std::string& s) {
      return s.starts_with("`" + item.step + "` ");
    };
    CHECK((item.step.empty() || std::any_of(steps.begin(), steps.end(), is_step)));
    for (const std::string& name : item.covers) CHECK(configs.count(name) == 1);
  }
  check_block(
      "README.md", "status",
      status::status_table(plan, configs, status::load_status(kRoot + "/docs/status.yaml")));
}

TEST_CASE("README.md: what is green in the table of configurations is a step of ./run test") {
  const std::string document = read_document("README.md");
  const auto begin = document.find("| configuration | array |");
  REQUIRE(begin != std::string::npos);
  const auto rows = table_rows(document.substr(begin, document.find("\n\n", begin) - begin));
  const std::vector<std::string> steps = step_names("test");
  int green = 0;
  for (const auto& row : rows) {
    for (std::size_t column = 5; column < row.size(); ++column) {
      if (!row.at(column).starts_with("green")) continue;
      const std::string& head = rows.at(0).at(column);
      const auto tick = head.find('`');
      REQUIRE(tick != std::string::npos);
      const std::string step = head.substr(tick + 1, head.find('`', tick + 1) - tick - 1);
      CAPTURE(row.at(0));
      CHECK_MESSAGE(std::find(steps.begin(), steps.end(), step) != steps.end(),
                    "tests/steps.txt lacks ", step);
      ++green;
    }
  }
  CHECK(green > 0);
}
