// SPDX-License-Identifier: Apache-2.0
#include "compiler/list_builder.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <stdexcept>
#include <utility>

#include "compiler/necessary.hpp"
#include "compiler/schedule.hpp"
#include "compiler/steps.hpp"
#include "golden/bus_layout.hpp"

namespace gradloom::compiler {
namespace {

using golden::Descriptor;

constexpr int kDistance = 4;  ///< steps that a load may be ahead

class Builder {
 public:
  Builder(const ListContext& context, const NetCut& cut, const Pins& pins)
      : context_(context), cut_(cut), pins_(pins) {}

  RawList repeated_list(Purpose purpose) {
    const StepList steps = make(purpose);
    find_pinned(steps);
    const std::vector<PlacedStep> placed = place(steps, true);
    const bool trains = purpose == Purpose::train;
    start(trains ? "train" : "infer", trains ? "trains on as many batches as BATCHES says"
                                             : "outputs of as many batches as BATCHES says");
    const compiler::Schedule body = add_repeated(placed);
    if (trains) add_epilogue(body, placed.back().compute.d.command);
    return finish(necessary_traffic(context_, purpose));
  }

  std::vector<RawList> host_lists() {
    std::vector<PlacedStep> forward = place(make(Purpose::host), false);
    const auto middle = forward.begin() + static_cast<std::ptrdiff_t>(forward_steps());
    std::vector<PlacedStep> backward(std::make_move_iterator(middle),
                                     std::make_move_iterator(forward.end()));
    forward.erase(middle, forward.end());
    renumber(backward);
    std::vector<RawList> lists;
    start("forward", "outputs of one batch");
    add_once(forward);
    lists.push_back(finish(necessary_traffic(context_, Purpose::infer)));
    start("backward", "update with the delta of that batch");
    add_once(backward);
    Traffic rest = necessary_traffic(context_, Purpose::host);
    rest.load -= lists.front().list.necessary.load;
    rest.store -= lists.front().list.necessary.store;
    lists.push_back(finish(rest));
    return lists;
  }

  RawList pin_list(DescriptorKind kind) {
    const bool load = kind == DescriptorKind::load;
    start(load ? "load" : "save", load ? "weights that stay in the buffers, from memory"
                                       : "weights that stay in the buffers, to memory");
    add_all_pinned(kind);
    return finish({});
  }

 private:
  /// A chunk that stays, with the steps of the list that use it first and last.
  struct Pinned {
    Use use;
    int base = 0;
    int first = 0;
    int last = 0;
  };

  void start(const char* name, const char* about) {
    raw_ = {};
    raw_.list.name = name;
    raw_.list.about = about;
  }

  StepList make(Purpose purpose) const {
    return make_steps(context_.numbers, cut_, context_.map, {purpose, context_.keep_outputs});
  }

  std::vector<PlacedStep> place(const StepList& steps, bool repeats) const {
    return place_steps(context_.config, context_.map, steps, pins_, {kDistance, repeats});
  }

  std::size_t forward_steps() const {
    return make_steps(context_.numbers, cut_, context_.map, {Purpose::infer, false}).steps.size();
  }

  static void renumber(std::vector<PlacedStep>& steps) {
    int s = 0;
    for (PlacedStep& step : steps) {
      for (Event& event : step.loads) event.step = s;
      step.compute.step = s;
      for (Event& event : step.stores) event.step = s;
      ++s;
    }
  }

  void add(const Event& event) {
    raw_.list.descriptors.push_back(event.d);
    raw_.areas.push_back(event.area);
  }

  void add(const Descriptor& d) {
    raw_.list.descriptors.push_back(d);
    raw_.areas.push_back(kNoArea);
  }

  /// Fills `pinned_`, in the order of the first use.
  void find_pinned(const StepList& steps) {
    pinned_.clear();
    std::map<Chunk, std::size_t> found;
    for (std::size_t s = 0; s < steps.steps.size(); ++s) {
      for (const Use& use : steps.steps[s].uses) {
        const auto pin = pins_.base.find(use.chunk);
        if (pin == pins_.base.end()) continue;
        const auto [at, added] = found.emplace(use.chunk, pinned_.size());
        if (added) pinned_.push_back({use, pin->second, static_cast<int>(s), 0});
        pinned_[at->second].last = static_cast<int>(s);
      }
    }
    bring_biases_together();
  }

  /// Biases are small: all of them count as used with the first one, so that a LOAD brings them.
  void bring_biases_together() {
    const auto bias = [](const Pinned& p) { return p.use.chunk.tensor == Tensor::bias; };
    const auto first = std::find_if(pinned_.begin(), pinned_.end(), bias);
    if (first == pinned_.end()) return;
    const int step = first->first;
    for (Pinned& chunk : pinned_) {
      if (bias(chunk)) chunk.first = step;
    }
    std::stable_sort(pinned_.begin(), pinned_.end(),
                     [](const Pinned& a, const Pinned& b) { return a.first < b.first; });
  }

  /// LOADs or STOREs of chunks that stay in their banks. Chunks that lie side by side in memory and
  /// in the bank go together.
  void add_pinned(DescriptorKind kind, const std::vector<Pinned>& chunks) {
    std::optional<Pinned> open;
    const auto flush = [&] {
      if (!open) return;
      const Use& use = open->use;
      add(transfer_event(context_.config, context_.map, kind, use.load_area, use, open->base));
    };
    for (const Pinned& chunk : chunks) {
      if (open && follows(open->use, chunk.use) && chunk.base == open->base + open->use.words) {
        open->use.tiles += chunk.use.tiles;
        open->use.words += chunk.use.words;
        continue;
      }
      flush();
      open = chunk;
    }
    flush();
  }

  /// All of them, in the order in memory.
  void add_all_pinned(DescriptorKind kind) {
    std::vector<Pinned> chunks;
    for (const auto& [chunk, base] : pins_.base) {
      const Use use = chunk.tensor == Tensor::weight
                          ? weight_use(cut_, context_.map, chunk.layer, chunk.i, chunk.j)
                          : bias_use(cut_, context_.map, chunk.layer, chunk.i);
      chunks.push_back({use, base, 0, 0});
    }
    add_pinned(kind, chunks);
  }

  /// LOADs of such chunks in any order. A load writes whole vectors, so what follows each other in
  /// memory and in the bank is one block, even if it is of several layers.
  void add_pinned_loads(std::vector<Pinned> chunks) {
    std::stable_sort(chunks.begin(), chunks.end(), [](const Pinned& a, const Pinned& b) {
      return std::pair(a.use.buffer, a.base) < std::pair(b.use.buffer, b.base);
    });
    NetMap map = context_.map;
    place_areas(map, 0);  // weights and biases come first, so these are their distances
    std::optional<Event> open;
    std::uint64_t end = 0;
    for (const Pinned& chunk : chunks) {
      const int area = chunk.use.load_area;
      const TensorArea& place = map.areas[static_cast<std::size_t>(area)];
      Event event = transfer_event(context_.config, context_.map, DescriptorKind::load, area,
                                   chunk.use, chunk.base);
      golden::Transfer& t = event.d.transfer;
      const std::uint64_t from = place.address + t.address;
      const bool whole = chunk.use.tiles == 1 || chunk.use.vectors == place.vectors;
      if (whole && chunk.use.words <= static_cast<int>(golden::kMaxListLength)) {
        t.vectors = static_cast<std::uint32_t>(chunk.use.words);
        t.blocks = 1;
        t.block_stride = 0;
        t.bank_stride = 0;
      }
      if (open && joins(open->d.transfer, t) && from == end) {
        open->d.transfer.vectors += t.vectors;
        open->d.transfer.last_lanes = t.last_lanes;
      } else {
        if (open) add(*open);
        open = event;
      }
      end = from +
            static_cast<std::uint64_t>(chunk.use.words) *
                static_cast<std::uint64_t>(golden::vector_bytes(context_.config, place.buffer));
    }
    if (open) add(*open);
  }

  static bool joins(const golden::Transfer& open, const golden::Transfer& t) {
    return open.buffer == t.buffer && open.blocks == 1 && t.blocks == 1 &&
           open.base + open.vectors == t.base && open.vectors + t.vectors <= golden::kMaxListLength;
  }

  static bool follows(const Use& open, const Use& use) {
    return use.load_area == open.load_area && use.vector == open.vector &&
           use.vectors == open.vectors && use.tile == open.tile + open.tiles;
  }

  void add_once(const std::vector<PlacedStep>& steps) {
    for (const Event& event : schedule(steps, {false, kDistance, {}}).events) add(event);
  }

  compiler::Schedule add_repeated(const std::vector<PlacedStep>& steps) {
    ScheduleOptions options{true, kDistance, {}};
    for (const Pinned& chunk : pinned_) options.firsts.push_back(chunk.first);
    compiler::Schedule body = schedule(steps, options);
    add_prologue(body);
    raw_.list.repeats = true;
    raw_.list.first = raw_.list.descriptors.size();
    for (const Event& event : body.events) add(event);
    raw_.list.count = raw_.list.descriptors.size() - raw_.list.first;
    Descriptor next;
    next.kind = DescriptorKind::next;
    next.more = static_cast<std::uint32_t>(raw_.list.first);
    next.done = raw_.list.length() + 1;
    add(next);
    return body;
  }

  /// What the loads before the first batch would have done ahead, and before the token that a step
  /// waits for, what stays and is used up to the next step that waits.
  void add_prologue(const compiler::Schedule& body) {
    std::vector<int> waiting;
    std::size_t tokens = 0;
    for (const Event& event : body.events) {
      const bool waits = (event.d.wait & golden::bit(BusEngine::load)) != 0;
      if (event.d.kind == DescriptorKind::compute && waits) waiting.push_back(event.step);
      if (event.d.ahead && gives_compute(event)) ++tokens;
    }
    if (!pinned_.empty() && (tokens == 0 || waiting.front() > pinned_.front().first)) {
      throw std::logic_error("no token says that a chunk is there");
    }
    std::size_t given = 0;
    auto chunk = pinned_.begin();
    for (const Event& event : body.events) {
      if (!event.d.ahead) continue;
      if (gives_compute(event)) {
        ++given;
        const auto until = given == tokens
                               ? pinned_.end()
                               : std::find_if(chunk, pinned_.end(), [&](const Pinned& p) {
                                   return p.first >= waiting[given];
                                 });
        add_pinned_loads({chunk, until});
        chunk = until;
      }
      add(event);
      raw_.list.descriptors.back().ahead = false;
      raw_.list.descriptors.back().wait = 0;
    }
    if (body.primes_load || body.primes_compute) add_prime(body);
  }

  static bool gives_compute(const Event& event) {
    return (event.d.signal & golden::bit(BusEngine::compute)) != 0;
  }

  /// A LOAD or STORE of a word of DW, which nothing else uses.
  Event word_event(DescriptorKind kind) const {
    Use word;
    word.buffer = Buffer::dw;
    word.words = 1;
    word.tiles = 1;
    word.vectors = 1;
    const int area = static_cast<int>(context_.map.scratch);
    return transfer_event(context_.config, context_.map, kind, area, word, 0);
  }

  /// A word of DW goes in and out again, for the tokens that stores of a batch give to the next
  /// one.
  void add_prime(const compiler::Schedule& body) {
    Event load = word_event(DescriptorKind::load);
    load.d.signal = golden::bit(BusEngine::store);
    add(load);
    Event store = word_event(DescriptorKind::store);
    store.d.wait = golden::bit(BusEngine::load);
    if (body.primes_load) store.d.signal |= golden::bit(BusEngine::load);
    if (body.primes_compute) store.d.signal |= golden::bit(BusEngine::compute);
    add(store);
  }

  /// Chunks that stay are stored as the steps that update them last are over. Loads of a word take
  /// the tokens that are left and say so to the stores.
  void add_epilogue(const compiler::Schedule& body, const golden::Command& of_last_step) {
    std::stable_sort(pinned_.begin(), pinned_.end(),
                     [](const Pinned& a, const Pinned& b) { return a.last < b.last; });
    auto chunk = pinned_.begin();
    std::vector<Event> takers;
    for (const int step : body.left) {
      takers.push_back(word_event(DescriptorKind::load));
      takers.back().d.wait = golden::bit(BusEngine::compute);
      const auto until =
          std::find_if(chunk, pinned_.end(), [step](const Pinned& p) { return p.last > step; });
      if (until == chunk) continue;
      takers.back().d.signal = golden::bit(BusEngine::store);
      for (const Event& taker : takers) add(taker);
      takers.clear();
      add_waiting_stores(BusEngine::load, {chunk, until});
      chunk = until;
    }
    if (chunk == pinned_.end()) return;
    add_last_command(of_last_step);
    add_waiting_stores(BusEngine::compute, {chunk, pinned_.end()});
  }

  void add_waiting_stores(BusEngine engine, const std::vector<Pinned>& chunks) {
    const std::size_t store = raw_.list.descriptors.size();
    add_pinned(DescriptorKind::store, chunks);
    raw_.list.descriptors[store].wait = golden::bit(engine);
  }

  /// A command behind the last one of the last batch that only writes DW.
  void add_last_command(const golden::Command& of_last_step) {
    Descriptor last;
    last.kind = DescriptorKind::compute;
    last.signal = golden::bit(BusEngine::store);
    last.command = golden::make_command(Op::wgrad, gradloom::Schedule::interleaved, 1, 1, 1);
    for (const Buffer buffer : {Buffer::x, Buffer::delta}) {
      const auto i = static_cast<std::size_t>(buffer);
      last.command.bases[i] = of_last_step.bases[i];
    }
    add(last);
  }

  RawList finish(const Traffic& necessary) {
    add(Descriptor{});
    raw_.list.necessary = necessary;
    if (!raw_.list.repeats) raw_.list.count = raw_.list.descriptors.size();
    for (std::size_t i = 0; i < raw_.list.descriptors.size(); ++i) {
      const Descriptor& d = raw_.list.descriptors[i];
      const bool load = d.kind == DescriptorKind::load;
      if (!load && d.kind != DescriptorKind::store) continue;
      const bool inside = i >= raw_.list.first && i < raw_.list.first + raw_.list.count;
      Traffic& traffic = inside ? raw_.list.batch : raw_.list.once;
      const Buffer buffer = *selected_buffer(d.transfer.buffer);
      const auto beats = static_cast<std::uint64_t>(vector_beats(context_.config, buffer));
      (load ? traffic.load : traffic.store) +=
          std::uint64_t{d.transfer.vectors} * d.transfer.blocks * beats;
    }
    return std::move(raw_);
  }

  const ListContext& context_;
  const NetCut& cut_;
  const Pins& pins_;
  std::vector<Pinned> pinned_;
  RawList raw_;
};

}  // namespace

std::vector<RawList> build_training(const ListContext& context, const NetCut& cut,
                                    const Pins& pins) {
  Builder builder(context, cut, pins);
  if (context.purpose == Purpose::host) return builder.host_lists();
  return {builder.repeated_list(Purpose::train)};
}

std::vector<RawList> build_lists(const ListContext& context, const NetCut& cut, const Pins& pins) {
  Builder builder(context, cut, pins);
  std::vector<RawList> lists = build_training(context, cut, pins);
  if (context.purpose == Purpose::host) {
    lists.insert(lists.begin(), builder.pin_list(DescriptorKind::load));
    lists.push_back(builder.pin_list(DescriptorKind::store));
  }
  lists.push_back(builder.repeated_list(Purpose::infer));
  return lists;
}

}  // namespace gradloom::compiler
