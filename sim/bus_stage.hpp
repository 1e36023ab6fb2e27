// SPDX-License-Identifier: Apache-2.0
// The scene of sim/bus_scene.hpp on a bench, and what all cases of sim/bus_errors.hpp do with it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "golden/config.hpp"
#include "sim/axi_bench.hpp"
#include "sim/bus_errors.hpp"
#include "sim/bus_scene.hpp"
#include "sim/harness.hpp"

namespace gradloom {

/// More cycles than any run of these cases takes.
inline constexpr std::int64_t kBusRunCycles = 200'000;
inline constexpr std::uint32_t kIrqBoth = GRADLOOM_IRQ_DONE | GRADLOOM_IRQ_ERROR;

/// Throws CheckError.
void require(bool good, const std::string& what);

/// All that is expected throws CheckError if it is otherwise.
class BusStage {
 public:
  /// Finds the design by the driver and enables both interrupts.
  BusStage(const Config& config, const std::filesystem::path& library,
           const BusErrorOptions& options);

  AxiBench& bench() { return bench_; }
  AxiMemory& memory() { return bench_.memory(); }
  gradloom_device& dev() { return bench_.device(); }
  const BusScene& scene() const { return scene_; }

  void run_to_interrupt();
  bool bus_is_idle() const;
  /// From now on other ids must be seen than in the last good run: after a SOFT_RESET.
  void expect_new_ids() { new_ids_ = true; }

  /// A new case. What goes wrong in it is reported with its name.
  template <typename Do>
  void run_case(const std::string& name, Do action) {
    begin_case(name);
    try {
      action();
    } catch (const CheckError& error) {
      throw CheckError(name + ": " + error.what(), error.mismatches());
    }
  }

  void configure(const BadList& bad);
  /// -1: length and batches of the scene. Not through the driver, which knows what is bad.
  void configure(const BusList& list, int length = -1, int batches = -1,
                 std::optional<std::uint64_t> address = std::nullopt);
  void start();

  /// The run that is under way ends with this error, which also shows as an interrupt. `index` -1:
  /// any.
  SceneRun expect_error(int code, int index);
  /// The same for an error of the bus. Nothing more is asked of the bus then, and what is owed is
  /// sent without strobes; what was offered already stays.
  void expect_bus_error(int code, int index);
  /// The run that is under way ends well.
  SceneRun expect_end();
  /// A good list, from the present state on: everything as ever.
  void expect_good(const BusList& list);
  void expect_good() { expect_good(scene_.good()); }
  /// Draining comes to an end by itself, and then the bus is idle.
  void expect_drained();
  /// Memory holds what `stores` says.
  void check(SceneStores stores, const std::string& what);

  BusErrorCount finish();

 private:
  void begin_case(const std::string& name);
  AxiBenchOptions bench_options(const Config& config) const;
  void expect_counters(const gradloom_run_counters& counters);
  void expect_ids();
  void require_quiet_irq();

  Config config_;
  BusErrorOptions options_;
  BusScene scene_;
  AxiBench bench_;
  BusErrorCount count_;
  std::uint32_t read_phase_ = 0;
  std::uint32_t write_phase_ = 0;
  bool new_ids_ = false;
};

}  // namespace gradloom
