// SPDX-License-Identifier: Apache-2.0
// Channels of the bus that stop: the time-outs of sim/bus_errors.hpp.
#include <fmt/format.h>

#include "sim/bus_errors.hpp"
#include "sim/bus_stage.hpp"

namespace gradloom {
namespace {

constexpr std::uint32_t kTimeout = 300;
constexpr std::int64_t kTimeoutSlack = 4;
constexpr int kOutstanding = 8;

struct StopCase {
  const char* name;
  AxiChannel channel;
};

constexpr StopCase kStops[] = {{"AR", AxiChannel::ar},
                               {"R", AxiChannel::r},
                               {"AW", AxiChannel::aw},
                               {"W", AxiChannel::w},
                               {"B", AxiChannel::b}};

void expect_start_refused(BusStage& stage) {
  require(gradloom_start(&stage.dev()) == GRADLOOM_E_BUSY, "the driver starts while draining");
  const AxiLiteAnswer answer =
      stage.bench().access({true, GRADLOOM_CONTROL, GRADLOOM_CONTROL_START, 0xF});
  require(answer.response == AxiResponse::slverr, "START while draining is not refused");
}

// The other side of the bus stops answering for good; the run ends with a time-out; START is
// refused until everything outstanding came after all.
bool time_out(BusStage& stage, const StopCase& stop, std::int64_t after) {
  stage.configure(stage.scene().good());
  require(gradloom_set_timeout(&stage.dev(), kTimeout) == GRADLOOM_OK, "TIMEOUT");
  stage.memory().add_stop({stop.channel, AxiUnit::cycle, stage.memory().cycle() + after});
  stage.start();
  stage.run_to_interrupt();
  const std::int64_t quiet = stage.bench().quiet_cycles();
  const SceneRun run = wait_for_end(stage.bench(), kBusRunCycles);
  if (run.result == GRADLOOM_OK) {  // the stop comes too late to matter
    stage.bench().idle(after);
    stage.memory().resume();
    gradloom_irq_clear(&stage.dev(), kIrqBoth);
    return false;
  }
  stage.expect_error(GRADLOOM_ERR_TIMEOUT, -1);
  require(run.status.index <= BusScene::kEnd, "the index of a time-out is not one of the list");
  require(quiet >= kTimeout && quiet <= kTimeout + kTimeoutSlack,
          fmt::format("a time-out of {} cycles came after {}", kTimeout, quiet));
  stage.check(SceneStores::partly, "after the time-out");
  require(run.status.draining == 1, "nothing drains after a time-out");
  expect_start_refused(stage);
  require(gradloom_reset(&stage.dev(), 0, nullptr, nullptr, 20) == GRADLOOM_E_BOUND,
          "SOFT_RESET ends the draining of a bus that does not answer");
  expect_start_refused(stage);
  return true;
}

// Never times out; the answer comes late.
void late_answer(BusStage& stage, const StopCase& stop) {
  stage.configure(stage.scene().good());
  require(gradloom_set_timeout(&stage.dev(), 0) == GRADLOOM_OK, "TIMEOUT");
  stage.memory().add_stop({stop.channel, AxiUnit::cycle, stage.memory().cycle() + 100});
  stage.start();
  stage.bench().idle(5 * kTimeout);
  stage.memory().resume();
  const SceneRun run = wait_for_end(stage.bench(), kBusRunCycles);
  require(run.result == GRADLOOM_OK, "a run without time-out ended with an error");
  stage.check(SceneStores::all, "after a late answer");
  gradloom_irq_clear(&stage.dev(), kIrqBoth);
}

// Address, data and answer of a write each come late, together later than a time-out: each
// handshake alone holds it off.
void late_by_turns(BusStage& stage) {
  constexpr AxiChannel kChannels[] = {AxiChannel::aw, AxiChannel::w, AxiChannel::b};
  constexpr std::uint32_t kLong = 1000;  // many times what the memory takes by itself
  constexpr std::int64_t kQuiet = 600;
  const auto stop_from = [&](std::size_t first) {
    for (std::size_t i = first; i < std::size(kChannels); ++i) {
      stage.memory().add_stop({kChannels[i], AxiUnit::cycle, stage.memory().cycle()});
    }
  };
  stage.configure(stage.scene().good());
  require(gradloom_set_timeout(&stage.dev(), kLong) == GRADLOOM_OK, "TIMEOUT");
  stop_from(0);
  stage.start();
  for (std::size_t i = 0; i < std::size(kChannels); ++i) {
    while (stage.bench().quiet_cycles() < kQuiet && !stage.bench().irq()) stage.bench().cycle();
    require(!stage.bench().irq(), "a time-out though something moved in time");
    stage.memory().resume();
    stop_from(i + 1);
    while (stage.bench().quiet_cycles() >= kQuiet && !stage.bench().irq()) stage.bench().cycle();
  }
  const SceneRun run = wait_for_end(stage.bench(), kBusRunCycles);
  require(run.result == GRADLOOM_OK, "a run with late writes ended with an error");
  stage.check(SceneStores::all, "after late writes");
  gradloom_irq_clear(&stage.dev(), kIrqBoth);
}

// FORCE while reads are outstanding, and the other side was not reset: what comes late has the old
// id, and is taken for nothing.
void late_reads(BusStage& stage) {
  constexpr std::int64_t kLoading = 120;
  stage.configure(stage.scene().good());
  stage.memory().add_stop({AxiChannel::r, AxiUnit::cycle, stage.memory().cycle() + kLoading});
  stage.start();
  stage.bench().idle(2 * kLoading);  // all that can be asked for has been
  require(gradloom_reset(&stage.dev(), 1, nullptr, nullptr, 20) == GRADLOOM_OK, "FORCE");
  gradloom_irq_clear(&stage.dev(), kIrqBoth);
  stage.memory().resume();
  stage.expect_good();
}

}  // namespace

BusErrorCount check_timeouts(const Config& config, const std::filesystem::path& library,
                             const BusErrorOptions& options) {
  constexpr std::int64_t kAfter[] = {0, 150, 400, 900};
  BusStage stage(config, library, options);
  for (const StopCase& stop : kStops) {
    for (const std::int64_t after : kAfter) {
      stage.run_case(fmt::format("{} stops after {} cycles, answers late", stop.name, after), [&] {
        if (time_out(stage, stop, after)) stage.expect_new_ids();
        stage.memory().resume();
        stage.expect_drained();
        stage.expect_good();
      });
      stage.run_case(fmt::format("{} stops after {} cycles, FORCE", stop.name, after), [&] {
        time_out(stage, stop, after);
        stage.bench().begin_memory_reset();
        require(gradloom_reset(&stage.dev(), 1, nullptr, nullptr, 20) == GRADLOOM_OK,
                "FORCE does not end the draining");
        stage.memory().resume();
        stage.bench().end_memory_reset();
        stage.expect_good();
      });
    }
    stage.run_case(fmt::format("{} stops for a while, no time-out", stop.name), [&] {
      late_answer(stage, stop);
      stage.expect_good();
    });
  }
  // Only where every address is accepted soon: it may not be taken back.
  const AxiMemoryOptions& memory = options.bench.memory;
  if (memory.stalls.ar == 0 && memory.read_capacity > kOutstanding) {
    stage.run_case("answers that come after FORCE", [&] { late_reads(stage); });
  }
  // Of a memory that takes an address before its data.
  BusErrorOptions calm = options;
  calm.bench.memory = {};
  calm.bench.memory.data_bits = config.data_bits;
  BusStage writes(config, library, calm);
  writes.run_case("address, data and answer of a write are late by turns", [&] {
    late_by_turns(writes);
    writes.expect_good();
  });
  BusErrorCount count = stage.finish();
  count += writes.finish();
  return count;
}

}  // namespace gradloom
