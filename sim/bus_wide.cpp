// SPDX-License-Identifier: Apache-2.0
#include "sim/bus_wide.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "golden/chip.hpp"
#include "golden/descriptor.hpp"
#include "sim/bus_list.hpp"
#include "sim/bus_scene.hpp"
#include "sim/wide_lists.hpp"

namespace gradloom {
namespace {

using Kind = DescriptorKind;

constexpr int kChains = 22;  // of each end
constexpr std::int64_t kRunCycles = 1'000'000;

// What the golden chip sees: the memory of the bench as it is, the fault that is also there, and
// over it the beats that the golden chip has written.
class Mirror final : public golden::ByteMemory {
 public:
  Mirror(const SparseBytes& bytes, std::optional<AxiFault> fault) : bytes_(bytes), fault_(fault) {}

  golden::BusAnswer read(std::uint64_t at, std::uint8_t* data, std::size_t count) override {
    const auto found = written_.find(at);
    if (found == written_.end())
      bytes_.read(at, {data, count});
    else
      std::copy(found->second.begin(), found->second.end(), data);
    return answer(AxiDirection::read, at, count);
  }
  golden::BusAnswer write(std::uint64_t at, const std::uint8_t* data, std::size_t count) override {
    written_[at].assign(data, data + count);
    return answer(AxiDirection::write, at, count);
  }

 private:
  golden::BusAnswer answer(AxiDirection direction, std::uint64_t at, std::size_t count) const {
    if (!fault_ || fault_->direction != direction || fault_->address < at ||
        fault_->address - at >= count) {
      return golden::BusAnswer::okay;
    }
    return fault_->response == AxiResponse::decerr ? golden::BusAnswer::decerr
                                                   : golden::BusAnswer::slverr;
  }

  const SparseBytes& bytes_;
  std::map<std::uint64_t, std::vector<std::uint8_t>> written_;
  std::optional<AxiFault> fault_;
};

class Runner {
 public:
  Runner(const Config& config, const std::filesystem::path& library, const AxiBenchOptions& options)
      : config_(config), bench_(config, library, options), chip_(config) {}

  AxiBench& bench() { return bench_; }

  // Both must end alike. Returns the beats of the bus, in the order in which they came.
  std::vector<AxiWord> run(const std::string& name, const WideList& list) {
    ++count_.cases;
    fill(list, bench_.memory().bytes());
    Mirror mirror(bench_.memory().bytes(), list.fault);
    if (list.fault) bench_.memory().add_fault(*list.fault);
    const golden::RunResult expected =
        chip_.run(mirror, list.address, list.length, list.batches, {true});
    bench_.memory().take_words();
    gradloom_irq_enable(&bench_.device(), GRADLOOM_IRQ_DONE | GRADLOOM_IRQ_ERROR);
    const SceneRun got = run_list(bench_, list.address, list.length, list.batches, kRunCycles);
    const std::vector<AxiWord> words = bench_.memory().take_words();
    same(name + ": code", static_cast<std::uint64_t>(expected.code), got.status.code);
    same(name + ": index", expected.error_index, got.status.index);
    same(name + ": ITERATION", expected.iteration, got.status.iteration);
    if (expected.code == 0) compare(name, expected, words);
    drain(name);
    bench_.memory().clear_faults();
    return words;
  }

  // Sets the registers for a list that many runs have in common.
  void set(const WideList& list) {
    gradloom_device& dev = bench_.device();
    if (gradloom_set_list(&dev, list.address, list.length) != GRADLOOM_OK ||
        gradloom_set_batches(&dev, list.batches) != GRADLOOM_OK) {
      throw CheckError("the list cannot be set", {});
    }
    gradloom_irq_enable(&dev, GRADLOOM_IRQ_DONE | GRADLOOM_IRQ_ERROR);
    gradloom_irq_clear(&dev, GRADLOOM_IRQ_DONE | GRADLOOM_IRQ_ERROR);
  }

  // Sets the registers for a list that the driver would refuse.
  void set_raw(const WideList& list) {
    gradloom_device& dev = bench_.device();
    dev.write(dev.user, GRADLOOM_LIST_ADDR_LO, static_cast<std::uint32_t>(list.address));
    dev.write(dev.user, GRADLOOM_LIST_ADDR_HI, static_cast<std::uint32_t>(list.address >> 32));
    dev.write(dev.user, GRADLOOM_LIST_LENGTH, list.length);
  }

  // A run of the list that is set ends with this error at its first descriptor. Few accesses.
  void expect_error(const std::string& name, const WideList& list, int code) {
    ++count_.cases;
    fill(list, bench_.memory().bytes());
    gradloom_device& dev = bench_.device();
    dev.write(dev.user, GRADLOOM_CONTROL, GRADLOOM_CONTROL_START);
    for (std::int64_t i = 0; i < kRunCycles && !bench_.irq(); ++i) bench_.cycle();
    gradloom_status status{};
    gradloom_poll(&dev, &status);
    same(name + ": code", static_cast<std::uint64_t>(code), status.code);
    same(name + ": index", 0, status.index);
    gradloom_irq_clear(&dev, GRADLOOM_IRQ_DONE | GRADLOOM_IRQ_ERROR);
    bench_.memory().take_words();
  }

  BusErrorCount finish() {
    bench_.finish();
    count_.cycles = bench_.cycles();
    count_.checks += bench_.checks();
    return count_;
  }

 private:
  static void fill(const WideList& list, SparseBytes& bytes) {
    for (const auto& [at, data] : list.data) bytes.write(at, data);
    for (const auto& [index, words] : list.descriptors) {
      bytes.write(list.address + std::uint64_t{index} * kDescriptorBytes, list_bytes({words}));
    }
  }

  void same(const std::string& name, std::uint64_t expected, std::uint64_t got) {
    ++count_.checks;
    if (expected == got) return;
    throw CheckError(fmt::format("{}: expected {}, got {}", name, expected, got), {});
  }

  // Descriptors that were fetched in vain are left out: addresses of loads and stores only.
  void compare(const std::string& name, const golden::RunResult& expected,
               const std::vector<AxiWord>& words) {
    std::size_t loads = 0;
    std::size_t stores = 0;
    for (const AxiWord& word : words) {
      const bool store = word.direction == AxiDirection::write;
      if (!store && (word.id & 1) == 0) continue;
      const std::vector<golden::BusBeat>& beats = store ? expected.stores : expected.loads;
      std::size_t& at = store ? stores : loads;
      if (at >= beats.size()) fail(name, store, at, "a beat too many");
      compare_beat(name, beats[at], word, store, at);
      ++at;
    }
    same(name + ": beats of LOAD", expected.loads.size(), loads);
    same(name + ": beats of STORE", expected.stores.size(), stores);
  }

  void compare_beat(const std::string& name, const golden::BusBeat& beat, const AxiWord& word,
                    bool store, std::size_t at) {
    ++count_.checks;
    if (beat.address != word.address) {
      fail(name, store, at,
           fmt::format("expected address 0x{:x}, got 0x{:x}", beat.address, word.address));
    }
    if (store && beat.strobe != word.strobe) fail(name, store, at, "strobes");
    for (std::size_t i = 0; i < static_cast<std::size_t>(beat_bytes(config_)); ++i) {
      const auto got = static_cast<std::uint8_t>(word.data[i / 4] >> (8 * (i % 4)));
      if (store && (beat.defined >> i & 1) == 0) continue;
      if (beat.data[i] != got) fail(name, store, at, "data");
    }
  }

  [[noreturn]] static void fail(const std::string& name, bool store, std::size_t at,
                                const std::string& what) {
    throw CheckError(fmt::format("{}: beat {} of {}: {}", name, at, store ? "STORE" : "LOAD", what),
                     {});
  }

  void drain(const std::string& name) {
    gradloom_status status{};
    for (int looks = 0; looks < 1000; ++looks) {
      gradloom_poll(&bench_.device(), &status);
      if (status.draining == 0) return;
      bench_.idle(20);
    }
    throw CheckError(name + ": draining does not end", {});
  }

  Config config_;
  AxiBench bench_;
  golden::Chip chip_;
  BusErrorCount count_;
};

void run_chains(Runner& runner, WideLists& maker) {
  // The good ones first: after an error it is not said which LOADs behind it have run.
  for (int end = 0; end < 3; ++end) {
    for (int i = 0; i < kChains; ++i) {
      runner.run(fmt::format("chain {}, end {}", i, end), maker.chain(end));
    }
  }
}

// Of an address that is a multiple of a beat.
int lowest_bit(const Config& config) {
  int lowest = 0;
  while ((1 << lowest) < beat_bytes(config)) ++lowest;
  return lowest;
}

void run_bits(Runner& runner, WideLists& maker, const Config& config) {
  constexpr int kMostBits = 47;
  constexpr int kMostBankBits = 30;
  for (int bit = lowest_bit(config); bit <= kMostBits; ++bit) {
    for (const bool by_iteration : {false, true}) {
      const std::optional<WideList> list = maker.far(bit, by_iteration);
      if (!list) continue;
      runner.run(
          fmt::format("2^{} bytes to the last {}", bit, by_iteration ? "iteration" : "block"),
          *list);
    }
  }
  for (int bit = 0; bit <= kMostBankBits; ++bit) {
    runner.run(fmt::format("2^{} words to the last block", bit), maker.deep(bit));
  }
}

// What ends with the last address, and what goes on behind it, by each power of two.
void run_top(Runner& runner, WideLists& maker, int lowest) {
  constexpr int kLoads = 12;
  constexpr int kMostBits = 32;
  constexpr int kMostLog = 15;  // of the length of a list
  for (int i = 0; i < kLoads; ++i) runner.run("LOAD to the last address", maker.top());
  for (int bit = lowest; bit <= kMostBits; ++bit) {
    runner.run(fmt::format("LOAD 2^{} bytes beyond the last address", bit), maker.beyond_top(bit));
  }
  for (int log = 0; log <= kMostLog; ++log) {
    const std::uint32_t count = std::uint32_t{1} << log;
    runner.run(fmt::format("{} descriptors at the last address", count),
               maker.list_at_top(count, 0));
    const WideList beyond = maker.list_at_top(golden::kMaxListLength, count);
    runner.set_raw(beyond);
    runner.expect_error(fmt::format("{} descriptors beyond the last address", count), beyond,
                        static_cast<int>(RunError::bad_list));
  }
}

// Every bit of a descriptor alone, where that makes it bad.
void run_single_bits(Runner& runner, WideLists& maker, const Config& config) {
  WideList list = maker.single({});
  runner.set(list);
  for (const Kind kind : {Kind::end, Kind::load, Kind::store, Kind::compute, Kind::next}) {
    for (int bit = 0; bit < 32 * kDescriptorWords; ++bit) {
      DescriptorWords words = make_descriptor(kind, {});
      words[static_cast<std::size_t>(bit / 32)] ^= 1U << (bit % 32);
      const RunError error = golden::check_descriptor(config, words, {0, list.length, 0});
      if (error == RunError::none) continue;
      list.descriptors[0] = words;
      runner.expect_error(fmt::format("bit {} of kind {}", bit, static_cast<int>(kind)), list,
                          static_cast<int>(error));
    }
  }
}

// END, the last descriptor, is fetched before the LOAD ends. The bus is so slow that the fetch
// often has to wait for one of the bursts of the LOAD.
void run_waiting(Runner& runner, WideLists& maker, const Config& config) {
  constexpr int kTimes = 10;
  for (int i = 0; i < kTimes; ++i) {
    // Enough for all descriptors to be fetched meanwhile.
    const WideList list = maker.waiting(100 + i + 20 * config.queue_depth);
    const std::vector<AxiWord> words = runner.run("COMPUTEs that wait for a LOAD", list);
    const std::uint64_t end = list.address + std::uint64_t{list.length - 1} * kDescriptorBytes;
    std::size_t fetched = words.size();
    std::size_t loaded = 0;
    for (std::size_t k = 0; k < words.size(); ++k) {
      const bool load = (words[k].id & 1) != 0;
      if (load) loaded = k;
      if (!load && words[k].address == end) fetched = std::min(fetched, k);
    }
    if (fetched < loaded) continue;
    throw CheckError("no descriptor is fetched while the one before it waits for its queue", {});
  }
}

}  // namespace

BusErrorCount check_wide_lists(const Config& config, const std::filesystem::path& library,
                               const AxiBenchOptions& options) {
  constexpr int kSlow = 200;  // cycles; as much is outstanding as may be
  AxiBenchOptions plain = options;
  plain.memory = {};
  plain.memory.data_bits = config.data_bits;
  plain.memory.base = options.memory.base;
  plain.memory.bytes = options.memory.bytes;
  plain.memory.read_latency = plain.memory.write_latency = 1;
  plain.memory.record = true;
  AxiBenchOptions slow = plain;
  slow.memory.read_latency = kSlow;
  slow.memory.random_latency = kSlow / 4;
  WideLists maker(config, options.seed);
  BusErrorCount count;
  {
    Runner runner(config, library, options);
    run_chains(runner, maker);
    count += runner.finish();
  }
  {
    Runner runner(config, library, plain);
    run_bits(runner, maker, config);
    // A memory of 2^64 bytes cannot be said.
    if (config.address_bits < 64) run_top(runner, maker, lowest_bit(config));
    run_single_bits(runner, maker, config);
    runner.run("65535 blocks", maker.many_blocks());
    count += runner.finish();
  }
  {
    Runner runner(config, library, slow);
    run_waiting(runner, maker, config);
    count += runner.finish();
  }
  return count;
}

}  // namespace gradloom
