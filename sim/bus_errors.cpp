// SPDX-License-Identifier: Apache-2.0
#include "sim/bus_errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "generator/config_yaml.hpp"
#include "sim/axi_registers.hpp"
#include "sim/bus_stage.hpp"
#include "sim/prng.hpp"

namespace gradloom {
namespace {

constexpr std::uint64_t kResetStream = 0xA426;
constexpr std::uint64_t kStormStream = 0xA427;

// --- errors of the bus

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

// --- accesses during a run

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

std::uint32_t read_at(BusStage& stage, std::uint32_t offset) {
  return stage.dev().read(stage.dev().user, offset);
}

void require_running(BusStage& stage) {
  require((read_at(stage, GRADLOOM_RUN_STATUS) & GRADLOOM_RUN_RUNNING) != 0, "the run has ended");
}

void storm_during_run(BusStage& stage, const Config& config, std::uint64_t seed, int storm) {
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
void refused_write_during_run(BusStage& stage) {
  stage.configure(stage.scene().good());
  stage.start();
  const AxiLiteAnswer answer = stage.bench().access({true, GRADLOOM_RUN_STATUS, 0xFFFFFFFF, 0xF});
  require(answer.response == AxiResponse::slverr, "a write of RUN_STATUS is not refused");
  stage.expect_end();
  stage.check(SceneStores::all, "a refused write during the run");
}

// --- interrupts

// A run, good or not, with each setting of IRQ_ENABLE.
void check_interrupts(BusStage& stage) {
  BusList bad = stage.scene().good();
  set_field(bad.front(), DescriptorKind::load, "version", 0);
  for (const bool good : {true, false}) {
    const std::uint32_t raised = good ? GRADLOOM_IRQ_DONE : GRADLOOM_IRQ_ERROR;
    for (std::uint32_t enabled = 0; enabled < 4; ++enabled) {
      const std::string name = fmt::format("{} run, IRQ_ENABLE {}", good ? "good" : "bad", enabled);
      gradloom_irq_enable(&stage.dev(), enabled);
      stage.configure(good ? stage.scene().good() : bad);
      stage.start();
      wait_for_end(stage.bench(), kBusRunCycles);
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

}  // namespace

BusErrorCount check_bad_lists(const Config& config, const std::filesystem::path& library,
                              const BusErrorOptions& options) {
  BusStage stage(config, library, options);
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
  BusStage stage(config, library, options);
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

BusErrorCount check_resets(const Config& config, const std::filesystem::path& library,
                           const BusErrorOptions& options, int count) {
  BusStage stage(config, library, options);
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
    BusStage stage(config, library, more);
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
