// SPDX-License-Identifier: Apache-2.0
#include "compiler/placement.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "compiler/bank_cache.hpp"
#include "golden/bus_layout.hpp"

namespace gradloom::compiler {
namespace {

std::size_t index(Buffer buffer) { return static_cast<std::size_t>(buffer); }

struct Pinnable {
  Use use;
  int layer_words = 0;
};

void pin_buffer(const Config& config, std::vector<Pinnable> chunks, Buffer buffer, int passing,
                Pins& pins) {
  const int room = depth(config, buffer);
  std::int64_t total = 0;
  int largest = 0;
  for (const Pinnable& chunk : chunks) {
    total += chunk.use.words;
    largest = std::max(largest, chunk.use.words);
  }
  const std::int64_t wanted = total <= room ? 0 : std::int64_t{passing} * largest;
  const int kept = room - static_cast<int>(std::min<std::int64_t>(wanted, room));
  // Small layers first, so that as many commands as can be need no transfer; of a layer the last
  // chunks, so that the first ones can be loaded for the next batch while others compute.
  std::stable_sort(chunks.begin(), chunks.end(), [](const Pinnable& a, const Pinnable& b) {
    const auto rank = [](const Pinnable& p) {
      return std::tuple(p.layer_words, -p.use.chunk.layer, -p.use.chunk.i, -p.use.chunk.j);
    };
    return rank(a) < rank(b);
  });
  int used = 0;
  for (const Pinnable& chunk : chunks) {
    if (used + chunk.use.words > kept) continue;
    used += chunk.use.words;
    pins.base[chunk.use.chunk] = room - used;
  }
  pins.words[index(buffer)] = used;
}

class Placer {
 public:
  Placer(const Config& config, const NetMap& map, const StepList& steps, const Pins& pins,
         const PlaceOptions& options)
      : config_(config), map_(map), steps_(steps), pins_(pins), options_(options) {
    for (int i = 0; i < kBufferCount; ++i) {
      const auto buffer = static_cast<Buffer>(i);
      caches_.emplace_back(depth(config, buffer) - pins.words[index(buffer)]);
    }
    for (std::size_t s = 0; s < steps.steps.size(); ++s) {
      for (const Use& use : steps.steps[s].uses) {
        if (use.reads) reads_[use.chunk].push_back(static_cast<int>(s));
      }
    }
  }

  std::vector<PlacedStep> place() {
    for (std::size_t s = 0; s < steps_.steps.size(); ++s) place_step(static_cast<int>(s));
    drop_dead_stores();
    return std::move(placed_);
  }

 private:
  BankCache& cache(Buffer buffer) { return caches_[index(buffer)]; }

  int next_read(const Chunk& chunk, int after) const {
    const auto found = reads_.find(chunk);
    if (found == reads_.end()) return kNever;
    const auto next = std::upper_bound(found->second.begin(), found->second.end(), after);
    return next == found->second.end() ? kNever : *next;
  }

  void place_step(int s) {
    const Step& step = steps_.steps[static_cast<std::size_t>(s)];
    placed_.emplace_back();
    PlacedStep& placed = placed_.back();
    placed.compute.step = s;
    placed.compute.d.kind = DescriptorKind::compute;
    placed.compute.d.command = step.command;
    std::vector<const Use*> order;
    for (const Use& use : step.uses) order.push_back(&use);
    // What is there stays where it is, so it comes first; then large things before small ones.
    std::stable_sort(order.begin(), order.end(), [this](const Use* a, const Use* b) {
      return std::pair(absent(*a), -a->words) < std::pair(absent(*b), -b->words);
    });
    for (const Use* use : order) find_place(step, *use, s);
    // Loads in the order in which the command needs them: operands before results.
    for (const Use& use : step.uses) add_use(use, s, placed);
  }

  bool absent(const Use& use) {
    return !pins_.base.contains(use.chunk) && cache(use.buffer).find(use.chunk) == nullptr;
  }

  /// After it the chunk has an entry whose last use is s. `missing_` says whether it is empty.
  void find_place(const Step& step, const Use& use, int s) {
    if (pins_.base.contains(use.chunk)) return;
    BankCache& bank = cache(use.buffer);
    BankCache::Entry* entry = use.reads ? bank.find(use.chunk) : nullptr;
    if (entry == nullptr) {
      bank.drop(use.chunk);
      if (!bank.place(use.chunk, use.words, s, use.reads)) squeeze(step, use.buffer, s);
      missing_.insert(use.chunk);
    } else {
      entry->last_use = s;
    }
  }

  /// Room for all that the step has in the buffer: from both ends, for at most two chunks.
  void squeeze(const Step& step, Buffer buffer, int s) {
    BankCache& bank = cache(buffer);
    int low = 0;
    int high = bank.depth();
    bool at_low = true;
    for (const Use& use : step.uses) {
      if (use.buffer != buffer || pins_.base.contains(use.chunk)) continue;
      if (use.words > high - low) throw std::logic_error("no room for a chunk");
      if (use.reads && use.load_area == kNoArea) throw std::logic_error("a chunk cannot move");
      if (!at_low) high -= use.words;
      bank.drop(use.chunk);
      bank.put(use.chunk, use.words, s, at_low ? low : high);
      if (at_low) low += use.words;
      at_low = false;
      missing_.insert(use.chunk);
    }
  }

  void add_use(const Use& use, int s, PlacedStep& placed) {
    const auto pin = pins_.base.find(use.chunk);
    const bool pinned = pin != pins_.base.end();
    int base = 0;
    if (pinned) {
      base = pin->second;
    } else {
      BankCache::Entry& entry = entry_of(use, s);
      base = entry.base;
      if (use.reads) add_loads(use, s, entry, placed);
      if (use.writes) entry.deriv = use.deriv;
      entry.next_use = next_read(use.chunk, s);
    }
    missing_.erase(use.chunk);
    set_base(placed.compute.d.command, use, base);
    note(placed.compute, use, base);
    if (use.store_area != kNoArea && !pinned) add_stores(use, s, base, placed);
  }

  /// Entries just used may have no next use, so they are looked for by this step.
  BankCache::Entry& entry_of(const Use& use, int s) {
    BankCache::Entry* const entry = cache(use.buffer).used_in(use.chunk, s);
    if (entry == nullptr) throw std::logic_error("a chunk has lost its place");
    return *entry;
  }

  void add_loads(const Use& use, int s, BankCache::Entry& entry, PlacedStep& placed) {
    const bool missing = missing_.contains(use.chunk);
    if (missing) add_load(use, use.load_area, s, entry, placed);
    if (use.deriv && (missing || !entry.deriv)) {
      Use codes = use;
      codes.buffer = Buffer::deriv;
      const std::size_t layer = static_cast<std::size_t>(use.load_area) - map_.acts;
      add_load(codes, static_cast<int>(map_.derivs + layer), s, entry, placed);
      entry.deriv = true;
    } else if (missing) {
      entry.deriv = false;
    }
  }

  void add_load(const Use& use, int area, int s, const BankCache::Entry& entry,
                PlacedStep& placed) {
    if (area == kNoArea) throw std::logic_error("a chunk cannot be loaded");
    Event event = transfer_event(config_, map_, DescriptorKind::load, area, use, entry.base);
    event.step = s;
    placed.loads.push_back(event);
    loaded_.insert({area, use.chunk});
    if (!options_.repeats || s > options_.ahead) return;
    const int again = static_cast<int>(steps_.steps.size()) + s;
    caches_[index(use.buffer == Buffer::deriv ? Buffer::x : use.buffer)].reserve(
        {entry.base, entry.words, again});
  }

  void add_stores(const Use& use, int s, int base, PlacedStep& placed) {
    const auto add = [&](const Use& what, int area) {
      Event event = transfer_event(config_, map_, DescriptorKind::store, area, what, base);
      event.step = s;
      placed.stores.push_back(event);
    };
    add(use, use.store_area);
    if (!use.deriv) return;
    Use codes = use;
    codes.buffer = Buffer::deriv;
    add(codes,
        static_cast<int>(map_.derivs + (static_cast<std::size_t>(use.store_area) - map_.acts)));
  }

  static void set_base(golden::Command& command, const Use& use, int base) {
    const auto value = static_cast<std::uint32_t>(base);
    switch (use.field) {
      case BaseField::x: command.bases[index(Buffer::x)] = value; break;
      case BaseField::delta: command.bases[index(Buffer::delta)] = value; break;
      case BaseField::w: command.bases[index(Buffer::w)] = value; break;
      case BaseField::y: command.bases[index(Buffer::y)] = value; break;
      case BaseField::bias: command.training.bias_base = value; break;
      case BaseField::next: command.training.next_base = value; break;
    }
  }

  static void note(Event& compute, const Use& use, int base) {
    compute.accesses.push_back({use.buffer, base, base + use.words, use.writes});
    if (use.deriv) compute.accesses.push_back({Buffer::deriv, base, base + use.words, use.writes});
  }

  /// What goes to memory only to make room, and is not read from there, stays where it is.
  void drop_dead_stores() {
    for (PlacedStep& step : placed_) {
      std::erase_if(step.stores, [this](const Event& event) {
        const auto area = static_cast<std::size_t>(event.area);
        const bool spill = area >= map_.acts && area < map_.scratch;
        return spill && !loaded_.contains({event.area, event.chunk});
      });
    }
  }

  const Config& config_;
  const NetMap& map_;
  const StepList& steps_;
  const Pins& pins_;
  const PlaceOptions& options_;
  std::vector<BankCache> caches_;
  std::map<Chunk, std::vector<int>> reads_;
  std::set<Chunk> missing_;
  std::set<std::pair<int, Chunk>> loaded_;
  std::vector<PlacedStep> placed_;
};

}  // namespace

Pins choose_pins(const Config& config, const NetCut& cut, const NetMap& map, int passing) {
  std::vector<Pinnable> weights;
  std::vector<Pinnable> biases;
  for (int k = 0; k + 1 < static_cast<int>(cut.size()); ++k) {
    const WidthCut& in = cut[static_cast<std::size_t>(k)];
    const WidthCut& out = cut[static_cast<std::size_t>(k) + 1];
    const auto words =
        static_cast<int>(std::min<std::int64_t>(std::int64_t{out.tiles()} * in.width, kNever));
    for (int j = 0; j < out.chunks(); ++j) {
      biases.push_back({bias_use(cut, map, k, j), out.tiles()});
      for (int i = 0; i < in.chunks(); ++i) {
        weights.push_back({weight_use(cut, map, k, i, j), words});
      }
    }
  }
  Pins pins;
  pin_buffer(config, std::move(weights), Buffer::w, passing, pins);
  pin_buffer(config, std::move(biases), Buffer::bias, passing, pins);
  return pins;
}

Event transfer_event(const Config& config, const NetMap& map, DescriptorKind kind, int area,
                     const Use& use, int base) {
  const TensorArea& place = map.areas[static_cast<std::size_t>(area)];
  const auto vector = static_cast<std::uint64_t>(golden::vector_bytes(config, place.buffer));
  const auto number = [](int value) { return static_cast<std::uint32_t>(value); };
  const int last_tile = (place.features - 1) / config.cols;
  Event event;
  event.area = area;
  event.chunk = use.chunk;
  event.d.kind = kind;
  golden::Transfer& t = event.d.transfer;
  t.address = static_cast<std::uint64_t>(use.tile) * tile_bytes(config, place) +
              static_cast<std::uint64_t>(use.vector) * vector;
  t.buffer = number(select_code(place.buffer));
  t.base = number(base);
  t.vectors = number(use.vectors);
  t.blocks = number(use.tiles);
  t.block_stride = static_cast<std::uint32_t>(tile_bytes(config, place));
  t.iteration_stride =
      place.batches > 1 ? static_cast<std::uint32_t>(place.batch_bytes) : std::uint32_t{0};
  t.bank_stride = number(use.vectors);
  t.last_lanes =
      number(use.tile + use.tiles - 1 == last_tile ? place.features - last_tile * config.cols
                                                   : config.cols);
  const bool load = kind == DescriptorKind::load;
  event.accesses.push_back({place.buffer, base, base + use.words, load});
  return event;
}

std::vector<PlacedStep> place_steps(const Config& config, const NetMap& map, const StepList& steps,
                                    const Pins& pins, const PlaceOptions& options) {
  return Placer(config, map, steps, pins, options).place();
}

}  // namespace gradloom::compiler
