// SPDX-License-Identifier: Apache-2.0
#include "sim/dataset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>
#include <string_view>

#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "sim/line_reader.hpp"
#include "sim/prng.hpp"

namespace gradloom {
namespace {

constexpr std::size_t kMaxValues = 100'000'000;  // 400 MB of floats
constexpr std::size_t kMaxValueLength = 64;
constexpr std::uint64_t kSplitStream = 1;

/// Where in the file a value stands, for messages.
struct Place {
  const std::string& path;
  long line;
  int column;  // from 1
};

[[noreturn]] void fail(const Place& place, const std::string& found, const std::string& allowed) {
  throw InputError(fmt::format("{}:{}: column {}: found {}, allowed {}", place.path, place.line,
                               place.column, found, allowed));
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string found_text(std::string_view text) { return text.empty() ? "nothing" : printable(text); }

/// True if all of `text` is one number of type T.
template <typename T>
bool parse(std::string_view text, T& value) {
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  return error == std::errc{} && end == last;
}

float feature(std::string_view text, const DataFormat& format, const Place& place) {
  double value = 0;
  // The comparison also refuses "nan".
  if (!parse(text, value) || !(value >= 0 && value <= format.feature_max)) {
    fail(place, found_text(text), fmt::format("a number in 0..{}", format.feature_max));
  }
  return static_cast<float>(value);
}

int label(std::string_view text, const DataFormat& format, const Place& place) {
  int value = 0;
  if (!parse(text, value) || value < 0 || value >= format.classes) {
    fail(place, found_text(text), fmt::format("a label, an integer in 0..{}", format.classes - 1));
  }
  return value;
}

void check_width(std::string_view line, const DataFormat& format, Place place) {
  const auto width = std::count(line.begin(), line.end(), ',') + 1;
  if (width == format.features + 1) return;
  // The last value of a short row, the first one too many of a long row.
  place.column = static_cast<int>(std::min<std::int64_t>(width, format.features + 2));
  const bool empty = trimmed(line).empty();
  fail(place, empty ? "an empty row" : fmt::format("{} values in the row", width),
       fmt::format("{}: {} features and a label", format.features + 1, format.features));
}

void add_row(std::string_view line, const DataFormat& format, Place place, Dataset& data) {
  check_width(line, format, place);
  for (place.column = 1; place.column <= format.features; ++place.column) {
    const std::size_t comma = line.find(',');
    data.values.push_back(feature(trimmed(line.substr(0, comma)), format, place));
    line.remove_prefix(comma + 1);
  }
  data.labels.push_back(label(trimmed(line), format, place));
}

}  // namespace

Dataset read_dataset(const std::string& path, const DataFormat& format) {
  const auto width = static_cast<std::size_t>(format.features) + 1;
  LineReader reader(path, width * kMaxValueLength);
  Dataset data;
  data.features = format.features;
  std::string line;
  while (reader.next(line)) {
    if (data.values.size() + width > kMaxValues) {
      throw InputError(fmt::format("{}:{}: found more rows, allowed {} rows of {} values",
                                   reader.path(), reader.number(), kMaxValues / width, width));
    }
    add_row(line, format, {reader.path(), reader.number(), 1}, data);
  }
  if (data.rows() < 2) {
    throw InputError(fmt::format(
        "{}:{}: found {}, allowed at least 2 rows of {} values", reader.path(), reader.number() + 1,
        data.rows() == 0 ? "an empty file" : "the end after 1 row", width));
  }
  return data;
}

Split split_rows(int rows, int held_out_percent, std::uint64_t seed) {
  if (rows < 2) {
    throw InputError(fmt::format("data: found {} row, allowed at least 2 to split", rows));
  }
  std::vector<int> order(static_cast<std::size_t>(rows));
  std::iota(order.begin(), order.end(), 0);
  Prng prng = make_prng(seed, kSplitStream);
  shuffle(order, prng);
  const std::int64_t wanted = (std::int64_t{rows} * held_out_percent + 50) / 100;
  const auto cut = order.begin() + std::clamp<std::int64_t>(wanted, 1, rows - 1);
  return {{cut, order.end()}, {order.begin(), cut}};
}

}  // namespace gradloom
