// SPDX-License-Identifier: Apache-2.0
// Options that several subcommands have.
#include <map>
#include <string>
#include <vector>

#include "generator/commands.hpp"

namespace gradloom {

CLI::Range size_range() { return CLI::Range(1, 1 << 24); }

void add_layer_options(CLI::App& command, Op& op, Schedule& schedule, bool* step) {
  static const std::map<std::string, Op> ops{
      {"fprop", Op::fprop}, {"dgrad", Op::dgrad}, {"wgrad", Op::wgrad}, {"backward", Op::backward}};
  static const std::map<std::string, Schedule> schedules{{"interleaved", Schedule::interleaved},
                                                         {"separate", Schedule::separate},
                                                         {"serial", Schedule::serial}};
  std::string text = "fprop, dgrad, wgrad or backward (dgrad and wgrad); default backward";
  std::vector<std::string> names{"fprop", "dgrad", "wgrad", "backward"};
  if (step != nullptr) {
    names.emplace_back("step");
    text += "; step: training steps of a network, with host.bus axi";
  }
  command
      .add_option_function<std::string>(
          "--op",
          [&op, step](const std::string& name) {
            if (name == "step") {
              *step = true;
            } else {
              op = ops.at(name);
            }
          },
          text)
      ->check(CLI::IsMember(names).description(""));
  command
      .add_option("--schedule", schedule, "interleaved, separate or serial; default interleaved")
      ->transform(CLI::CheckedTransformer(schedules).description(""));
}

void add_loop_order(CLI::App& command, golden::LoopOrder& order) {
  static const std::map<std::string, golden::LoopOrder> orders{{"fixed", golden::LoopOrder::fixed},
                                                               {"best", golden::LoopOrder::best}};
  command
      .add_option("--loop-order", order,
                  "of the commands of a layer larger than the buffers: fixed, or best, with the "
                  "fewest words to and from memory; default fixed")
      ->transform(CLI::CheckedTransformer(orders).description(""));
}

}  // namespace gradloom
