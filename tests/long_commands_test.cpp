// SPDX-License-Identifier: Apache-2.0
#include "sim/long_commands.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "generator/config_yaml.hpp"
#include "golden/command.hpp"
#include "sim/region.hpp"

namespace gradloom {
namespace {

using golden::Command;

Config make(const std::string& more) { return parse_config("name: t\n" + more, "t.yaml"); }

std::vector<Command> commands_of(const LongPrograms& all) {
  std::vector<Command> commands;
  for (const Program& program : all.programs) {
    for (const Step& step : program) {
      if (const auto* run = std::get_if<RunCommand>(&step)) commands.push_back(run->command);
    }
  }
  return commands;
}

// Largest tile counts and batch of the good commands of an operation.
struct Most {
  int mt = 0;
  int nt = 0;
  std::uint32_t b = 0;
};

Most most_of(const Config& config, const std::vector<Command>& commands, Op op) {
  Most most;
  for (const Command& c : commands) {
    if (c.op != static_cast<int>(op) || golden::check(config, c) != Status::ok) continue;
    const golden::Tiling tiles = golden::tiling(config, c);
    most = {std::max(most.mt, tiles.mt), std::max(most.nt, tiles.nt), std::max(most.b, c.b)};
  }
  return most;
}

TEST_CASE("every operation counts as far as limits and buffers let it") {
  const Config config = make(
      "array: {rows: 4, cols: 2}\nnumbers: {operand_bits: 4, accumulator_bits: 20}\n"
      "buffers: {x: 128, delta: 128, w: 256, y: 128, dx: 128, dw: 128}\n");
  const LongPrograms all = long_programs(config, 1);
  REQUIRE(all.programs.size() == 5);
  const std::vector<Command> commands = commands_of(all);
  CHECK(commands.size() == static_cast<std::size_t>(all.commands));
  // Rows of a tile are words of W and DW; 256 or 128 words hold 64 or 32 tiles of 4 rows.
  CHECK(most_of(config, commands, Op::fprop).mt == 64);
  CHECK(most_of(config, commands, Op::wgrad).mt >= 28);
  for (const Op op : {Op::fprop, Op::dgrad, Op::wgrad, Op::backward}) {
    CHECK(most_of(config, commands, op).nt >= 112);
    CHECK(most_of(config, commands, op).b == 128);
  }
}

TEST_CASE("good commands end with the last words of their buffers, bad ones come beside them") {
  const Config config = make(
      "array: {rows: 2, cols: 3}\nnumbers: {operand_bits: 4, accumulator_bits: 16, "
      "overflow: wrap}\nbuffers: {x: 40, delta: 36, w: 33, y: 30, dx: 27, dw: 35}\n");
  int good = 0;
  int refused = 0;
  for (Command c : commands_of(long_programs(config, 2))) {
    if (golden::check(config, c) != Status::ok) {
      ++refused;
      continue;
    }
    ++good;
    for (const BaseUse& use : base_uses(config, c)) {
      CHECK(static_cast<int>(*use.base) + use.words == depth(config, use.buffer));
    }
  }
  CHECK(good > 80);
  CHECK(refused > 2 * good);
}

TEST_CASE("operands fill their buffers once, and what no operation uses stays away") {
  const Config config = make(
      "array: {rows: 2, cols: 2}\nnumbers: {operand_bits: 4, accumulator_bits: 16}\n"
      "operations: [fprop]\nbuffers: {x: 16, w: 8, y: 16}\n");
  const LongPrograms all = long_programs(config, 1);
  REQUIRE(all.programs.size() == 2);
  int written = 0;
  for (const Step& step : all.programs[0]) written += std::holds_alternative<HostAccess>(step);
  CHECK(written == 2 * 16 + 2 * 8);
  int read = 0;
  for (const Step& step : all.programs[1]) {
    const auto* access = std::get_if<HostAccess>(&step);
    if (access == nullptr) continue;
    CHECK_FALSE(access->write);
    CHECK(access->sel == static_cast<std::uint32_t>(select_code(Buffer::y)));
    ++read;
  }
  CHECK(read > 200);
}

TEST_CASE("large arrays have none") {
  CHECK(long_programs(make("array: {rows: 16, cols: 16}\n"
                           "numbers: {operand_bits: 8, accumulator_bits: 32}\n"),
                      1)
            .programs.empty());
}

}  // namespace
}  // namespace gradloom
