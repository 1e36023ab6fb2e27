// SPDX-License-Identifier: Apache-2.0
#include "sim/run_counters.hpp"

namespace gradloom {

void add_counters(gradloom_run_counters& sum, const gradloom_run_counters& run) {
  sum.run_cycles += run.run_cycles;
  sum.compute_cycles += run.compute_cycles;
  sum.load_cycles += run.load_cycles;
  sum.drain_cycles += run.drain_cycles;
  sum.bus_cycles += run.bus_cycles;
  sum.read_beats += run.read_beats;
  sum.write_beats += run.write_beats;
  sum.fetch_beats += run.fetch_beats;
}

nlohmann::ordered_json counters_json(const gradloom_run_counters& counters) {
  return {{"run_cycles", counters.run_cycles},   {"compute_cycles", counters.compute_cycles},
          {"load_cycles", counters.load_cycles}, {"drain_cycles", counters.drain_cycles},
          {"bus_cycles", counters.bus_cycles},   {"read_beats", counters.read_beats},
          {"write_beats", counters.write_beats}, {"fetch_beats", counters.fetch_beats}};
}

}  // namespace gradloom
