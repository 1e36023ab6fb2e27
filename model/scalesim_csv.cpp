// SPDX-License-Identifier: Apache-2.0
#include "model/scalesim_csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "model/csv_line.hpp"
#include "model/unique_names.hpp"

namespace gradloom::model {
namespace {

constexpr std::size_t kMaxFile = std::size_t{1} << 24;
constexpr std::size_t kMaxLine = std::size_t{1} << 16;
constexpr std::size_t kMaxName = 200;

constexpr std::array kConvColumns{"Layer name",   "IFMAP Height", "IFMAP Width", "Filter Height",
                                  "Filter Width", "Channels",     "Num Filter",  "Strides"};
constexpr std::array kGemmColumns{"Layer", "M", "N", "K"};

/// A line and where it is from.
struct Row {
  std::string place;  ///< "file:line"
  std::vector<std::string> fields;
};

struct Header {
  LayerKind kind = LayerKind::conv;
  /// Of the width of the stride (conv) or of the batch (gemm).
  std::optional<std::size_t> extra;
};

[[noreturn]] void reject(const Row& row, std::string_view column, std::string_view found,
                         std::string_view allowed) {
  throw InputError(fmt::format("{}: {}: found {}, allowed {}", row.place, column, found, allowed));
}

/// Lower case without blanks and signs.
std::string plain(std::string_view text) {
  std::string letters;
  for (const char c : text) {
    if (c >= 'A' && c <= 'Z') letters += static_cast<char>(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) letters += c;
  }
  return letters;
}

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

bool conv_header(const std::vector<std::string>& names) {
  return names.size() >= kConvColumns.size() && holds(names[1], "ifmap") &&
         holds(names[2], "ifmap") && holds(names[3], "filter") && holds(names[4], "filter") &&
         holds(names[5], "channel") && holds(names[6], "filter") && holds(names[7], "stride");
}

bool gemm_header(const std::vector<std::string>& names) {
  return names.size() >= kGemmColumns.size() && names[1] == "m" && names[2] == "n" &&
         names[3] == "k";
}

Header read_header(const Row& row) {
  std::vector<std::string> names;
  for (const std::string& field : row.fields) names.push_back(plain(field));
  const bool conv = conv_header(names);
  if (!conv && !gemm_header(names)) {
    std::string found;
    for (const std::string& field : row.fields) found += (found.empty() ? "" : ", ") + field;
    reject(row, "header", fmt::format("\"{}\"", printable(found, 120)),
           fmt::format("\"{}\" or \"{}\"", fmt::join(kConvColumns, ", "),
                       fmt::join(kGemmColumns, ", ")));
  }
  Header header;
  header.kind = conv ? LayerKind::conv : LayerKind::gemm;
  const std::size_t first = conv ? kConvColumns.size() : kGemmColumns.size();
  for (std::size_t i = first; i < names.size() && !header.extra; ++i) {
    if (holds(names[i], conv ? "stride" : "batch")) header.extra = i;
  }
  return header;
}

int read_size(const Row& row, std::size_t column, std::string_view name, int most) {
  const std::string allowed = fmt::format("an integer in 1..{}", most);
  if (column >= row.fields.size() || row.fields[column].empty()) {
    reject(row, name, "nothing", allowed);
  }
  const std::string& field = row.fields[column];
  int value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc{} || end != field.data() + field.size() || value < 1 || value > most) {
    reject(row, name, fmt::format("\"{}\"", printable(field)), allowed);
  }
  return value;
}

/// Padding at the end that makes SCALE-Sim's rounding up of the windows out of rounding down.
int end_padding(int in, int kernel, int stride) {
  const int rest = in >= kernel ? (in - kernel) % stride : 0;
  return rest == 0 ? 0 : stride - rest;
}

Conv read_conv(const Row& row, const Header& header) {
  const auto size = [&](std::size_t column, int most) {
    return read_size(row, column, kConvColumns[column], most);
  };
  Conv c;
  c.in_h = size(1, kMaxPixels);
  c.in_w = size(2, kMaxPixels);
  c.kernel_h = size(3, kMaxPixels);
  c.kernel_w = size(4, kMaxPixels);
  c.in_channels = size(5, kMaxSize);
  c.out_channels = size(6, kMaxSize);
  c.stride_h = size(7, kMaxPixels);
  c.stride_w =
      header.extra ? read_size(row, *header.extra, "Stride width", kMaxPixels) : c.stride_h;
  if (c.kernel_h > c.in_h) {
    reject(row, kConvColumns[3], std::to_string(c.kernel_h),
           fmt::format("at most IFMAP Height, {}", c.in_h));
  }
  if (c.kernel_w > c.in_w) {
    reject(row, kConvColumns[4], std::to_string(c.kernel_w),
           fmt::format("at most IFMAP Width, {}", c.in_w));
  }
  c.pad_bottom = end_padding(c.in_h, c.kernel_h, c.stride_h);
  c.pad_right = end_padding(c.in_w, c.kernel_w, c.stride_w);
  if (holds(row.fields[0], "DP")) {
    const std::int64_t filters = std::int64_t{c.in_channels} * c.out_channels;
    if (filters > kMaxSize) {
      reject(row, kConvColumns[6], std::to_string(filters),
             fmt::format("at most {} of all channels", kMaxSize));
    }
    c.groups = c.in_channels;
    c.out_channels = static_cast<int>(filters);
  }
  return c;
}

Gemm read_gemm(const Row& row, const Header& header) {
  Gemm g;
  g.rows = read_size(row, 1, "M", kMaxSize);
  g.n = read_size(row, 2, "N", kMaxSize);
  g.m = read_size(row, 3, "K", kMaxSize);
  if (header.extra) g.products = read_size(row, *header.extra, "Batch", kMaxSize);
  g.activations = g.products > 1;
  return g;
}

Layer read_layer(const Row& row, const Header& header) {
  const bool conv = header.kind == LayerKind::conv;
  const std::string& name = row.fields[0];
  if (name.empty() || name.size() > kMaxName) {
    reject(row, conv ? kConvColumns[0] : kGemmColumns[0],
           name.empty() ? "nothing" : fmt::format("{} bytes", name.size()),
           fmt::format("a name of 1 to {} bytes", kMaxName));
  }
  Layer layer;
  layer.name = name;
  layer.kind = header.kind;
  if (conv) layer.conv = read_conv(row, header);
  if (!conv) layer.gemm = read_gemm(row, header);
  if (const auto fault = find_fault(layer)) reject(row, "layer", fault->found, fault->allowed);
  return layer;
}

Row read_row(std::string_view line, std::string place) {
  Row row{std::move(place), {}};
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.size() > kMaxLine) {
    throw InputError(fmt::format("{}: found a line of {} characters, allowed {}", row.place,
                                 line.size(), kMaxLine));
  }
  if (find_non_text(line) != std::string_view::npos) {
    throw InputError(fmt::format("{}: found bytes that are not text, allowed UTF-8", row.place));
  }
  auto fields = csv_fields(line);
  if (!fields) {
    throw InputError(
        fmt::format("{}: found a quote inside a field or one that is not closed, "
                    "allowed quotes around a field",
                    row.place));
  }
  row.fields = std::move(*fields);
  return row;
}

/// The lines of which some field is not empty.
std::vector<Row> read_rows(const std::string& path) {
  const std::string text = read_text_file(path, kMaxFile);
  std::string_view rest = text;
  if (rest.starts_with("\xef\xbb\xbf")) rest.remove_prefix(3);  // what spreadsheets put in front
  std::vector<Row> rows;
  for (long line = 1; !rest.empty(); ++line) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    Row row = read_row(rest.substr(0, end), fmt::format("{}:{}", printable(path, 400), line));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const bool blank = std::all_of(row.fields.begin(), row.fields.end(),
                                   [](const std::string& field) { return field.empty(); });
    if (!blank) rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

ModelNetwork read_scalesim_csv(const std::string& path) {
  const std::vector<Row> rows = read_rows(path);
  const std::string shown = printable(path, 400);
  if (rows.empty()) throw InputError(shown + ": found an empty file, allowed a header and layers");
  const Header header = read_header(rows[0]);
  ModelNetwork network;
  network.name = printable(std::filesystem::path(path).stem().string());
  network.source = "SCALE-Sim topology file";
  UniqueNames names;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    Layer layer = read_layer(rows[i], header);
    layer.name = names.add(layer.name);
    layer.needs_dx = i > 1 || header.kind == LayerKind::gemm;
    network.layers.push_back(std::move(layer));
  }
  if (network.layers.empty()) {
    throw InputError(rows[0].place + ": found no layer behind the header, allowed one or more");
  }
  if (const auto fault = find_fault(network))
    reject(rows[0], "layers", fault->found, fault->allowed);
  return network;
}

}  // namespace gradloom::model
