// SPDX-License-Identifier: Apache-2.0
// The lists of sim/bus_errors.hpp that must end with an error.
#include <fmt/format.h>

#include <utility>

#include "golden/command.hpp"
#include "golden/descriptor.hpp"
#include "sim/bus_errors.hpp"
#include "sim/prng.hpp"

namespace gradloom {
namespace {

using golden::Command;

constexpr std::uint64_t kBadStream = 0xA425;

// One descriptor of the good list, and its kind.
struct Place {
  int index;
  DescriptorKind kind;
};

constexpr Place kPlaces[] = {
    {BusScene::kLoadX, DescriptorKind::load},      {BusScene::kLoadW, DescriptorKind::load},
    {BusScene::kCompute, DescriptorKind::compute}, {BusScene::kStore, DescriptorKind::store},
    {BusScene::kAhead, DescriptorKind::load},      {BusScene::kNext, DescriptorKind::next},
    {BusScene::kEnd, DescriptorKind::end},
};

// The transfers, and their buffers.
struct Transfer {
  int index;
  DescriptorKind kind;
  Buffer buffer;
};

constexpr Transfer kTransfers[] = {
    {BusScene::kLoadX, DescriptorKind::load, Buffer::x},
    {BusScene::kStore, DescriptorKind::store, Buffer::y},
    {BusScene::kAhead, DescriptorKind::load, Buffer::x},
};

class Maker {
 public:
  Maker(const Config& config, const BusScene& scene, std::uint64_t seed)
      : config_(config), scene_(scene), prng_(make_prng(seed, kBadStream)) {}

  std::vector<BadList> make() {
    versions();
    kinds();
    reserved();
    syncs();
    transfers();
    addresses();
    nexts();
    fields();
    commands();
    tokens();
    starts();
    return std::move(lists_);
  }

 private:
  DescriptorWords& at(BusList& list, int index) { return list.at(static_cast<std::size_t>(index)); }

  // A descriptor is bad: STOREs in front of it may have run.
  void add(const std::string& name, RunError error, int index, BusList list) {
    BadList bad;
    bad.name = fmt::format("{}, {} at {}", gradloom::name(error), name, index);
    bad.list = std::move(list);
    bad.code = static_cast<int>(error);
    bad.index = index;
    bad.stores = index > BusScene::kStore ? SceneStores::whole : SceneStores::none;
    lists_.push_back(std::move(bad));
  }

  // The good list with one field changed.
  void change(RunError error, const Place& place, std::string_view field, std::uint64_t value) {
    BusList list = scene_.good();
    set_field(at(list, place.index), place.kind, field, value);
    add(fmt::format("{} = 0x{:x}", field, value), error, place.index, std::move(list));
  }

  void versions() {
    for (const Place& place : kPlaces) {
      for (const std::uint64_t version : {0U, 2U, 15U}) {
        change(RunError::bad_version, place, "version", version);
      }
    }
  }

  void kinds() {
    for (const Place& place : kPlaces) {
      for (const std::uint64_t kind : {5U, 15U}) change(RunError::bad_kind, place, "kind", kind);
    }
  }

  // In each word that has reserved bits: the lowest, the highest, and one at random.
  void reserved() {
    for (const Place& place : kPlaces) {
      if (place.index == BusScene::kLoadW || place.index == BusScene::kAhead) continue;
      for (int word = 0; word < kDescriptorWords; ++word) {
        std::vector<int> bits;
        for (int bit = 0; bit < 32; ++bit) {
          if ((reserved_bits(place.kind, word) >> bit & 1) != 0) bits.push_back(bit);
        }
        if (bits.empty()) continue;
        const auto any = static_cast<std::size_t>(below(prng_, bits.size()));
        for (const int bit : {bits.front(), bits.back(), bits.at(any)}) {
          BusList list = scene_.good();
          at(list, place.index).at(static_cast<std::size_t>(word)) |= 1U << bit;
          add(fmt::format("word {} bit {}", word, bit), RunError::reserved, place.index,
              std::move(list));
        }
      }
    }
  }

  void syncs() {
    const std::pair<int, BusEngine> own[] = {{BusScene::kLoadX, BusEngine::load},
                                             {BusScene::kCompute, BusEngine::compute},
                                             {BusScene::kStore, BusEngine::store}};
    for (const auto& [index, engine] : own) {
      for (const char* field : {"wait", "signal"}) {
        change(RunError::bad_sync, kPlaces[index], field, engine_bit(engine));
        change(RunError::bad_sync, kPlaces[index], field, 7);
      }
    }
    for (const int index : {BusScene::kNext, BusScene::kEnd}) {
      for (const char* field : {"wait", "signal"}) {
        for (const std::uint64_t bit : {1U, 2U, 4U}) {
          change(RunError::bad_sync, kPlaces[index], field, bit);
        }
      }
    }
    for (const int index :
         {BusScene::kCompute, BusScene::kStore, BusScene::kNext, BusScene::kEnd}) {
      change(RunError::bad_sync, kPlaces[index], "ahead", 1);
    }
  }

  void transfers() {
    for (const Transfer& transfer : kTransfers) {
      const Place place{transfer.index, transfer.kind};
      for (const std::uint64_t code : {7U, 9U, 10U, 12U, 15U}) {
        change(RunError::bad_buffer, place, "buffer", code);
      }
      change(RunError::zero_size, place, "vectors", 0);
      change(RunError::zero_size, place, "blocks", 0);
      const DescriptorWords& good = scene_.good().at(static_cast<std::size_t>(place.index));
      const std::uint64_t words = depth_of(transfer.buffer);
      const std::uint64_t vectors = get_field(good, place.kind, "vectors");
      const std::uint64_t blocks = get_field(good, place.kind, "blocks");
      const std::uint64_t used =
          (blocks - 1) * get_field(good, place.kind, "bank_stride") + vectors;
      change(RunError::no_fit, place, "base", words - used + 1);
      change(RunError::no_fit, place, "base", 0xFFFF);
      change(RunError::no_fit, place, "vectors", words + 1);
      change(RunError::no_fit, place, "vectors", 0xFFFF);
      if (blocks > 1) {
        change(RunError::no_fit, place, "bank_stride", (words - vectors) / (blocks - 1) + 1);
        change(RunError::no_fit, place, "bank_stride", 0xFFFF);
        change(RunError::no_fit, place, "blocks", 0xFFFF);
      }
      const auto beyond = static_cast<std::uint64_t>(config_.rows) + 1;
      for (const std::uint64_t lanes : {std::uint64_t{0}, beyond, std::uint64_t{0xFFFF}}) {
        change(RunError::bad_lanes, place, "last_lanes", lanes);
      }
      for (std::uint64_t lanes = 1U << 15; lanes > beyond; lanes /= 2) {
        change(RunError::bad_lanes, place, "last_lanes", lanes);
      }
    }
  }

  void addresses() {
    const auto beat = static_cast<std::uint64_t>(beat_bytes(config_));
    for (const Transfer& transfer : kTransfers) {
      const Place place{transfer.index, transfer.kind};
      const DescriptorWords& good = scene_.good().at(static_cast<std::size_t>(place.index));
      for (const std::uint64_t offset : {std::uint64_t{1}, beat / 2, beat - 1}) {
        for (const char* field : {"addr_lo", "block_stride", "iteration_stride"}) {
          change(RunError::bad_address, place, field, get_field(good, place.kind, field) + offset);
        }
      }
      if (config_.address_bits < 64) {
        const std::uint64_t high = get_field(good, place.kind, "addr_hi");
        change(RunError::bad_address, place, "addr_hi",
               high | std::uint64_t{1} << (config_.address_bits - 32));
        change(RunError::bad_address, place, "addr_hi", high | std::uint64_t{1} << 31);
      }
      // The last beat that has an address, and blocks that go on behind it.
      const std::uint64_t last = ~std::uint64_t{0} >> (64 - config_.address_bits);
      change(RunError::bad_address, place, "address", last - beat + 1);
    }
  }

  void nexts() {
    const Place next = kPlaces[BusScene::kNext];
    for (const std::uint64_t more : {6ULL, 0xFFFFULL, 0x10000ULL, 0xFFFFFFFFULL}) {
      change(RunError::bad_target, next, "more", more);
    }
    for (const std::uint64_t done : {0ULL, 5ULL, 7ULL, 0xFFFFULL, 0x10006ULL, 0xFFFFFFFFULL}) {
      change(RunError::bad_target, next, "done", done);
    }
    BusList list(scene_.good().begin(), scene_.good().begin() + BusScene::kAhead + 1);
    add("no NEXT, no END", RunError::no_end, BusScene::kAhead, list);
    list.resize(1);
    add("LOAD only", RunError::no_end, 0, list);
  }

  // Each field of COMPUTE with the lowest bit that its pin does not have.
  void fields() {
    const Place place = kPlaces[BusScene::kCompute];
    for (const Port& port : command_ports(config_)) {
      for (const DescriptorField& field : kind_fields(DescriptorKind::compute)) {
        if (port.name != "cmd_" + field.name + "_i" || port.width >= field.width) continue;
        const std::uint64_t good =
            get_field(scene_.good().at(BusScene::kCompute), DescriptorKind::compute, field.name);
        change(RunError::bad_field, place, field.name, good | std::uint64_t{1} << port.width);
        change(RunError::bad_field, place, field.name,
               good | std::uint64_t{1} << (field.width - 1));
      }
    }
    if (!config_.training.weight_decay) change(RunError::bad_field, place, "decay", 1);
  }

  // COMPUTE with other fields: refused by the core. Left out if buffers are so small that something
  // else is wrong with it first.
  void command(Status status,
               std::initializer_list<std::pair<std::string_view, std::uint64_t>> fields) {
    BusList list = scene_.good();
    for (const auto& [field, value] : fields) {
      set_field(at(list, BusScene::kCompute), DescriptorKind::compute, field, value);
      if (get_field(at(list, BusScene::kCompute), DescriptorKind::compute, field) != value) return;
    }
    BadList bad;
    bad.name = fmt::format("command {}", gradloom::name(status));
    bad.list = std::move(list);
    bad.code = static_cast<int>(RunError::command) + static_cast<int>(status);
    bad.index = BusScene::kCompute;
    const DescriptorWords& words = bad.list.at(BusScene::kCompute);
    const bool so = golden::check(config_, golden::decode(words).command) == status;
    if (so && fits_pins(words)) lists_.push_back(std::move(bad));
  }

  bool fits_pins(const DescriptorWords& words) const {
    for (const Port& port : command_ports(config_)) {
      for (const DescriptorField& field : kind_fields(DescriptorKind::compute)) {
        if (port.name != "cmd_" + field.name + "_i" || port.width >= field.width) continue;
        if (get_field(words, DescriptorKind::compute, field.name) >> port.width != 0) return false;
      }
    }
    return true;
  }

  void commands() {
    const auto limit = [](int value) { return static_cast<std::uint64_t>(value) + 1; };
    const auto last = [&](Buffer buffer) { return depth_of(buffer) - 1; };
    command(Status::bad_schedule, {{"sched", 3}});
    command(Status::bad_flag, {{"acc_dw", 1}});
    command(Status::bad_flag, {{"post", 1}});
    command(Status::bad_flag, {{"to_x", 1}});
    command(Status::bad_flag, {{"update", 1}});
    for (const char* size : {"m", "n", "b"}) command(Status::zero_size, {{size, 0}});
    command(Status::over_limit, {{"m", limit(config_.limits.m)}});
    command(Status::over_limit, {{"n", limit(config_.limits.n)}});
    command(Status::over_limit, {{"b", limit(config_.limits.batch)}});
    command(Status::bad_field, {{"post", 1}, {"to_y", 1}, {"act", 7}});
    command(Status::overlap, {{"post", 1}, {"to_x", 1}, {"next_base", 0}});
    command(Status::no_fit_x, {{"x_base", last(Buffer::x)}});
    command(Status::no_fit_w, {{"w_base", last(Buffer::w)}});
    command(Status::no_fit_y, {{"y_base", last(Buffer::y)}});
    command(Status::no_fit_bias, {{"post", 1}, {"to_y", 1}, {"bias_base", depth_of(Buffer::bias)}});
    command(Status::no_fit_delta, {{"op", 2}, {"delta_base", last(Buffer::delta)}});
    command(Status::no_fit_dx, {{"op", 1}, {"dx_base", last(Buffer::dx)}});
    command(Status::no_fit_dw, {{"op", 2}, {"dw_base", last(Buffer::dw)}});
  }

  void tokens() {
    for (const BusEngine from : {BusEngine::load, BusEngine::compute, BusEngine::store}) {
      for (const BusEngine to : {BusEngine::load, BusEngine::compute, BusEngine::store}) {
        if (from != to) one_token_too_many(from, to);
      }
    }
    deadlocks();
  }

  // Nobody takes any. What comes before makes a COMPUTE or a STORE good.
  void one_token_too_many(BusEngine from, BusEngine to) {
    constexpr int kMost = 255;
    const int index = from == BusEngine::load      ? BusScene::kLoadX
                      : from == BusEngine::compute ? BusScene::kCompute
                                                   : BusScene::kStore;
    const DescriptorKind kind = kPlaces[index].kind;
    BusList list(scene_.good().begin(), scene_.good().begin() + index + 1);
    DescriptorWords& last = list.back();
    if (from == BusEngine::load) {
      set_field(last, kind, "vectors", 1);
      set_field(last, kind, "blocks", 1);
    }
    set_field(last, kind, "signal", 0);
    DescriptorWords giver = last;
    set_field(giver, kind, "wait", 0);
    set_field(giver, kind, "signal", engine_bit(to));
    const int first = static_cast<int>(list.size());
    list.insert(list.end(), kMost + 10, giver);
    list.push_back(scene_.good().back());
    add(fmt::format("the 256th token from {} to {}", static_cast<int>(from), static_cast<int>(to)),
        RunError::token_overflow, first + kMost, list);
  }

  void deadlocks() {
    const std::uint64_t load = engine_bit(BusEngine::load);
    const std::uint64_t compute = engine_bit(BusEngine::compute);
    const std::uint64_t store = engine_bit(BusEngine::store);
    const auto variant = [&](const std::string& name, int index,
                             std::initializer_list<std::pair<int, std::uint64_t>> waits) {
      BusList list = scene_.good();
      for (const auto& [place, wait] : waits) {
        set_field(at(list, place), kPlaces[place].kind, "wait", wait);
      }
      add(name, RunError::deadlock, index, std::move(list));
      lists_.back().stores = SceneStores::none;
    };
    variant("COMPUTE waits for STORE", BusScene::kCompute, {{BusScene::kCompute, load | store}});
    variant("the first LOAD waits for STORE", BusScene::kLoadX, {{BusScene::kLoadX, store}});
    variant("LOAD and COMPUTE wait for each other", BusScene::kLoadW,
            {{BusScene::kLoadW, compute}});
    // The queue of LOADs is full, and what it waits for is behind it.
    BusList list;
    DescriptorWords waiting = scene_.good().at(BusScene::kLoadX);
    set_field(waiting, DescriptorKind::load, "wait", compute);
    for (int i = 0; i < config_.queue_depth + 8; ++i) list.push_back(waiting);
    const int first = static_cast<int>(list.size());
    list.push_back(scene_.good().at(BusScene::kCompute));
    set_field(list.back(), DescriptorKind::compute, "wait", 0);
    list.push_back(scene_.good().back());
    add(fmt::format("{} LOADs wait for a COMPUTE behind them", first), RunError::deadlock, 0, list);
    lists_.back().stores = SceneStores::none;
  }

  // What START finds wrong.
  void starts() {
    BadList bad;
    bad.list = scene_.good();
    bad.code = static_cast<int>(RunError::bad_list);
    bad.name = "bad_list, length 0";
    bad.length = 0;
    lists_.push_back(bad);
    bad.length = -1;
    bad.name = "bad_list, no batches";
    bad.batches = 0;
    lists_.push_back(bad);
    bad.batches = -1;
    const std::uint64_t last = ~std::uint64_t{0} >> (64 - config_.address_bits);
    const std::uint64_t size = scene_.good().size() * std::uint64_t{kDescriptorBytes};
    const auto address = [&](const std::string& name, std::uint64_t value) {
      bad.name = "bad_list, " + name;
      bad.address = value;
      lists_.push_back(bad);
    };
    address("address not a multiple of 64", scene_.list_address() + kDescriptorBytes / 2);
    address("address not a multiple of 64", scene_.list_address() + 4);
    address("the list goes on behind the last address", last - size + 1 + kDescriptorBytes);
    if (config_.address_bits < 64) {
      const std::uint64_t beyond = std::uint64_t{1} << config_.address_bits;
      address("an address beyond address_bits", scene_.list_address() | beyond);
      address("an address beyond address_bits", scene_.list_address() | std::uint64_t{1} << 63);
    }
  }

  std::uint64_t depth_of(Buffer buffer) const {
    return static_cast<std::uint64_t>(depth(config_, buffer));
  }

  const Config& config_;
  const BusScene& scene_;
  Prng prng_;
  std::vector<BadList> lists_;
};

BadList edge(const std::string& name, BusList list, int batches = 1) {
  BadList result;
  result.name = name;
  result.list = std::move(list);
  result.batches = batches;
  return result;
}

}  // namespace

std::vector<BadList> edge_lists(const Config& config, const BusScene& scene) {
  const DescriptorWords end = scene.good().back();
  const DescriptorWords load_x = scene.good().at(BusScene::kLoadX);
  std::vector<BadList> lists;
  lists.push_back(edge("END alone", {end}));

  lists.push_back(edge("END alone at the last address", {end}));
  const std::uint64_t last = ~std::uint64_t{0} >> (64 - config.address_bits);
  lists.back().address = last - kDescriptorBytes + 1;

  const auto next = [](std::uint64_t more, std::uint64_t done) {
    return make_descriptor(DescriptorKind::next, {{"more", more}, {"done", done}});
  };
  lists.push_back(edge("NEXT to itself, 300 iterations", {next(0, 1), end}, 300));
  lists.push_back(edge("NEXT from NEXT", {next(0, 1), next(0, 2), end}, 3));
  lists.push_back(edge("NEXT over what is bad", {next(0, 2), DescriptorWords{}, end}, 2));

  DescriptorWords fit = load_x;
  const std::uint64_t vectors = get_field(fit, DescriptorKind::load, "vectors");
  const std::uint64_t blocks = get_field(fit, DescriptorKind::load, "blocks");
  const auto words = static_cast<std::uint64_t>(config.buffers.x);
  set_field(fit, DescriptorKind::load, "base", words - (blocks - 1) * vectors - vectors);
  lists.push_back(edge("the last word of a bank", {fit, end}));
  if (blocks > 1) {
    fit = load_x;
    set_field(fit, DescriptorKind::load, "bank_stride", (words - vectors) / (blocks - 1));
    lists.push_back(edge("blocks as far apart as can be", {fit, end}));
  }

  // As many tokens as a counter holds, all taken again.
  constexpr std::size_t kMost = 255;
  DescriptorWords give = load_x;
  set_field(give, DescriptorKind::load, "vectors", 1);
  set_field(give, DescriptorKind::load, "blocks", 1);
  set_field(give, DescriptorKind::load, "signal", engine_bit(BusEngine::compute));
  BusList tokens(kMost, give);
  DescriptorWords take = scene.good().at(BusScene::kCompute);
  set_field(take, DescriptorKind::compute, "signal", 0);
  for (const char* size : {"m", "n", "b"}) set_field(take, DescriptorKind::compute, size, 1);
  tokens.insert(tokens.begin(), scene.good().at(BusScene::kLoadW));
  set_field(tokens.front(), DescriptorKind::load, "signal", 0);
  tokens.insert(tokens.end(), kMost, take);
  tokens.push_back(end);
  lists.push_back(edge("255 tokens", std::move(tokens)));
  return lists;
}

std::vector<BadList> bad_lists(const Config& config, const BusScene& scene, std::uint64_t seed) {
  return Maker(config, scene, seed).make();
}

}  // namespace gradloom
