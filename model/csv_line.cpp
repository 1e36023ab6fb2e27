// SPDX-License-Identifier: Apache-2.0
#include "model/csv_line.hpp"

#include <csv.h>

#include <new>

namespace gradloom::model {
namespace {

class Parser {
 public:
  Parser() {
    if (csv_init(&state_, CSV_STRICT | CSV_STRICT_FINI) != 0) throw std::bad_alloc();
  }
  ~Parser() { csv_free(&state_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  bool parse(std::string_view line, std::vector<std::string>& fields) {
    return csv_parse(&state_, line.data(), line.size(), take_field, nullptr, &fields) ==
               line.size() &&
           csv_fini(&state_, take_field, nullptr, &fields) == 0;
  }

 private:
  static void take_field(void* text, std::size_t size, void* fields) {
    static_cast<std::vector<std::string>*>(fields)->emplace_back(static_cast<const char*>(text),
                                                                 size);
  }

  csv_parser state_{};
};

}  // namespace

std::optional<std::vector<std::string>> csv_fields(std::string_view line) {
  std::vector<std::string> fields;
  Parser parser;
  if (!parser.parse(line, fields)) return std::nullopt;
  return fields;
}

}  // namespace gradloom::model
