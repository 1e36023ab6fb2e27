// SPDX-License-Identifier: Apache-2.0
// The inputs that the fuzzers have collected, on the readers that they were collected for.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "fuzz/targets.hpp"
#include "generator/text_file.hpp"

namespace fs = std::filesystem;
using namespace gradloom;

TEST_CASE("every input of the corpus is accepted or refused in one line") {
  for (const fuzz::Target& target : fuzz::targets()) {
    CAPTURE(target.name);
    int good = 0;
    int bad = 0;
    std::vector<fs::path> files;
    for (const auto& entry :
         fs::directory_iterator(fs::path(GRADLOOM_TEST_ROOT) / "fuzz/corpus" / target.name)) {
      files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) {
      CAPTURE(file.filename().string());
      const std::string text = read_text_file(file);
      const fuzz::Bytes bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
      bool accepted = false;
      REQUIRE_NOTHROW(accepted = target.run(bytes));
      ++(accepted ? good : bad);
    }
    CHECK(good > 0);
    CHECK(bad > 0);
  }
}

// Deeper than a stack of 8 MB takes, if it were followed by recursion.
TEST_CASE("lists nested beyond all measure are refused") {
  const std::string nested(1'000'000, '[');
  const std::string closed = nested + std::string(nested.size(), ']');
  const auto accepted = [](const char* name, const std::string& text) {
    return fuzz::target(name).run(
        {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  };
  for (const fuzz::Target& target : fuzz::targets()) {
    CAPTURE(target.name);
    CHECK_FALSE(accepted(target.name, nested));
  }
  CHECK_FALSE(accepted("operands", "{\"x\": " + closed + "}"));
  CHECK_FALSE(accepted("operands", "{\"x\": [[1], [" + closed + "]]}"));
  CHECK_FALSE(accepted("manifest", "{\"tool\": " + closed + "}"));
  CHECK_FALSE(accepted("config", "name: " + closed.substr(400'000, 1'200'000)));
}
