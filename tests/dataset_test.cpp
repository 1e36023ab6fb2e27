// SPDX-License-Identifier: Apache-2.0
#include "sim/dataset.hpp"

#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <numeric>
#include <string>

#include "golden/error.hpp"
#include "tests/temp_dir.hpp"

using gradloom::DataFormat;
using gradloom::Dataset;
using gradloom::InputError;
using gradloom::read_dataset;
using gradloom::split_rows;
using gradloom::test::TempDir;

namespace {

const DataFormat kFormat{3, 4, 16};

std::string gzip(const TempDir& dir, const std::string& text) {
  const std::string path = dir.path("packed");
  gzFile file = gzopen(path.c_str(), "wb");
  REQUIRE(gzwrite(file, text.data(), static_cast<unsigned>(text.size())) > 0);
  REQUIRE(gzclose(file) == Z_OK);
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The message of the InputError that reading `path` gives, without the directory.
std::string error_of(const std::string& path, const DataFormat& format = kFormat) {
  try {
    read_dataset(path, format);
  } catch (const InputError& error) {
    const std::string message = error.what();
    CHECK(error.code() == gradloom::ExitCode::bad_input);
    CHECK(message.find('\n') == std::string::npos);
    REQUIRE(message.starts_with(path));
    return message.substr(path.rfind('/') + 1);
  }
  return "no error";
}

std::string error_in(const std::string& text) {
  const TempDir dir;
  return error_of(dir.write("d.csv", text));
}

/// Neither a crash nor wrong data: the file is refused, or gives what the good one gives.
bool refused_or_same(const std::string& path, const Dataset& good) {
  try {
    const Dataset data = read_dataset(path, kFormat);
    return data.values == good.values && data.labels == good.labels;
  } catch (const InputError&) {
    return true;
  }
}

}  // namespace

TEST_CASE("plain text and gzip give the same rows") {
  const TempDir dir;
  const std::string text = "0,1,2,3\r\n 16 , 2.5,\t0,0\n1,1,1,1";
  const Dataset plain = read_dataset(dir.write("d.csv", text), kFormat);
  CHECK(plain.features == 3);
  CHECK(plain.rows() == 3);
  CHECK(plain.values == std::vector<float>{0, 1, 2, 16, 2.5, 0, 1, 1, 1});
  CHECK(plain.labels == std::vector<int>{3, 0, 1});
  const std::string packed = gzip(dir, text);
  for (const char* name : {"d.csv.gz", "compressed_but_named_otherwise"}) {
    const Dataset unpacked = read_dataset(dir.write(name, packed), kFormat);
    CHECK(unpacked.values == plain.values);
    CHECK(unpacked.labels == plain.labels);
  }
}

TEST_CASE("rows longer than the read buffer are put together") {
  const TempDir dir;
  const int features = 100'000;
  std::string row;
  for (int i = 0; i < features; ++i) row += std::to_string(i % 17) + ",";
  const Dataset data =
      read_dataset(dir.write("d.csv", row + "1\n" + row + "0\n"), {features, 2, 16});
  CHECK(data.labels == std::vector<int>{1, 0});
  CHECK(data.values[12'345] == static_cast<float>(12'345 % 17));
  CHECK(data.values.back() == static_cast<float>(99'999 % 17));
}

TEST_CASE("every defect of a row names line, column, what was found and what is allowed") {
  const std::string good = "0,1,2,3\n";
  CHECK(error_in(good + "1,2,3\n") ==
        "d.csv:2: column 3: found 3 values in the row, allowed 4: 3 features and a label");
  CHECK(error_in(good + good + "1,2,3,1,1,1\n") ==
        "d.csv:3: column 5: found 6 values in the row, allowed 4: 3 features and a label");
  CHECK(error_in(good + "1,two,3,1\n") ==
        "d.csv:2: column 2: found two, allowed a number in 0..16");
  CHECK(error_in(good + "1,2,,1\n") ==
        "d.csv:2: column 3: found nothing, allowed a number in 0..16");
  CHECK(error_in(good + "17,2,3,1\n") == "d.csv:2: column 1: found 17, allowed a number in 0..16");
  CHECK(error_in(good + "1,2,3,4\n") ==
        "d.csv:2: column 4: found 4, allowed a label, an integer in 0..3");
  CHECK(error_in(good + "1,2,3,1.0\n") ==
        "d.csv:2: column 4: found 1.0, allowed a label, an integer in 0..3");
  CHECK(error_in(good + "\n" + good) ==
        "d.csv:2: column 1: found an empty row, allowed 4: 3 features and a label");
  for (const char* value : {"-1", "nan", "inf", "1e999", "0x1", "1 2", "1;", "+1", "\"1\""}) {
    CAPTURE(value);
    CHECK(error_in(good + value + ",2,3,1\n").find("d.csv:2: column 1: found ") == 0);
  }
  for (const char* value : {"-1", "99999999999999999999", "", "one"}) {
    CAPTURE(value);
    CHECK(error_in(good + "1,2,3," + value + "\n").find("d.csv:2: column 4: found ") == 0);
  }
}

TEST_CASE("bytes that are no text do not get into the message") {
  const std::string message = error_in(std::string("\x1b[2J\0\xff,1,2,3\n", 12));
  CHECK(message == "d.csv:1: column 1: found ?[2J??, allowed a number in 0..16");
}

TEST_CASE("a line of any length is refused without reading all of it") {
  CHECK(error_in("0,1,2,3\n" + std::string(1'000'000, '1')) ==
        "d.csv:2: found a line of more than 256 characters, allowed 256");
}

TEST_CASE("files that are no data") {
  const TempDir dir;
  CHECK(error_of(dir.path()).ends_with(": found a directory, allowed a file"));
  CHECK(error_of(dir.path("none.csv")) == "none.csv: cannot be read: No such file or directory");
  const std::string empty = ":1: found an empty file, allowed at least 2 rows of 4 values";
  CHECK(error_of(dir.write("e.csv", "")) == "e.csv" + empty);
  CHECK(error_of(dir.write("e.csv.gz", "")) == "e.csv.gz" + empty);
  CHECK(error_of(dir.write("one.csv", "0,1,2,3\n")) ==
        "one.csv:2: found the end after 1 row, allowed at least 2 rows of 4 values");
  CHECK(error_of(dir.write("t.csv.gz", "0,1,2,3\n0,1,2,3\n")) ==
        "t.csv.gz: found no gzip header, allowed gzip data");
}

TEST_CASE("truncated gzip is refused at every length") {
  const TempDir dir;
  const std::string packed = gzip(dir, "0,1,2,3\n4,5,6,1\n7,8,9,2\n");
  for (std::size_t length = 0; length < packed.size(); ++length) {
    CAPTURE(length);
    CHECK(error_of(dir.write("d.csv.gz", packed.substr(0, length))) != "no error");
  }
  CHECK(error_of(dir.write("d.csv.gz", packed.substr(0, packed.size() - 1))) ==
        "d.csv.gz:1: the gzip data is truncated");
}

TEST_CASE("corrupt gzip is refused, or harmless, whichever bit flips") {
  const TempDir dir;
  std::string packed = gzip(dir, "0,1,2,3\n4,5,6,1\n7,8,9,2\n");
  const Dataset good = read_dataset(dir.write("d.csv.gz", packed), kFormat);
  for (std::size_t bit = 0; bit < 8 * packed.size(); ++bit) {
    CAPTURE(bit);
    packed[bit / 8] = static_cast<char>(packed[bit / 8] ^ (1 << (bit % 8)));
    CHECK(refused_or_same(dir.write("d.csv.gz", packed), good));
    packed[bit / 8] = static_cast<char>(packed[bit / 8] ^ (1 << (bit % 8)));
  }
}

TEST_CASE("the digits of the example") {
  const Dataset digits =
      read_dataset(GRADLOOM_TEST_ROOT "/examples/data/optdigits.csv.gz", {64, 10, 16});
  CHECK(digits.rows() == 1797);
  std::array<int, 10> counts{};
  for (const int label : digits.labels) ++counts.at(static_cast<std::size_t>(label));
  CHECK(counts == std::array<int, 10>{178, 182, 177, 183, 181, 182, 181, 179, 174, 180});
  CHECK(*std::max_element(digits.values.begin(), digits.values.end()) == 16);
  CHECK(digits.values[2] == 5);  // 0,0,5,13,...
}

TEST_CASE("a split holds each row once and depends on the seed only") {
  const gradloom::Split split = split_rows(1797, 20, 7);
  CHECK(split.held_out.size() == 359);
  std::vector<int> all = split.train;
  all.insert(all.end(), split.held_out.begin(), split.held_out.end());
  CHECK_FALSE(std::is_sorted(all.begin(), all.end()));
  std::sort(all.begin(), all.end());
  std::vector<int> expected(1797);
  std::iota(expected.begin(), expected.end(), 0);
  CHECK(all == expected);
  CHECK(split_rows(1797, 20, 7).train == split.train);
  CHECK(split_rows(1797, 20, 8).train != split.train);
}

TEST_CASE("a split leaves a row on both sides") {
  for (const int percent : {1, 50, 90}) {
    const gradloom::Split split = split_rows(2, percent, 1);
    CHECK(split.train.size() == 1);
    CHECK(split.held_out.size() == 1);
  }
  CHECK(split_rows(9, 20, 1).held_out.size() == 2);  // 1.8
  CHECK_THROWS_AS(split_rows(1, 20, 1), InputError);
}

TEST_CASE("a split is the same on every platform") {
  // By another implementation of mt19937_64 and of the shuffle: 6 5 2 4 3 1 0 7.
  CHECK(split_rows(8, 25, 1).held_out == std::vector<int>{6, 5});
}
