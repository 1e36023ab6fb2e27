// SPDX-License-Identifier: Apache-2.0
#include "sim/bus_stage.hpp"

#include <fmt/format.h>

#include "generator/config_yaml.hpp"

namespace gradloom {

void require(bool good, const std::string& what) {
  if (!good) throw CheckError(what, {});
}

BusErrorCount& BusErrorCount::operator+=(const BusErrorCount& other) {
  cases += other.cases;
  cycles += other.cycles;
  checks += other.checks;
  return *this;
}

BusStage::BusStage(const Config& config, const std::filesystem::path& library,
                   const BusErrorOptions& options)
    : config_(config),
      options_(options),
      scene_(config, options.bench.seed),
      bench_(config, library, bench_options(config)) {
  require(gradloom_probe(&bench_.device()) == GRADLOOM_OK, "the driver does not know the design");
  gradloom_irq_enable(&bench_.device(), kIrqBoth);
}

void BusStage::run_to_interrupt() {
  for (std::int64_t i = 0; i < kBusRunCycles && !bench_.irq(); ++i) bench_.cycle();
}

bool BusStage::bus_is_idle() const {
  return bench_.reads_under_way() == 0 && bench_.writes_under_way() == 0;
}

void BusStage::begin_case(const std::string& name) {
  if (options_.progress) options_.progress(name);
  ++count_.cases;
}

void BusStage::configure(const BadList& bad) {
  configure(bad.list, bad.length, bad.batches, bad.address);
}

void BusStage::configure(const BusList& list, int length, int batches,
                         std::optional<std::uint64_t> address) {
  scene_.fill(bench_, list);
  const std::uint64_t at = address.value_or(scene_.list_address());
  const auto set = [&](std::uint32_t offset, std::uint64_t value) {
    dev().write(dev().user, offset, static_cast<std::uint32_t>(value));
  };
  set(GRADLOOM_LIST_ADDR_LO, at);
  set(GRADLOOM_LIST_ADDR_HI, at >> 32);
  set(GRADLOOM_LIST_LENGTH, length >= 0 ? static_cast<std::uint64_t>(length) : list.size());
  set(GRADLOOM_BATCHES, static_cast<std::uint64_t>(batches >= 0 ? batches : BusScene::kIterations));
}

void BusStage::start() {
  require(gradloom_start(&dev()) == GRADLOOM_OK, "START: the driver says busy");
}

SceneRun BusStage::expect_error(int code, int index) {
  run_to_interrupt();
  const bool ended = code < GRADLOOM_ERR_READ_SLVERR;
  require(!ended || bus_is_idle(), "the error is shown while bursts are under way");
  const SceneRun run = wait_for_end(bench_, kBusRunCycles);
  require(run.result == GRADLOOM_E_RUN,
          fmt::format("expected error {} ({}), the run ended well", code,
                      gradloom_error_name(static_cast<std::uint32_t>(code))));
  require(run.status.code == static_cast<std::uint32_t>(code),
          fmt::format("expected error {} ({}), got {} ({}) at {}", code,
                      gradloom_error_name(static_cast<std::uint32_t>(code)), run.status.code,
                      gradloom_error_name(run.status.code), run.status.index));
  if (index >= 0) {
    require(run.status.index == static_cast<std::uint32_t>(index),
            fmt::format("expected the error at descriptor {}, got {}", index, run.status.index));
  }
  require(run.status.done == 0 && run.status.running == 0,
          "RUN_STATUS: error with done or running");
  require(bench_.irq(), "irq_o is 0 after an error");
  require(gradloom_irq_take(&dev()) == GRADLOOM_IRQ_ERROR, "IRQ_STATUS is not that of an error");
  require_quiet_irq();
  count_.checks += 6;
  return run;
}

void BusStage::expect_bus_error(int code, int index) {
  run_to_interrupt();
  const AxiCounts before = memory().counts();
  expect_error(code, index);
  expect_drained();
  const AxiCounts after = memory().counts();
  require(
      after.read_bursts <= before.read_bursts + 1 && after.write_bursts <= before.write_bursts + 1,
      "bursts are begun after the error");
  require(after.write_bytes <= before.write_bytes + beat_bytes(config_),
          "data are written after the error");
  count_.checks += 2;
}

SceneRun BusStage::expect_end() {
  run_to_interrupt();
  require(bus_is_idle(), "bursts are under way at the end of a good run");
  const SceneRun run = wait_for_end(bench_, kBusRunCycles);
  require(run.result == GRADLOOM_OK,
          fmt::format("a good list ended with {} ({}) at {}", run.status.code,
                      gradloom_error_name(run.status.code), run.status.index));
  require(bench_.irq(), "irq_o is 0 after a good run");
  require(gradloom_irq_take(&dev()) == GRADLOOM_IRQ_DONE, "IRQ_STATUS is not that of a good run");
  require_quiet_irq();
  require(run.status.error == 0 && run.status.running == 0 && run.status.draining == 0,
          "RUN_STATUS: done with error, running or draining");
  count_.checks += 5;
  return run;
}

void BusStage::expect_good(const BusList& list) {
  configure(list);
  start();
  const SceneRun run = expect_end();
  require(run.status.iteration + 1 == BusScene::kIterations, "ITERATION after a good run");
  check(SceneStores::all, "a good list afterwards");
  if (list == scene_.good()) expect_counters(run.counters);
  expect_ids();
}

void BusStage::expect_drained() {
  struct Idle {
    static int call(void* bench) {
      static_cast<AxiBench*>(bench)->idle(20);
      return 0;
    }
  };
  gradloom_status status{};
  for (int looks = 0;; ++looks) {
    gradloom_poll(&dev(), &status);
    if (status.draining == 0) break;
    require(looks < 1000, "draining does not end");
    Idle::call(&bench_);
  }
  require(bus_is_idle(), "draining is 0, but bursts are under way");
  ++count_.checks;
}

void BusStage::check(SceneStores stores, const std::string& what) {
  count_.checks += scene_.check(bench_, stores, what);
}

BusErrorCount BusStage::finish() {
  bench_.finish();
  count_.cycles = bench_.cycles();
  count_.checks += bench_.checks();
  return count_;
}

AxiBenchOptions BusStage::bench_options(const Config& config) const {
  AxiBenchOptions bench = options_.bench;
  bench.config_hash = config_hash(config);
  bench.memory.base = scene_.base();
  bench.memory.bytes = scene_.bytes();
  return bench;
}

void BusStage::expect_counters(const gradloom_run_counters& counters) {
  const auto same = [](const char* name, std::uint64_t expected, std::uint64_t got) {
    require(expected == got, fmt::format("{}: expected {}, got {}", name, expected, got));
  };
  same("READ_BEATS", scene_.read_beats(), counters.read_beats);
  same("WRITE_BEATS", scene_.write_beats(), counters.write_beats);
  same("COMPUTE_CYCLES", scene_.compute_cycles(), counters.compute_cycles);
  count_.checks += 3;
}

// Bit 1 of ARID and bit 0 of AWID change with a SOFT_RESET, so that late answers can be told.
void BusStage::expect_ids() {
  const std::uint32_t read = bench_.last_read_id() >> 1;
  const std::uint32_t write = bench_.last_write_id();
  require(!new_ids_ || (read != read_phase_ && write != write_phase_),
          "ids after SOFT_RESET are those from before");
  read_phase_ = read;
  write_phase_ = write;
  new_ids_ = false;
}

void BusStage::require_quiet_irq() {
  require(!bench_.irq(), "irq_o is 1 after IRQ_STATUS was cleared");
}

}  // namespace gradloom
