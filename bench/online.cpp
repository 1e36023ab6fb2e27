// SPDX-License-Identifier: Apache-2.0
// Training with short batches: cycles a sample of a whole step with both gradients interleaved and
// the weights updated in the PEs, against separate gradient passes that write dW and a separate
// update pass over W and dW. Closed form, which equals the counters of the RTL
// (tests/golden_training_test.cpp); the bus is left out on both sides. Prints a Markdown table.
//   online CONFIG WIDTH WIDTH...
#include <fmt/format.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "generator/config_yaml.hpp"
#include "golden/command.hpp"
#include "golden/error.hpp"
#include "golden/timing.hpp"

namespace gradloom {
namespace {

using golden::Command;

std::int64_t cycles(const Config& config, const Command& command) {
  if (golden::check(config, command) != Status::ok) {
    throw InputError(
        fmt::format("{}x{} at batch {} does not fit the buffers", command.m, command.n, command.b));
  }
  return golden::cost(config, command)[Counter::cycles];
}

/// fprop of a layer through the forward lane. The place of what it writes does not change its time.
Command forward(int m, int n, int b) {
  Command command = golden::make_command(Op::fprop, Schedule::interleaved, m, n, b);
  command.training.post = command.training.to_y = true;
  return command;
}

/// Both gradients, or wgrad alone in the first layer.
Command backward(const Config& config, bool first, Schedule schedule, bool update, int m, int n,
                 int b) {
  Command command = golden::make_command(first ? Op::wgrad : Op::backward, schedule, m, n, b);
  command.training.update = update;
  command.training.bgrad = true;
  command.training.post = !first;
  const int tiles = (n + config.cols - 1) / config.cols;
  command.training.next_base = static_cast<std::uint32_t>(tiles * b);
  return command;
}

/// An update pass that reads a row of a tile of W and dW and writes the new one, in every cycle,
/// and takes four cycles for the last one.
std::int64_t update_pass(const Config& config, int m, int n) {
  const std::int64_t tiles = (n + config.cols - 1) / config.cols;
  return tiles * m + 4;
}

struct Step {
  std::int64_t interleaved = 0;
  std::int64_t separate = 0;
};

Step step(const Config& config, const std::vector<int>& widths, int batch) {
  Step all;
  for (std::size_t k = 0; k + 1 < widths.size(); ++k) {
    const int m = widths[k];
    const int n = widths[k + 1];
    const bool first = k == 0;
    const std::int64_t fprop = cycles(config, forward(m, n, batch));
    all.interleaved +=
        fprop + cycles(config, backward(config, first, Schedule::interleaved, true, m, n, batch));
    all.separate +=
        fprop + cycles(config, backward(config, first, Schedule::separate, false, m, n, batch)) +
        update_pass(config, m, n);
  }
  return all;
}

int run(const std::string& config_file, const std::vector<int>& widths) {
  const Config config = load_config(config_file);
  if (!config.training.built) throw InputError(config_file + ": training: found nothing");
  std::string name;
  for (const int width : widths) name += (name.empty() ? "" : "-") + std::to_string(width);
  fmt::print(
      "{} on {}x{}, cycles a sample of a training step\n\n"
      "| batch | interleaved, update in the PEs | separate passes, update pass | ratio |\n"
      "|---|---|---|---|\n",
      name, config.rows, config.cols);
  for (const int batch : {1, 2, 3, 4, 8, 16, 32}) {
    const Step s = step(config, widths, batch);
    fmt::print("| {} | {:.1f} | {:.1f} | {:.2f} |\n", batch,
               static_cast<double>(s.interleaved) / batch, static_cast<double>(s.separate) / batch,
               static_cast<double>(s.separate) / static_cast<double>(s.interleaved));
  }
  return 0;
}

}  // namespace
}  // namespace gradloom

int main(int argc, char** argv) {
  if (argc < 4) {
    fmt::print(stderr, "usage: online CONFIG WIDTH WIDTH...\n");
    return 2;
  }
  std::vector<int> widths;
  for (int i = 2; i < argc; ++i) widths.push_back(std::atoi(argv[i]));
  try {
    return gradloom::run(argv[1], widths);
  } catch (const gradloom::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return static_cast<int>(error.code());
  }
}
