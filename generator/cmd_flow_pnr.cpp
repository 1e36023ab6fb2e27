// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "flow/place_route.hpp"
#include "flow/results.hpp"
#include "generator/cmd_flow.hpp"
#include "generator/text_file.hpp"

namespace gradloom {
namespace {

struct Options {
  FlowOptions flow;
  flow::PlaceOptions place;
};

int run(const Options& options) {
  require_writable(options.flow.json);
  flow::find_device(options.place.device);
  const flow::Design design = flow::prepare_design(options.flow.config, options.flow.out);
  const flow::Placed placed = flow::place_and_route(design, options.place);
  fmt::print("{}", flow::placed_text(design, options.place, placed));
  flow::write_result(design, "pnr-" + options.place.device, true,
                     flow::placed_json(options.place, placed), options.flow.json);
  return 0;
}

}  // namespace

void add_flow_pnr(CLI::App& flow, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      flow.add_subcommand("pnr", "Place and route on an iCE40 by nextpnr: Fmax, utilization");
  add_flow_options(*command, options->flow);
  command->add_option("--device", options->place.device, "up5k or hx8k; default up5k");
  command->add_option("--package", options->place.package, "default sg48 or ct256");
  command->add_option("--seed", options->place.seed, "of the placer; default 1")
      ->check(CLI::Range(1, 1 << 30));
  command->add_flag("--bitstream", options->place.bitstream, "also a .bin by icepack");
  command->footer(
      "Example:\n  gradloom flow pnr -c examples/configs/gl2x2_up5k.yaml --device up5k\n"
      "The top module has more pins than a package: it is placed within a shift register, the pin "
      "harness, whose cells are counted apart.");
  command->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace gradloom
