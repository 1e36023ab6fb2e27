// SPDX-License-Identifier: Apache-2.0
#include "sim/bus_errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "generator/config_yaml.hpp"
#include "sim/axi_registers.hpp"
#include "sim/prng.hpp"

namespace gradloom {
namespace {

constexpr std::uint64_t kResetStream = 0xA426;
constexpr std::uint64_t kStormStream = 0xA427;
constexpr std::int64_t kRunCycles = 200'000;  // more than any run here takes
constexpr std::uint32_t kTimeout = 300;
constexpr std::int64_t kTimeoutSlack = 4;
constexpr int kOutstanding = 8;
constexpr std::uint32_t kIrqBoth = GRADLOOM_IRQ_DONE | GRADLOOM_IRQ_ERROR;

[[noreturn]] void fail(const std::string& what) { throw CheckError(what, {}); }

void require(bool good, const std::string& what) {
  if (!good) fail(what);
}

// The scene on a bench, and what all cases do with it.
class Stage {
 public:
  Stage(const Config& config, const std::filesystem::path& library, const BusErrorOptions& options)
      : config_(config),
        options_(options),
        scene_(config, options.bench.seed),
        bench_(config, library, bench_options(config)) {
    require(gradloom_probe(&bench_.device()) == GRADLOOM_OK, "the driver does not know the design");
    gradloom_irq_enable(&bench_.device(), kIrqBoth);
  }

  AxiBench& bench() { return bench_; }
  AxiMemory& memory() { return bench_.memory(); }
  gradloom_device& dev() { return bench_.device(); }
  const BusScene& scene() const { return scene_; }

  void run_to_interrupt() {
    for (std::int64_t i = 0; i < kRunCycles && !bench_.irq(); ++i) bench_.cycle();
  }
  bool bus_is_idle() const {
    return bench_.reads_under_way() == 0 && bench_.writes_under_way() == 0;
  }
  // From now on other ids must be seen than in the last good run: after a SOFT_RESET.
  void expect_new_ids() { new_ids_ = true; }

  // A new case. What goes wrong in it is reported with its name.
  template <typename Do>
  void run_case(const std::string& name, Do action) {
    if (options_.progress) options_.progress(name);
    ++count_.cases;
    try {
      action();
    } catch (const CheckError& error) {
      throw CheckError(fmt::format("{}: {}", name, error.what()), error.mismatches());
    }
  }

  void configure(const BadList& bad) { configure(bad.list, bad.length, bad.batches, bad.address); }
  void configure(const BusList& list, int length = -1, int batches = -1,
                 std::optional<std::uint64_t> address = std::nullopt) {
    scene_.fill(bench_, list);
    const std::uint64_t at = address.value_or(scene_.list_address());
    // Not through the driver, which knows that length or batches are bad.
    const auto set = [&](std::uint32_t offset, std::uint64_t value) {
      dev().write(dev().user, offset, static_cast<std::uint32_t>(value));
    };
    set(GRADLOOM_LIST_ADDR_LO, at);
    set(GRADLOOM_LIST_ADDR_HI, at >> 32);
    set(GRADLOOM_LIST_LENGTH, length >= 0 ? static_cast<std::uint64_t>(length) : list.size());
    set(GRADLOOM_BATCHES,
        static_cast<std::uint64_t>(batches >= 0 ? batches : BusScene::kIterations));
  }
  void start() { require(gradloom_start(&dev()) == GRADLOOM_OK, "START: the driver says busy"); }

  // The run that is under way ends with this error, which also shows as an interrupt.
  SceneRun expect_error(int code, int index) {
    run_to_interrupt();
    const bool ended = code < GRADLOOM_ERR_READ_SLVERR;
    require(!ended || bus_is_idle(), "the error is shown while bursts are under way");
    const SceneRun run = wait_for_end(bench_, kRunCycles);
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

  // The same for an error of the bus. Nothing more is asked of the bus then, and what is owed is
  // sent without strobes; what was offered already stays.
  void expect_bus_error(int code, int index) {
    run_to_interrupt();
    const AxiCounts before = memory().counts();
    expect_error(code, index);
    expect_drained();
    const AxiCounts after = memory().counts();
    require(after.read_bursts <= before.read_bursts + 1 &&
                after.write_bursts <= before.write_bursts + 1,
            "bursts are begun after the error");
    require(after.write_bytes <= before.write_bytes + beat_bytes(config_),
            "data are written after the error");
    count_.checks += 2;
  }

  // The run that is under way ends well.
  SceneRun expect_end() {
    run_to_interrupt();
    require(bus_is_idle(), "bursts are under way at the end of a good run");
    const SceneRun run = wait_for_end(bench_, kRunCycles);
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

  // A good list, from the present state on: everything as ever.
  void expect_good(const BusList& list) {
    configure(list);
    start();
    const SceneRun run = expect_end();
    require(run.status.iteration + 1 == BusScene::kIterations, "ITERATION after a good run");
    check(SceneStores::all, "a good list afterwards");
    if (list == scene_.good()) expect_counters(run.counters);
    expect_ids();
  }
  void expect_good() { expect_good(scene_.good()); }

  void check(SceneStores stores, const std::string& what) {
    count_.checks += scene_.check(bench_, stores, what);
  }

  // Draining comes to an end by itself, and then the bus is idle.
  void expect_drained() {
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

  BusErrorCount finish() {
    bench_.finish();
    count_.cycles = bench_.cycles();
    count_.checks += bench_.checks();
    return count_;
  }

 private:
  AxiBenchOptions bench_options(const Config& config) const {
    AxiBenchOptions bench = options_.bench;
    bench.config_hash = config_hash(config);
    bench.memory.base = scene_.base();
    bench.memory.bytes = scene_.bytes();
    return bench;
  }

  void expect_counters(const gradloom_run_counters& counters) {
    const auto same = [](const char* name, std::uint64_t expected, std::uint64_t got) {
      require(expected == got, fmt::format("{}: expected {}, got {}", name, expected, got));
    };
    same("READ_BEATS", scene_.read_beats(), counters.read_beats);
    same("WRITE_BEATS", scene_.write_beats(), counters.write_beats);
    same("COMPUTE_CYCLES", scene_.compute_cycles(), counters.compute_cycles);
    count_.checks += 3;
  }

  // Bit 1 of ARID and bit 0 of AWID change with a SOFT_RESET, so that late answers can be told.
  void expect_ids() {
    const std::uint32_t read = bench_.last_read_id() >> 1;
    const std::uint32_t write = bench_.last_write_id();
    require(!new_ids_ || (read != read_phase_ && write != write_phase_),
            "ids after SOFT_RESET are those from before");
    read_phase_ = read;
    write_phase_ = write;
    new_ids_ = false;
  }

  void require_quiet_irq() { require(!bench_.irq(), "irq_o is 1 after IRQ_STATUS was cleared"); }

  Config config_;
  BusErrorOptions options_;
  BusScene scene_;
  AxiBench bench_;
  BusErrorCount count_;
  std::uint32_t read_phase_ = 0;
  std::uint32_t write_phase_ = 0;
  bool new_ids_ = false;
};

// --- errors of the bus
// ----------------------------------------------------------------------------

struct FaultCase {
  std::string name;
  AxiFault fault;
  int code;  // of SLVERR; DECERR is one more
  int index;
  SceneStores stores;
};

AxiFault fault_at(AxiDirection direction, std::uint64_t address, std::uint64_t bytes) {
  AxiFault fault;
  fault.direction = direction;
  fault.address = address;
  fault.bytes = bytes;
  return fault;
}

std::vector<FaultCase> fault_cases(const BusScene& scene) {
  std::vector<FaultCase> cases;
  for (int index = 0; index <= BusScene::kEnd; ++index) {
    const std::uint64_t address =
        scene.list_address() + static_cast<std::uint64_t>(index) * kDescriptorBytes;
    for (const std::uint64_t offset : {0U, kDescriptorBytes - 1U}) {
      cases.push_back({fmt::format("descriptor {}, byte {}", index, offset),
                       fault_at(AxiDirection::read, address + offset, 1), 33, index,
                       index > BusScene::kStore ? SceneStores::partly : SceneStores::none});
    }
  }
  cases.push_back({"the first beat of X", fault_at(AxiDirection::read, scene.x_address(), 1), 33,
                   BusScene::kLoadX, SceneStores::none});
  cases.push_back({"the last beat of W", fault_at(AxiDirection::read, scene.w_address() + 1, 1), 33,
                   BusScene::kLoadW, SceneStores::none});
  cases.push_back({"the first beat of Y", fault_at(AxiDirection::write, scene.y_address(), 1), 35,
                   BusScene::kStore, SceneStores::partly});
  cases.push_back({"a later iteration of Y",
                   fault_at(AxiDirection::write, scene.y_address() + scene.y_bytes() / 3, 1), 35,
                   BusScene::kStore, SceneStores::partly});
  return cases;
}

// --- time-outs
// ------------------------------------------------------------------------------------

struct StopCase {
  const char* name;
  AxiChannel channel;
};

constexpr StopCase kStops[] = {{"AR", AxiChannel::ar},
                               {"R", AxiChannel::r},
                               {"AW", AxiChannel::aw},
                               {"W", AxiChannel::w},
                               {"B", AxiChannel::b}};

void expect_start_refused(Stage& stage) {
  require(gradloom_start(&stage.dev()) == GRADLOOM_E_BUSY, "the driver starts while draining");
  const AxiLiteAnswer answer =
      stage.bench().access({true, GRADLOOM_CONTROL, GRADLOOM_CONTROL_START, 0xF});
  require(answer.response == AxiResponse::slverr, "START while draining is not refused");
}

// The other side of the bus stops answering for good; the run ends with a time-out; START is
// refused until everything outstanding came after all.
bool time_out(Stage& stage, const StopCase& stop, std::int64_t after) {
  stage.configure(stage.scene().good());
  require(gradloom_set_timeout(&stage.dev(), kTimeout) == GRADLOOM_OK, "TIMEOUT");
  stage.memory().add_stop({stop.channel, AxiUnit::cycle, stage.memory().cycle() + after});
  stage.start();
  stage.run_to_interrupt();
  const std::int64_t quiet = stage.bench().quiet_cycles();
  const SceneRun run = wait_for_end(stage.bench(), kRunCycles);
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
void late_answer(Stage& stage, const StopCase& stop) {
  stage.configure(stage.scene().good());
  require(gradloom_set_timeout(&stage.dev(), 0) == GRADLOOM_OK, "TIMEOUT");
  stage.memory().add_stop({stop.channel, AxiUnit::cycle, stage.memory().cycle() + 100});
  stage.start();
  stage.bench().idle(5 * kTimeout);
  stage.memory().resume();
  const SceneRun run = wait_for_end(stage.bench(), kRunCycles);
  require(run.result == GRADLOOM_OK, "a run without time-out ended with an error");
  stage.check(SceneStores::all, "after a late answer");
  gradloom_irq_clear(&stage.dev(), kIrqBoth);
}

// Address, data and answer of a write each come late, together later than a time-out: each
// handshake alone holds it off.
void late_by_turns(Stage& stage) {
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
  const SceneRun run = wait_for_end(stage.bench(), kRunCycles);
  require(run.result == GRADLOOM_OK, "a run with late writes ended with an error");
  stage.check(SceneStores::all, "after late writes");
  gradloom_irq_clear(&stage.dev(), kIrqBoth);
}

// --- accesses during a run
// ------------------------------------------------------------------------

// Endless enough: the good list with as many iterations as can be asked for, which all use the same
// memory.
BusList long_list(const BusScene& scene) {
  BusList list = scene.good();
  for (const int index : {BusScene::kLoadX, BusScene::kStore, BusScene::kAhead}) {
    DescriptorWords& words = list.at(static_cast<std::size_t>(index));
    const auto kind = index == BusScene::kStore ? DescriptorKind::store : DescriptorKind::load;
    set_field(words, kind, "iteration_stride", 0);
  }
  return list;
}

std::uint32_t read_at(Stage& stage, std::uint32_t offset) {
  return stage.dev().read(stage.dev().user, offset);
}

void require_running(Stage& stage) {
  require((read_at(stage, GRADLOOM_RUN_STATUS) & GRADLOOM_RUN_RUNNING) != 0, "the run has ended");
}

void storm_during_run(Stage& stage, const Config& config, std::uint64_t seed, int storm) {
  constexpr int kMaxBatches = 65535;
  stage.configure(long_list(stage.scene()), -1, kMaxBatches);
  require(gradloom_clear_counters(&stage.dev()) == GRADLOOM_OK, "CLEAR");
  stage.start();
  RegisterModel model(config, config_hash(config));
  Prng prng = make_prng(seed, kStormStream);
  for (int i = 0; i < storm; ++i) {
    AxiLiteAccess access = random_access(model, prng);
    if (access.write && below(prng, 8) == 0) access = {true, GRADLOOM_CONTROL, 1, 0xF};  // START
    model.carry_out(access, true, false);
    stage.bench().host().add(access);
  }
  while (!stage.bench().host().idle()) stage.bench().cycle();
  for (const AxiLiteAnswer& answer : stage.bench().host().take_answers()) {
    const bool refused = model.refused(answer.access, true, false);
    require((answer.response == AxiResponse::slverr) == refused,
            fmt::format("{} 0x{:03x} during a run: response {}",
                        answer.access.write ? "write of" : "read of", answer.access.address,
                        static_cast<int>(answer.response)));
  }
  require_running(stage);
  const std::uint32_t errors = read_at(stage, GRADLOOM_HOST_ERRORS);
  require(errors == model.errors(),
          fmt::format("HOST_ERRORS is {} after {} refused accesses", errors, model.errors()));
  require(gradloom_reset(&stage.dev(), 0, nullptr, nullptr, 1000) == GRADLOOM_OK,
          "SOFT_RESET does not come to an end");
  gradloom_irq_enable(&stage.dev(), kIrqBoth);
  gradloom_irq_clear(&stage.dev(), kIrqBoth);
}

// Every bit of the data of a write may stand at the registers for as long as the run lasts.
void refused_write_during_run(Stage& stage) {
  stage.configure(stage.scene().good());
  stage.start();
  const AxiLiteAnswer answer = stage.bench().access({true, GRADLOOM_RUN_STATUS, 0xFFFFFFFF, 0xF});
  require(answer.response == AxiResponse::slverr, "a write of RUN_STATUS is not refused");
  stage.expect_end();
  stage.check(SceneStores::all, "a refused write during the run");
}

// --- interrupts
// -----------------------------------------------------------------------------------

// A run, good or not, with each setting of IRQ_ENABLE.
void check_interrupts(Stage& stage) {
  BusList bad = stage.scene().good();
  set_field(bad.front(), DescriptorKind::load, "version", 0);
  for (const bool good : {true, false}) {
    const std::uint32_t raised = good ? GRADLOOM_IRQ_DONE : GRADLOOM_IRQ_ERROR;
    for (std::uint32_t enabled = 0; enabled < 4; ++enabled) {
      const std::string name = fmt::format("{} run, IRQ_ENABLE {}", good ? "good" : "bad", enabled);
      gradloom_irq_enable(&stage.dev(), enabled);
      stage.configure(good ? stage.scene().good() : bad);
      stage.start();
      wait_for_end(stage.bench(), kRunCycles);
      require(stage.bench().irq() == ((enabled & raised) != 0), name + ": irq_o");
      require(gradloom_irq_status(&stage.dev()) == raised, name + ": IRQ_STATUS");
      gradloom_irq_enable(&stage.dev(), kIrqBoth);
      require(stage.bench().irq(), name + ": irq_o does not follow IRQ_ENABLE");
      gradloom_irq_clear(&stage.dev(), kIrqBoth & ~raised);
      require(stage.bench().irq(), name + ": another bit of IRQ_STATUS was cleared");
      gradloom_irq_clear(&stage.dev(), raised);
      require(!stage.bench().irq(), name + ": irq_o does not follow IRQ_STATUS");
    }
  }
}

// --- late answers
// ---------------------------------------------------------------------------------

// FORCE while reads are outstanding, and the other side was not reset: what comes late has the old
// id, and is taken for nothing.
void late_reads(Stage& stage) {
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

BusErrorCount& BusErrorCount::operator+=(const BusErrorCount& other) {
  cases += other.cases;
  cycles += other.cycles;
  checks += other.checks;
  return *this;
}

BusErrorCount check_bad_lists(const Config& config, const std::filesystem::path& library,
                              const BusErrorOptions& options) {
  Stage stage(config, library, options);
  stage.run_case("a good list", [&] { stage.expect_good(); });
  for (const BadList& bad : bad_lists(config, stage.scene(), options.bench.seed)) {
    stage.run_case(bad.name, [&] {
      stage.configure(bad);
      stage.start();
      stage.expect_error(bad.code, bad.index);
      stage.expect_drained();
      stage.check(bad.stores, "after the error");
      stage.expect_good();
    });
  }
  for (const BadList& list : edge_lists(config, stage.scene())) {
    stage.run_case(list.name, [&] {
      stage.configure(list);
      if (list.address) stage.memory().bytes().write(*list.address, list_bytes(list.list));
      stage.start();
      stage.expect_end();
      if (!list.address) stage.check(SceneStores::none, "after the run");
      stage.expect_good();
    });
  }
  return stage.finish();
}

BusErrorCount check_bus_errors(const Config& config, const std::filesystem::path& library,
                               const BusErrorOptions& options) {
  Stage stage(config, library, options);
  for (const FaultCase& c : fault_cases(stage.scene())) {
    for (const AxiResponse response : {AxiResponse::slverr, AxiResponse::decerr}) {
      const bool decode = response == AxiResponse::decerr;
      stage.run_case(fmt::format("{} at {}", decode ? "DECERR" : "SLVERR", c.name), [&] {
        AxiFault fault = c.fault;
        fault.response = response;
        stage.configure(stage.scene().good());
        stage.memory().add_fault(fault);
        stage.start();
        stage.expect_bus_error(c.code + (decode ? 1 : 0), c.index);
        stage.check(c.stores, "after the error");
        stage.memory().clear_faults();
        stage.expect_good();
      });
    }
  }
  // What is fetched ahead and not needed: behind END, and behind NEXT while it goes back.
  stage.run_case("an error behind END", [&] {
    const std::uint64_t end = stage.scene().list_address() +
                              stage.scene().good().size() * std::uint64_t{kDescriptorBytes};
    stage.memory().add_fault(fault_at(AxiDirection::read, end, 4096));
    stage.expect_good();
    BusList longer = stage.scene().good();
    longer.insert(longer.end(), 3, DescriptorWords{});
    stage.expect_good(longer);
    stage.memory().clear_faults();
  });
  return stage.finish();
}

BusErrorCount check_timeouts(const Config& config, const std::filesystem::path& library,
                             const BusErrorOptions& options) {
  constexpr std::int64_t kAfter[] = {0, 150, 400, 900};
  Stage stage(config, library, options);
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
  Stage writes(config, library, calm);
  writes.run_case("address, data and answer of a write are late by turns", [&] {
    late_by_turns(writes);
    writes.expect_good();
  });
  BusErrorCount count = stage.finish();
  count += writes.finish();
  return count;
}

BusErrorCount check_resets(const Config& config, const std::filesystem::path& library,
                           const BusErrorOptions& options, int count) {
  Stage stage(config, library, options);
  Prng prng = make_prng(options.bench.seed, kResetStream);
  std::int64_t length = 0;
  stage.run_case("a good list", [&] {
    length = stage.bench().cycles();
    stage.expect_good();
    length = stage.bench().cycles() - length;
  });
  const auto run_for_a_while = [&] {
    const auto cycles = static_cast<std::int64_t>(below(prng, static_cast<std::uint64_t>(length)));
    stage.configure(stage.scene().good());
    stage.start();
    stage.bench().idle(cycles);
    return cycles;
  };
  for (int i = 0; i < count; ++i) {
    stage.run_case(fmt::format("rst_ni, number {}", i), [&] {
      run_for_a_while();
      stage.bench().reset(1 + static_cast<int>(below(prng, 3)));
      gradloom_irq_enable(&stage.dev(), kIrqBoth);
      stage.check(SceneStores::partly, "after the reset");
      stage.expect_good();
    });
    stage.run_case(fmt::format("SOFT_RESET, number {}", i), [&] {
      run_for_a_while();
      require(gradloom_reset(&stage.dev(), 0, nullptr, nullptr, 2000) == GRADLOOM_OK,
              "draining does not end");
      require(stage.bus_is_idle(), "draining is 0, but bursts are under way");
      gradloom_irq_clear(&stage.dev(), kIrqBoth);
      require(gradloom_poll(&stage.dev(), nullptr) == GRADLOOM_E_NO_RUN, "RUN_STATUS is not 0");
      stage.check(SceneStores::partly, "after the reset");
      stage.expect_new_ids();
      stage.expect_good();
    });
    stage.run_case(fmt::format("FORCE, number {}", i), [&] {
      run_for_a_while();
      stage.bench().begin_memory_reset();
      stage.bench().idle(static_cast<std::int64_t>(below(prng, 30)));
      require(gradloom_reset(&stage.dev(), 1, nullptr, nullptr, 20) == GRADLOOM_OK, "FORCE");
      gradloom_irq_clear(&stage.dev(), kIrqBoth);
      stage.bench().end_memory_reset();
      stage.expect_new_ids();
      stage.expect_good();
    });
  }
  return stage.finish();
}

BusErrorCount check_register_bus(const Config& config, const std::filesystem::path& library,
                                 const BusErrorOptions& options, int storm) {
  BusErrorCount count;
  for (const int outstanding : {1, 4}) {
    BusErrorOptions more = options;
    more.bench.host_outstanding = outstanding;
    more.bench.host_stalls = outstanding == 1 ? options.bench.host_stalls : 25;
    Stage stage(config, library, more);
    stage.bench().reset(2);
    std::int64_t answers = 0;
    stage.run_case("registers", [&] {
      answers =
          check_registers(stage.bench(), config, config_hash(config), options.bench.seed, storm);
    });
    stage.run_case("interrupts", [&] { check_interrupts(stage); });
    stage.run_case("a refused write during a run", [&] { refused_write_during_run(stage); });
    stage.run_case("accesses during a run", [&] {
      storm_during_run(stage, config, options.bench.seed, storm);
      stage.expect_good();
    });
    count += stage.finish();
    count.checks += answers;
  }
  return count;
}

}  // namespace gradloom
