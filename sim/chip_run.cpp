// SPDX-License-Identifier: Apache-2.0
#include "sim/chip_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "golden/bus_layout.hpp"
#include "golden/timing.hpp"
#include "sim/bus_scene.hpp"

namespace gradloom {
namespace {

using golden::BusBeat;
using Beats = std::vector<BusBeat>;

[[noreturn]] void fail(const std::string& what) { throw CheckError(what, {}); }

// The beats of the bus by engine: what the low bit of the id says of a read.
struct Traffic {
  Beats loads;
  Beats stores;
  Beats fetches;
};

BusBeat to_beat(const AxiWord& word) {
  BusBeat beat;
  beat.address = word.address;
  beat.strobe = word.direction == AxiDirection::write ? word.strobe : 0;
  for (std::size_t i = 0; i < beat.data.size(); ++i) {
    beat.data[i] = static_cast<std::uint8_t>(word.data[i / 4] >> (8 * (i % 4)));
  }
  return beat;
}

Traffic sort_traffic(const std::vector<AxiWord>& words) {
  Traffic traffic;
  for (const AxiWord& word : words) {
    if (word.direction == AxiDirection::write) {
      traffic.stores.push_back(to_beat(word));
    } else {
      ((word.id & 1) != 0 ? traffic.loads : traffic.fetches).push_back(to_beat(word));
    }
  }
  return traffic;
}

std::string text_of(const BusBeat& beat, std::size_t bytes) {
  std::string text = fmt::format("0x{:x}: ", beat.address);
  for (std::size_t i = bytes; i-- > 0;) text += fmt::format("{:02x}", beat.data[i]);
  return text;
}

// Data of words that nothing had written are not compared.
bool same(const BusBeat& expected, const BusBeat& got, std::size_t bytes, bool store) {
  if (expected.address != got.address || (store && expected.strobe != got.strobe)) return false;
  for (std::size_t i = 0; i < bytes; ++i) {
    const bool known = !store || (expected.defined >> i & 1) != 0;
    if (known && expected.data[i] != got.data[i]) return false;
  }
  return true;
}

void compare_beats(const char* engine, const Beats& expected, const Beats& got, std::size_t bytes,
                   bool store) {
  const std::size_t count = std::min(expected.size(), got.size());
  for (std::size_t i = 0; i < count; ++i) {
    if (same(expected[i], got[i], bytes, store)) continue;
    fail(fmt::format("{} beat {}, descriptor {}: expected {}, got {}", engine, i, expected[i].index,
                     text_of(expected[i], bytes), text_of(got[i], bytes)));
  }
  if (expected.size() == got.size()) return;
  const std::string next =
      got.size() > count ? text_of(got[count], bytes) : text_of(expected[count], bytes);
  fail(fmt::format("{}: expected {} beats, got {}; the first of the rest is {}", engine,
                   expected.size(), got.size(), next));
}

// Without the descriptors that were fetched in vain: the one behind a NEXT or END, where the golden
// chip goes on elsewhere, or fetches it in its turn.
Beats needed_fetches(const Beats& expected, const Beats& got, std::size_t bytes) {
  const std::size_t descriptor = kDescriptorBytes / bytes;
  Beats needed;
  for (std::size_t i = 0; i < got.size(); i += descriptor) {
    const std::size_t at = needed.size();
    const bool wanted = at < expected.size() && expected[at].address == got[i].address;
    const std::uint64_t last = at > 0 ? needed[at - descriptor].address : 0;
    const bool ahead = last == got[i].address || last + kDescriptorBytes == got[i].address;
    if (!wanted && at > 0 && ahead) continue;
    const std::size_t end = std::min(got.size(), i + descriptor);
    needed.insert(needed.end(), got.begin() + static_cast<std::ptrdiff_t>(i),
                  got.begin() + static_cast<std::ptrdiff_t>(end));
  }
  return needed;
}

void compare_memory(const ChipImage& image, const std::vector<std::uint8_t>& expected,
                    const std::vector<std::uint8_t>& got) {
  const auto [e, g] = std::mismatch(expected.begin(), expected.end(), got.begin());
  if (e == expected.end()) return;
  const auto offset = static_cast<std::uint64_t>(e - expected.begin());
  fail(fmt::format("memory at 0x{:x}: expected 0x{:02x}, got 0x{:02x}", image.base + offset, *e,
                   *g));
}

void compare_counter(const char* name, std::uint64_t expected, std::uint64_t got) {
  if (expected != got) fail(fmt::format("{}: expected {}, got {}", name, expected, got));
}

// Bytes of unwritten words, which a store has written, are whatever the chip has there.
void take_undefined(const ChipImage& image, const Beats& expected, const Beats& got,
                    std::size_t bytes, std::vector<std::uint8_t>& memory) {
  for (std::size_t i = 0; i < std::min(expected.size(), got.size()); ++i) {
    for (std::size_t k = 0; k < bytes; ++k) {
      if ((expected[i].defined >> k & 1) != 0) continue;
      memory.at(expected[i].address - image.base + k) = got[i].data[k];
    }
  }
}

}  // namespace

std::uint64_t compute_cycles(const Config& config, const ChipImage& image) {
  std::int64_t cycles = 0;
  for (const ExecutedDescriptor& done : executed(image)) {
    if (done.descriptor.kind != DescriptorKind::compute) continue;
    cycles += golden::cost(config, done.descriptor.command)[Counter::busy];
  }
  return static_cast<std::uint64_t>(cycles);
}

ChipRunReport run_and_compare(AxiBench& bench, golden::Chip& chip, const ChipImage& image,
                              std::int64_t cycles) {
  const auto bytes = static_cast<std::size_t>(beat_bytes(chip.config()));
  ChipRunReport report;
  if (image.seed) chip.seed(*image.seed);
  golden::RangeMemory memory(image.base, image.bytes);
  report.golden = chip.run(memory, image.list_address, image.list_length, image.batches, {true});

  bench.memory().bytes().write(image.base, image.bytes);
  bench.memory().take_words();
  if (image.seed && gradloom_set_seed(&bench.device(), *image.seed) != GRADLOOM_OK) {
    fail("SEED cannot be set");
  }
  gradloom_irq_enable(&bench.device(), GRADLOOM_IRQ_DONE | GRADLOOM_IRQ_ERROR);
  const SceneRun run =
      run_list(bench, image.list_address, image.list_length, image.batches, cycles);
  const Traffic traffic = sort_traffic(bench.memory().take_words());
  report.counters = run.counters;
  if (run.status.code != static_cast<std::uint32_t>(report.golden.code)) {
    fail(fmt::format("expected the run to end with {}, got {} at descriptor {}",
                     golden::run_code_name(report.golden.code),
                     golden::run_code_name(static_cast<int>(run.status.code)), run.status.index));
  }
  compare_counter("ITERATION", report.golden.iteration, run.status.iteration);

  const golden::RunResult& expected = report.golden;
  const Beats fetches = needed_fetches(expected.fetches, traffic.fetches, bytes);
  compare_beats("fetch", expected.fetches, fetches, bytes, false);
  compare_beats("LOAD", expected.loads, traffic.loads, bytes, false);
  compare_beats("STORE", expected.stores, traffic.stores, bytes, true);
  take_undefined(image, expected.stores, traffic.stores, bytes, memory.bytes());
  report.after.resize(image.bytes.size());
  bench.memory().bytes().read(image.base, report.after);
  compare_memory(image, memory.bytes(), report.after);

  compare_counter("READ_BEATS", expected.load_beats, run.counters.read_beats);
  compare_counter("WRITE_BEATS", expected.store_beats, run.counters.write_beats);
  compare_counter("FETCH_BEATS", traffic.fetches.size(), run.counters.fetch_beats);
  if (report.golden.code == 0) {
    compare_counter("COMPUTE_CYCLES", compute_cycles(chip.config(), image),
                    run.counters.compute_cycles);
    for (const ExecutedDescriptor& done : executed(image)) {
      report.commands += done.descriptor.kind == DescriptorKind::compute ? 1 : 0;
    }
  }
  constexpr int kCounters = 6;
  report.checks = static_cast<std::int64_t>(fetches.size() + traffic.loads.size() +
                                            traffic.stores.size() + report.after.size()) +
                  kCounters;
  report.golden.loads.clear();
  report.golden.stores.clear();
  report.golden.fetches.clear();
  return report;
}

}  // namespace gradloom
