// SPDX-License-Identifier: Apache-2.0
// The random programs with training commands: legal, and with everything in them.
#include "sim/campaign.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "generator/config_yaml.hpp"
#include "golden/machine.hpp"
#include "golden/numerics.hpp"
#include "golden/timing.hpp"
#include "sim/command_model.hpp"
#include "sim/pin_driver.hpp"
#include "sim/region.hpp"
#include "sim/verify_training.hpp"

namespace gradloom {
namespace {

using golden::Command;

constexpr int kSeeds = 60;

// --- Rules of a program -----------------------------------------------------------------------

// Goes through a program as the documents allow it: the host leaves alone what a command that may
// run uses, what a command needs is there before it is offered, SEED is written in peace.
class Rules {
 public:
  explicit Rules(const Config& config) : config_(config) {}

  std::string first_breach(const Program& program) {
    for (const Step& step : program) {
      if (const auto* access = std::get_if<HostAccess>(&step)) on_access(*access);
      if (const auto* run = std::get_if<RunCommand>(&step)) on_command(run->command);
      if (std::holds_alternative<Idle>(step)) on_idle();
      if (std::holds_alternative<Barrier>(step) || std::holds_alternative<Reset>(step))
        on_barrier();
      if (!breach_.empty()) return breach_;
    }
    return "";
  }

 private:
  void on_access(const HostAccess& access) {
    if (!access.write) {
      if (access.sel == kRegisterSelect && access.addr == kSeedRegister) seed_read_ = true;
      return;
    }
    if (access.sel == kRegisterSelect) {
      if (access.addr != kSeedRegister || access.lane != 0 || !config_.training.built) return;
      if (running_) breach_ = "SEED is written beside a command";
      seed_open_ = true;
      seed_read_ = false;
      return;
    }
    const auto buffer = selected_buffer(access.sel);
    if (!buffer || access.lane >= static_cast<std::uint32_t>(lanes(config_, *buffer))) return;
    if (access.addr >= static_cast<std::uint32_t>(depth(config_, *buffer))) return;
    const Word word{*buffer, static_cast<int>(access.lane), access.addr};
    if (used_.contains(word)) breach_ = "a word of a command is written";
    pending_.insert(word);
    defined_.insert(word);
  }

  void on_command(const Command& command) {
    if (seed_open_) breach_ = "a command before SEED is there";
    running_ = true;
    if (golden::check(config_, command) != Status::ok) return;
    const Footprint words = footprint(config_, {command});
    for (const Word& word : words.needed) {
      if (pending_.contains(word)) breach_ = "a command before its operands are there";
      if (!defined_.contains(word)) breach_ = "a command on words never written";
    }
    used_.insert(words.needed.begin(), words.needed.end());
    used_.insert(words.written.begin(), words.written.end());
    defined_.insert(words.written.begin(), words.written.end());
  }

  void on_idle() { pending_.clear(); }

  void on_barrier() {
    pending_.clear();
    used_.clear();
    running_ = false;
    if (seed_read_) seed_open_ = false;
  }

  Config config_;
  std::set<Word> used_;     // by commands since the last barrier
  std::set<Word> pending_;  // written since the last pause
  std::set<Word> defined_;
  bool running_ = false;
  bool seed_open_ = false;
  bool seed_read_ = false;
  std::string breach_;
};

// --- Playing ----------------------------------------------------------------------------------

struct Played {
  golden::Machine machine;
  std::vector<std::uint32_t> codes;
};

Played play(const Config& config, const Program& program, int stalls) {
  Played played{golden::Machine(config), {}};
  PinDriver driver(config, 5, stalls);
  driver.add(program);
  for (int cycle = 0; !driver.finished(); ++cycle) {
    REQUIRE(cycle < 5'000'000);
    const golden::Inputs inputs = driver.inputs();
    driver.observe(handshake_of(played.machine));
    played.machine.clock(inputs);
  }
  played.codes = driver.take_codes();
  return played;
}

std::size_t differences(const golden::Machine& machine, const CommandModel& model) {
  const Config& config = machine.config();
  std::size_t count = 0;
  for (int i = 0; i < kBufferCount; ++i) {
    const Buffer buffer = static_cast<Buffer>(i);
    for (int lane = 0; lane < lanes(config, buffer); ++lane) {
      for (int addr = 0; addr < depth(config, buffer); ++addr) {
        const auto at = static_cast<std::uint32_t>(addr);
        if (!model.defined(buffer, lane, at)) continue;
        count += model.word(buffer, lane, at) != machine.word(buffer, lane, addr);
      }
    }
  }
  return count;
}

std::vector<std::uint32_t> codes_of(const Config& config, const std::vector<Command>& commands) {
  std::vector<std::uint32_t> codes;
  for (const Command& command : commands) {
    codes.push_back(static_cast<std::uint32_t>(golden::check(config, command)));
  }
  return codes;
}

TEST_CASE("random training configurations are ones that a file can describe") {
  int refuse = 0;
  int with_stochastic = 0;
  std::set<int> sizes;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    const Config config = random_training_config(seed);
    const std::string text = canonical_yaml(config);
    CAPTURE(text);
    CHECK(parse_config(text, "random.yaml") == config);
    refuse += config.overflow == Overflow::refuse;
    with_stochastic += config.training.stochastic;
    sizes.insert(config.rows);
  }
  CHECK(refuse > 50);
  CHECK(with_stochastic > 200);
  CHECK(sizes.size() == 6);
}

TEST_CASE("a third of the configurations of a campaign have training, some the checksum") {
  int training = 0;
  int abft = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const Config config = random_config(seed);
    training += config.training.built ? 1 : 0;
    abft += config.abft ? 1 : 0;
    if (config.abft) CHECK(parse_config(canonical_yaml(config), "random.yaml") == config);
  }
  CHECK(abft > 10);
  CHECK(abft < 120);
  CHECK(training > 70);
  CHECK(training < 130);
}

TEST_CASE("the configurations of a campaign have stages in the PE, in every combination") {
  std::map<std::string, int> seen;
  for (std::uint64_t seed = 1; seed <= 600; ++seed) {
    const Config config = random_config(seed);
    CHECK(parse_config(canonical_yaml(config), "random.yaml") == config);
    const PeOptions& pe = config.pe;
    if (config.training.built) continue;
    ++seen[std::to_string(pe.mult_stages) + std::to_string(pe.add_stages) +
           (pe.zero_gating ? " gated" : "")];
    if (lag(config) == 1) ++seen["lag 1"];
  }
  CHECK(seen.size() == 8 + 1);
  for (const auto& entry : seen) CHECK_MESSAGE(entry.second > 8, entry.first);
}

TEST_CASE("random programs keep the rules, with and without training") {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    for (const bool training : {true, false}) {
      const Config config = training ? random_training_config(seed) : random_config(seed);
      const Program program = random_program(config, seed, 40, true).program;
      CAPTURE(seed);
      CHECK(Rules(config).first_breach(program) == "");
    }
  }
}

TEST_CASE("the cases of the suite keep the rules") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Config config = random_training_config(seed);
    for (const TrainingCase& next : training_cases(config, seed)) {
      CHECK(Rules(config).first_breach(next.program) == "");
    }
  }
}

// Everything that is to be found in the commands of a program, by name.
void note(const Config& config, const Command& c, std::map<std::string, int>& seen) {
  const Status status = golden::check(config, c);
  ++seen[std::string("code ") + name(status)];
  if (status != Status::ok) return;
  const golden::TrainingFields& t = c.training;
  const Op op = static_cast<Op>(c.op);
  const std::string text = name(op);
  const golden::Tiling tiles = golden::tiling(config, c);
  const bool forward = op == Op::fprop && t.post;
  if (!t.post && !t.update && !t.bgrad) ++seen[text + " plain"];
  if (t.post) ++seen[text + " post " + name(static_cast<Schedule>(c.schedule))];
  if (t.post && (op == Op::fprop ? tiles.mt : tiles.nt) > 1) ++seen[text + " post, tiles"];
  if (t.post && c.acc_psum) ++seen[text + " post, acc_psum"];
  if (t.post && t.sr_post) ++seen[text + " post, stochastic"];
  if (t.update) ++seen[text + " update " + name(static_cast<Schedule>(c.schedule))];
  if (t.update && t.sr_update) ++seen[text + " update, stochastic"];
  if (t.update && t.decay > 0 && config.training.weight_decay) ++seen[text + " update, decay"];
  if (t.update && tiles.mt > 1 && tiles.nt > 1) ++seen[text + " update, tiles"];
  if (t.update && !t.bgrad) ++seen[text + " update alone"];
  if (t.bgrad) ++seen[text + " bgrad"];
  if (t.bgrad && !t.update) ++seen[text + " bgrad alone"];
  if (t.bgrad && c.acc_dw) ++seen[text + " bgrad, acc_dw"];
  if (t.bgrad && t.sr_post) ++seen[text + " bgrad, stochastic"];
  if (t.bgrad && tiles.nt > 1) ++seen[text + " bgrad, tiles"];
  if (!forward) return;
  const int targets = (t.to_x ? 1 : 0) + (t.to_y ? 2 : 0) + (t.loss ? 4 : 0);
  ++seen["targets " + std::to_string(targets)];
  ++seen[std::string("activation ") + name(static_cast<ActivationCode>(t.act))];
}

TEST_CASE("random programs have every kind of training command and refusal") {
  std::map<std::string, int> seen;
  for (std::uint64_t seed = 1; seed <= 2 * kSeeds; ++seed) {
    const Config config = random_training_config(seed);
    const ProgramPlan plan = random_program(config, seed, 40, true);
    for (const Command& command : plan.commands) note(config, command, seen);
    for (const Step& step : plan.program) {
      const auto* access = std::get_if<HostAccess>(&step);
      if (std::holds_alternative<Reset>(step)) ++seen["reset"];
      if (access == nullptr) continue;
      const std::string kind = access->write ? "write " : "read ";
      const auto buffer = selected_buffer(access->sel);
      if (buffer) ++seen[kind + name(*buffer)];
      if (access->sel == kRegisterSelect && access->addr == kSeedRegister) ++seen[kind + "SEED"];
    }
  }
  std::vector<std::string> wanted{"reset", "write SEED", "read SEED"};
  for (int i = 0; i < kBufferCount; ++i) {
    const std::string buffer = name(static_cast<Buffer>(i));
    wanted.insert(wanted.end(), {"write " + buffer, "read " + buffer});
  }
  for (const Status status :
       {Status::ok, Status::bad_schedule, Status::bad_flag, Status::zero_size, Status::over_limit,
        Status::bad_field, Status::overlap, Status::no_fit_x, Status::no_fit_delta,
        Status::no_fit_w, Status::no_fit_y, Status::no_fit_dx, Status::no_fit_dw,
        Status::no_fit_bias}) {
    wanted.push_back(std::string("code ") + name(status));
  }
  for (const char* op : {"fprop", "dgrad", "backward"}) {
    for (const char* kind : {" post interleaved", " post separate", " post serial", " post, tiles",
                             " post, acc_psum", " post, stochastic", " plain"}) {
      wanted.push_back(std::string(op) + kind);
    }
  }
  for (const char* op : {"wgrad", "backward"}) {
    for (const char* kind :
         {" update interleaved", " update separate", " update serial", " update, stochastic",
          " update, decay", " update, tiles", " update alone", " bgrad", " bgrad alone",
          " bgrad, acc_dw", " bgrad, stochastic", " bgrad, tiles"}) {
      wanted.push_back(std::string(op) + kind);
    }
  }
  for (int targets = 1; targets < 8; ++targets)
    wanted.push_back("targets " + std::to_string(targets));
  for (int code = 0; code < kActivationCount; ++code) {
    wanted.push_back(std::string("activation ") + name(static_cast<ActivationCode>(code)));
  }
  for (const std::string& kind : wanted) {
    CAPTURE(kind);
    CHECK(seen[kind] >= 3);
  }
}

TEST_CASE("commands find what the ones before left") {
  int handed_on = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const Config config = random_training_config(seed);
    std::set<Word> written;  // by commands since the last barrier
    for (const Step& step : random_program(config, seed, 40, true).program) {
      if (std::holds_alternative<Barrier>(step)) written.clear();
      const auto* run = std::get_if<RunCommand>(&step);
      if (run == nullptr || golden::check(config, run->command) != Status::ok) continue;
      const Footprint words = footprint(config, {run->command});
      handed_on += std::any_of(words.needed.begin(), words.needed.end(),
                               [&](const Word& word) { return written.contains(word); });
      written.insert(words.written.begin(), words.written.end());
    }
  }
  CHECK(handed_on > 10 * kSeeds);
}

// Of the words that lanes and updates wrote: those at 0, those at an end of the range, the others.
struct Spread {
  int zero = 0;
  int end = 0;
  int inside = 0;
  int count() const { return zero + end + inside; }
};

Spread spread_of(const Config& config, const CommandModel& model, const Command& command) {
  Spread spread;
  for (const Touch& touch : touches(config, command)) {
    const Buffer buffer = touch.region.buffer;
    if (!touch.written || buffer == Buffer::deriv) continue;
    const bool lane_result = buffer == Buffer::x || buffer == Buffer::delta;
    if (!lane_result) continue;
    const int bits = word_bits(config, buffer);
    for_each_word(touch.region, [&](int lane, std::uint32_t addr) {
      const std::int64_t word = model.word(buffer, lane, addr);
      const bool end = word == golden::min_value(bits) || word == golden::max_value(bits);
      ++(word == 0 ? spread.zero : end ? spread.end : spread.inside);
    });
  }
  return spread;
}

TEST_CASE("results of the lanes spread over the range, most of the time") {
  int commands = 0;
  int all_zero = 0;
  int all_end = 0;
  int mixed = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const Config config = random_training_config(seed);
    if (config.operand_bits < 4) continue;
    CommandModel model(config);
    for (const Step& step : random_program(config, seed, 40, false).program) {
      model.play({step});
      const auto* run = std::get_if<RunCommand>(&step);
      if (run == nullptr || golden::check(config, run->command) != Status::ok) continue;
      const Spread spread = spread_of(config, model, run->command);
      if (spread.count() < 6) continue;
      ++commands;
      all_zero += spread.zero == spread.count();
      all_end += spread.end == spread.count();
      mixed += 3 * spread.inside > spread.count();
    }
  }
  MESSAGE(commands, " commands: ", all_zero, " all 0, ", all_end, " all at an end, ", mixed,
          " with a third inside");
  CHECK(commands > 300);
  CHECK(4 * all_zero < commands);
  CHECK(8 * all_end < commands);
  CHECK(2 * mixed > commands);
}

TEST_CASE("random programs end as the documents say, whatever stalls, at the cost they say") {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const Config config = random_training_config(seed);
    const ProgramPlan plan = random_program(config, seed, 25, false);
    CommandModel model(config);
    model.play(plan.program);
    golden::Cost cost;
    for (const Command& command : plan.commands) {
      const golden::Cost one = golden::cost(config, command);
      for (std::size_t i = 0; i < one.counters.size(); ++i) cost.counters[i] += one.counters[i];
    }
    for (const int stalls : {0, 60}) {
      CAPTURE(seed);
      CAPTURE(stalls);
      const Played played = play(config, plan.program, stalls);
      CHECK(played.codes == codes_of(config, plan.commands));
      CHECK(differences(played.machine, model) == 0);
      CHECK(played.machine.counters() == cost.counters);
    }
  }
}

TEST_CASE("the cases of the suite end as the documents say") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Config config = random_training_config(seed);
    CommandModel model(config);
    Program program;
    for (const TrainingCase& next : training_cases(config, seed)) {
      program.insert(program.end(), next.program.begin(), next.program.end());
    }
    model.play(program);
    const Played played = play(config, program, 20);
    CAPTURE(seed);
    CHECK(differences(played.machine, model) == 0);
    CHECK(std::all_of(played.codes.begin(), played.codes.end(),
                      [](std::uint32_t code) { return code == 0; }));
  }
}

}  // namespace
}  // namespace gradloom
