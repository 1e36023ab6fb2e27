// SPDX-License-Identifier: Apache-2.0
#include "sim/training_commands.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>

#include "golden/numerics.hpp"
#include "golden/ports.hpp"
#include "golden/training_math.hpp"
#include "sim/region.hpp"
#include "sim/training_pins.hpp"

namespace gradloom {
namespace {

using golden::Command;
using golden::TrainingFields;

constexpr int kMaxGap = 3;
constexpr int kMaxShift = 63;
constexpr int kScaleBits = 16;

bool one_in(Prng& prng, std::uint64_t count) { return below(prng, count) == 0; }

// `bits` (0..63) random bits.
std::uint64_t random_bits(Prng& prng, int bits) {
  return prng() & ((std::uint64_t{1} << bits) - 1);
}

std::int64_t signed_bits(Prng& prng, int bits) {
  return golden::wrap(static_cast<std::int64_t>(prng()), bits);
}

// About log2 of a sum of so many products of random operands, or of so many operands.
int sum_bits(int term_bits, std::uint32_t terms) { return term_bits + index_bits(terms) / 2; }

struct Scaling {
  std::uint32_t scale = 0;
  std::uint32_t shift = 0;
};

// A scale s with a divisor d such that s * d = 2^j + 1, and j + 1 as the shift: of every odd
// multiple of d there is a half left to be rounded, and a bit far below it.
struct NearHalf {
  Scaling scaling;
  int bits = 0;  // about what the number loses, log2(2 * d)
};
constexpr std::array<NearHalf, 7> kNearHalves{{{{43691, 18}, 3},
                                               {{61681, 21}, 5},
                                               {{48771, 22}, 6},
                                               {{65281, 25}, 9},
                                               {{24929, 25}, 10},
                                               {{1985, 23}, 12},
                                               {{54161, 31}, 15}}};

Scaling near_half(int bits) {
  const auto distance = [&](const NearHalf& entry) { return std::abs(entry.bits - bits); };
  return std::min_element(
             kNearHalves.begin(), kNearHalves.end(),
             [&](const NearHalf& a, const NearHalf& b) { return distance(a) < distance(b); })
      ->scaling;
}

// Takes numbers of about `from` bits to about `to` bits; now and then anything at all. Powers of
// two, 1 above all, leave many halves to be rounded.
Scaling draw_scaling(Prng& prng, int from, int to) {
  if (one_in(prng, 6)) return near_half(from - to);
  if (one_in(prng, 12)) {
    return {static_cast<std::uint32_t>(random_bits(prng, kScaleBits)),
            static_cast<std::uint32_t>(random_bits(prng, 6))};
  }
  const int bits = one_in(prng, 3) ? 1 : pick(prng, 1, kScaleBits);
  std::uint32_t scale = std::uint32_t{1} << (bits - 1);
  if (!one_in(prng, 3)) scale |= static_cast<std::uint32_t>(random_bits(prng, bits - 1));
  const int shift = from + bits - 1 - to + pick(prng, -1, 1);
  return {scale, static_cast<std::uint32_t>(std::clamp(shift, 0, kMaxShift))};
}

std::uint32_t draw_activation(const Config& config, Prng& prng) {
  std::vector<std::uint32_t> codes;
  for (int code = 0; code < kActivationCount; ++code) {
    if (built(config, static_cast<ActivationCode>(code))) {
      codes.push_back(static_cast<std::uint32_t>(code));
    }
  }
  return codes.at(below(prng, codes.size()));
}

// Small shifts leave many ties, and a large rate shows what became of them.
void draw_update(const Config& config, Prng& prng, std::uint32_t batch, TrainingFields& t) {
  const int p = config.operand_bits;
  const int most = 2 * p - 1;
  int shift = sum_bits(2 * p - 3, batch) - (p - 2) + pick(prng, -2, 1);
  switch (below(prng, 12)) {
    case 0: shift = most; break;
    case 1: shift = pick(prng, 0, most); break;
    case 2:
    case 3: shift = pick(prng, 0, 2); break;
    default: break;
  }
  t.rate_shift = static_cast<std::uint32_t>(std::clamp(shift, 0, most));
  const int bits = one_in(prng, 2) ? p - 1 : pick(prng, 0, p - 1);
  t.rate = static_cast<std::uint32_t>(random_bits(prng, bits));
  if (one_in(prng, 4)) t.rate |= std::uint32_t{1} << (p - 2);
  if (one_in(prng, 8)) t.rate = (std::uint32_t{1} << (p - 1)) - 1;
  if (config.training.weight_decay) {
    t.decay = static_cast<std::uint32_t>(random_bits(prng, pick(prng, 0, p - 1)));
  }
}

bool one_use_each(const std::vector<BaseUse>& uses) {
  for (std::size_t i = 0; i < uses.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (uses[i].buffer == uses[j].buffer) return false;
    }
  }
  return true;
}

std::uint32_t& top_of(Tops& tops, Buffer buffer) {
  return tops.at(static_cast<std::size_t>(buffer == Buffer::deriv ? Buffer::x : buffer));
}

// Takes `words` words of a buffer; false if there are not so many left.
bool take(const Config& config, Prng& prng, Buffer buffer, std::int64_t words, Tops& tops,
          std::uint32_t& base) {
  std::uint32_t& top = top_of(tops, buffer);
  const std::int64_t room = depth(config, buffer) - std::int64_t{top} - words;
  if (room < 0) return false;
  const auto gap = static_cast<std::uint32_t>(
      below(prng, static_cast<std::uint64_t>(std::min<std::int64_t>(room, kMaxGap)) + 1));
  base = top + gap;
  top = base + static_cast<std::uint32_t>(words);
  return true;
}

// --- Steps of a network -----------------------------------------------------------------------

std::int64_t tiles_of(const Config& config, int size) {
  return (size + config.rows - 1) / config.rows;
}

// Where a network lies. Lists have one entry for each width; W, BIAS and DELTA of layer i, which
// makes width i from width i-1, are entry i.
struct Layout {
  std::vector<std::uint32_t> x, delta, w, bias;
  std::uint32_t y = 0;
  std::uint32_t dx = 0;
  std::uint32_t dw = 0;
};

// Sums that only one command needs lie in the same place for all.
bool lay_out(const Config& config, Prng& prng, const StepShape& shape, Tops& tops, Layout& layout) {
  const std::size_t count = shape.widths.size();
  for (auto* list : {&layout.x, &layout.delta, &layout.w, &layout.bias}) list->resize(count);
  std::int64_t vector_words = 0;
  std::int64_t matrix_words = 0;
  bool good = true;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t tiles = tiles_of(config, shape.widths[i]);
    const std::int64_t words = tiles * shape.batch;
    vector_words = std::max(vector_words, words);
    good = good && take(config, prng, Buffer::x, words, tops, layout.x[i]);
    if (i == 0) continue;
    const std::int64_t matrix = tiles * shape.widths[i - 1];
    matrix_words = std::max(matrix_words, matrix);
    good = good && take(config, prng, Buffer::delta, words, tops, layout.delta[i]) &&
           take(config, prng, Buffer::w, matrix, tops, layout.w[i]) &&
           take(config, prng, Buffer::bias, tiles, tops, layout.bias[i]);
  }
  return good && take(config, prng, Buffer::y, vector_words, tops, layout.y) &&
         take(config, prng, Buffer::dx, vector_words, tops, layout.dx) &&
         take(config, prng, Buffer::dw, matrix_words, tops, layout.dw);
}

// The command of layer i, without its training fields.
Command layer_command(Prng& prng, const StepShape& shape, const StepOptions& options,
                      const Layout& layout, Op op, std::size_t i) {
  Command c = golden::make_command(op, Schedule::interleaved, shape.widths[i - 1], shape.widths[i],
                                   shape.batch);
  c.schedule = options.schedule < 3 ? options.schedule : pick(prng, 0, 2);
  c.bases = {layout.x[i - 1], layout.delta[i], layout.w[i], layout.y, layout.dx, layout.dw};
  return c;
}

}  // namespace

int pick(Prng& prng, int low, int high) {
  return low + static_cast<int>(below(prng, static_cast<std::uint64_t>(high - low) + 1));
}

TrainingWish random_wish(Prng& prng) {
  return {!one_in(prng, 4), !one_in(prng, 3), !one_in(prng, 3)};
}

void draw_training(const Config& config, Prng& prng, const TrainingWish& wish, Command& c) {
  const int p = config.operand_bits;
  const Op op = static_cast<Op>(c.op);
  const bool wgrad = op == Op::wgrad || op == Op::backward;
  TrainingFields t;
  for (const TrainingPin& pin : training_pins(config)) {
    pin.set(t, static_cast<std::uint32_t>(random_bits(prng, pin.width)));
  }
  t.post = wish.post && op != Op::wgrad;
  t.update = wish.update && wgrad;
  t.bgrad = wish.bgrad && wgrad;
  const auto targets = below(prng, 7) + 1;  // of the forward lane: one at least
  const bool forward = t.post && op == Op::fprop;
  t.to_x = forward && (targets & 1) != 0;
  t.to_y = forward && (targets & 2) != 0;
  t.loss = forward && (targets & 4) != 0;
  const bool stochastic = config.training.stochastic;
  t.sr_post = stochastic && (t.post || t.bgrad) && one_in(prng, 2);
  t.sr_update = stochastic && t.update && one_in(prng, 2);
  if (forward) t.act = draw_activation(config, prng);
  if (t.post) {
    const Scaling s = draw_scaling(prng, sum_bits(2 * p - 3, forward ? c.m : c.n), p - 2);
    t.scale = s.scale;
    t.shift = s.shift;
  }
  if (t.bgrad) {
    const Scaling s = draw_scaling(prng, sum_bits(p - 1, c.b), pick(prng, 0, 2 * p));
    t.bias_scale = s.scale;
    t.bias_shift = s.shift;
    if (one_in(prng, 8)) {  // beyond the accumulator, if that can be
      t.bias_scale |= std::uint32_t{1} << (kScaleBits - 1);
      t.bias_shift = static_cast<std::uint32_t>(pick(prng, 0, 2));
    }
  }
  if (t.update) draw_update(config, prng, c.b, t);
  if (t.update) c.acc_dw = false;
  c.training = t;
}

std::int64_t training_word(const Config& config, Prng& prng, Buffer buffer, Data data, int index) {
  const int bits = word_bits(config, buffer);
  const bool high = data == Data::maximum || (data == Data::alternating && index % 2 != 0);
  if (buffer == Buffer::deriv) {
    // Codes stop at 2^(p-1), which stands for 1.
    const std::int64_t one = std::int64_t{1} << (bits - 1);
    if (data != Data::random) return high ? one : 0;
    switch (below(prng, 4)) {
      case 0: return 0;
      case 1: return one;
      default: return static_cast<std::int64_t>(below(prng, static_cast<std::uint64_t>(one) + 1));
    }
  }
  if (data != Data::random) return high ? golden::max_value(bits) : golden::min_value(bits);
  const bool operand = buffer == Buffer::x || buffer == Buffer::delta || buffer == Buffer::w;
  // What is added to sums of products is mostly no larger than they are.
  const bool small = !operand && !one_in(prng, 16);
  return signed_bits(prng, small ? std::min(bits, pick(prng, 2, 2 * config.operand_bits)) : bits);
}

std::uint32_t draw_seed(const Config& config, Prng& prng) {
  const auto generator = static_cast<golden::Generator>(pick(prng, 1, 3));
  // What the generator has after reset is also what makes it 0 as a seed.
  const std::uint32_t key = golden::seeded_state(0, generator, pick(prng, 0, config.rows - 1));
  return one_in(prng, 4) ? key : static_cast<std::uint32_t>(prng());
}

bool place_behind(const Config& config, Prng& prng, Command& command, Tops& tops) {
  Command placed = command;
  Tops moved = tops;
  std::vector<BaseUse> uses = base_uses(config, placed);
  if (!one_use_each(uses)) shuffle(uses, prng);
  for (const BaseUse& use : uses) {
    if (!take(config, prng, use.buffer, use.words, moved, *use.base)) return false;
  }
  if (golden::check(config, placed) != Status::ok) return false;
  command = placed;
  tops = moved;
  return true;
}

std::vector<Command> draw_step(const Config& config, Prng& prng, const StepShape& shape,
                               const StepOptions& options, Tops& tops) {
  Tops moved = tops;
  Layout layout;
  if (!lay_out(config, prng, shape, moved, layout)) return {};
  const std::size_t last = shape.widths.size() - 1;
  std::vector<Command> commands;
  const auto add = [&](Op op, std::size_t i) {
    Command c = layer_command(prng, shape, options, layout, op, i);
    const TrainingWish wish = options.complete ? TrainingWish{true, true, true} : random_wish(prng);
    if (!options.complete) {
      c.acc_psum = op != Op::wgrad && one_in(prng, 4);
      c.acc_dw = op != Op::fprop && one_in(prng, 4);
    }
    draw_training(config, prng, wish, c);
    TrainingFields& t = c.training;
    t.bias_base = layout.bias[i];
    t.next_base = op == Op::fprop ? layout.x[i] : layout.delta[i - 1];
    if (options.complete && op == Op::fprop) {
      t.to_x = i < last || t.to_x;
      t.loss = i == last;
    }
    // The targets are for the last layer; the others would get deltas of their own.
    if (i < last && op == Op::fprop) t.loss = false;
    if (t.post && op == Op::fprop && !t.to_y && !t.loss) t.to_x = true;
    commands.push_back(c);
  };
  for (std::size_t i = 1; i <= last; ++i) add(Op::fprop, i);
  for (std::size_t i = last; i > 1; --i) add(Op::backward, i);
  add(Op::wgrad, 1);
  const auto good = [&](const Command& c) { return golden::check(config, c) == Status::ok; };
  if (!std::all_of(commands.begin(), commands.end(), good)) return {};
  tops = moved;
  return commands;
}

}  // namespace gradloom
