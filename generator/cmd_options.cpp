// SPDX-License-Identifier: Apache-2.0
// Options that several subcommands have.
#include <map>
#include <string>

#include "generator/commands.hpp"

namespace gradloom {

CLI::Range size_range() { return CLI::Range(1, 1 << 24); }

void add_layer_options(CLI::App& command, Op& op, Schedule& schedule) {
  static const std::map<std::string, Op> ops{
      {"fprop", Op::fprop}, {"dgrad", Op::dgrad}, {"wgrad", Op::wgrad}, {"backward", Op::backward}};
  static const std::map<std::string, Schedule> schedules{{"interleaved", Schedule::interleaved},
                                                         {"separate", Schedule::separate},
                                                         {"serial", Schedule::serial}};
  command
      .add_option("--op", op, "fprop, dgrad, wgrad or backward (dgrad and wgrad); default backward")
      ->transform(CLI::CheckedTransformer(ops).description(""));
  command
      .add_option("--schedule", schedule, "interleaved, separate or serial; default interleaved")
      ->transform(CLI::CheckedTransformer(schedules).description(""));
}

}  // namespace gradloom
