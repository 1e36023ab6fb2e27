// SPDX-License-Identifier: Apache-2.0
// The network-level golden model against the text of docs/numerics.md, section 8, written out
// again here in the plainest way: by commands, tiles and lanes, one element at a time, with tables
// from the formulas. It shares no function with golden/.
#include "golden/training_step.hpp"

#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "sim/prng.hpp"

using gradloom::below;
using gradloom::Config;
using gradloom::Overflow;
using gradloom::Prng;
using gradloom::golden::LayerCut;
using gradloom::golden::LayerNumbers;
using gradloom::golden::LayerState;
using gradloom::golden::NetNumbers;
using gradloom::golden::NetState;
using gradloom::golden::Operands;
using gradloom::golden::TrainingNet;

namespace {

using Int = __int128;

Int pow2(int exponent) { return Int{1} << exponent; }

Int limit(Int v, int bits) { return std::min(std::max(v, -pow2(bits - 1)), pow2(bits - 1) - 1); }

Int floor_div(Int v, Int d) {
  const Int quotient = v / d;
  return quotient * d > v ? quotient - 1 : quotient;
}

bool is_odd(Int v) { return floor_div(v, 2) * 2 != v; }

/// Section 8.2, nearest.
Int nearest(Int v, int s) {
  const Int e = floor_div(v, pow2(s));
  const Int rest = 2 * (v - e * pow2(s));
  if (rest > pow2(s) || (rest == pow2(s) && is_odd(e))) return e + 1;
  return e;
}

class Plain {
 public:
  Plain(const Config& config, const NetNumbers& numbers, const NetState& state,
        const std::vector<LayerCut>& cuts)
      : c_(config), numbers_(numbers), cuts_(cuts), state(state) {}

  void step(const Operands& x, const Operands* targets, const Operands* host_delta) {
    values.assign(1, x);
    codes.assign(1, {});
    const std::size_t count = numbers_.layers.size();
    for (std::size_t k = 0; k < count; ++k) fprop(k);
    deltas.assign(count, {});
    deltas.back() = host_delta != nullptr ? *host_delta : loss(*targets);
    for (std::size_t k = count; k-- > 0;) backward(k);
  }

 private:
  const Config c_;
  const NetNumbers numbers_;
  const std::vector<LayerCut> cuts_;

 public:
  NetState state;
  std::vector<Operands> values;
  std::vector<std::vector<Int>> codes;  // derivative codes of the values
  std::vector<Operands> deltas;
  mutable int overflows = 0;

 private:
  int p() const { return c_.operand_bits; }
  int q() const { return c_.training.master_bits; }
  int f() const { return c_.training.step_bits; }
  int a() const { return c_.accumulator_bits; }

  Int add(Int s, Int t) const {
    if (limit(s + t, a()) != s + t) ++overflows;
    if (c_.overflow == Overflow::saturate) return limit(s + t, a());
    const Int low = (s + t) - floor_div(s + t, pow2(a())) * pow2(a());
    return low >= pow2(a() - 1) ? low - pow2(a()) : low;
  }

  static std::uint32_t draw(std::uint32_t& generator) {
    generator ^= generator << 13;
    generator ^= generator >> 17;
    generator ^= generator << 5;
    return generator;
  }

  Int lane_round(Int v, int s, std::uint32_t& generator) const {
    if (!numbers_.sr_post) return nearest(v, s);
    const Int e = floor_div(v, pow2(s));
    const Int g = floor_div((v - e * pow2(s)) * pow2(16), pow2(s));
    const Int u = draw(generator) >> 16;
    return g + u >= pow2(16) ? e + 1 : e;
  }

  Int weight(std::size_t k, int m, int n) const {
    const Int master = state.layers[k].masters[place(k, m, n)];
    return floor_div(master, pow2(q() - p()));
  }

  std::size_t place(std::size_t k, int m, int n) const {
    return static_cast<std::size_t>(m * numbers_.layers[k].n + n);
  }

  Int table(Int z, bool sigmoid, bool derivative) const {
    const int k = std::min(p(), 8);
    const auto i = static_cast<double>(floor_div(z, pow2(p() - k)));
    const double x = (i + (k == p() ? 0 : 0.5)) * (sigmoid ? 8 : 4) * std::pow(2.0, 1 - k);
    const double value = sigmoid ? 1 / (1 + std::exp(-x)) : std::tanh(x);
    const double slope = sigmoid ? 4 * value * (1 - value) : 1 - value * value;
    const double one = std::pow(2.0, p() - 1);
    if (derivative) return static_cast<Int>(std::floor(slope * one + 0.5));
    return static_cast<Int>(std::min(one - 1, std::floor(value * one + 0.5)));
  }

  Int activated(const LayerNumbers& layer, Int z) const {
    const Int top = pow2(p() - 1) - 1;
    switch (layer.act) {
      case 0: return z;
      case 1: return z > 0 ? z : 0;
      case 2: return z >= 0 ? z : nearest(z, layer.leak);
      case 3: return std::min(std::max(z + pow2(p() - 2), Int{0}), top);
      case 4: return std::min(std::max(z, -top), top);
      case 5: return table(z, true, false);
      default: return table(z, false, false);
    }
  }

  Int derivative(const LayerNumbers& layer, Int z) const {
    const Int one = pow2(p() - 1);
    const Int moved = z + pow2(p() - 2);
    switch (layer.act) {
      case 0: return one;
      case 1: return z > 0 ? one : 0;
      case 2: return z > 0 ? one : (layer.leak > p() - 1 ? 0 : pow2(p() - 1 - layer.leak));
      case 3: return moved > 0 && moved < one - 1 ? one : 0;
      case 4: return z > -(one - 1) && z < one - 1 ? one : 0;
      case 5: return table(z, true, true);
      default: return table(z, false, true);
    }
  }

  void fprop(std::size_t k) {
    const LayerNumbers& layer = numbers_.layers[k];
    const Operands x = values[k];
    Operands out(x.rows, layer.n);
    std::vector<Int> code(static_cast<std::size_t>(x.rows * layer.n));
    for (int nt = 0; nt < layer.n; nt += c_.cols) {
      for (int b = 0; b < x.rows; ++b) {
        for (int n = nt; n < std::min(nt + c_.cols, layer.n); ++n) {
          Int y = 0;
          for (int m = 0; m < layer.m; ++m) y = add(y, x.at(b, m) * weight(k, m, n));
          const Int t = limit(y + state.layers[k].bias[static_cast<std::size_t>(n)], a());
          auto& generator = state.generators.column[static_cast<std::size_t>(n - nt)];
          const Int z = limit(lane_round(t * layer.scale, layer.shift, generator), p());
          out.at(b, n) = static_cast<std::int16_t>(activated(layer, z));
          code[static_cast<std::size_t>(b * layer.n + n)] = derivative(layer, z);
        }
      }
    }
    values.push_back(out);
    codes.push_back(code);
  }

  Operands loss(const Operands& targets) const {
    Operands delta = targets;
    for (std::size_t i = 0; i < delta.data.size(); ++i) {
      const Int e = limit(Int{values.back().data[i]} - targets.data[i], p());
      delta.data[i] = static_cast<std::int16_t>(nearest(e * codes.back()[i], p() - 1));
    }
    return delta;
  }

  void backward(std::size_t k) {
    const LayerNumbers& layer = numbers_.layers[k];
    const Operands delta = deltas[k];
    if (k > 0) {
      Operands next(delta.rows, layer.m);
      for (int mt = 0; mt < layer.m; mt += c_.rows) {
        for (int b = 0; b < delta.rows; ++b) {
          for (int m = mt; m < std::min(mt + c_.rows, layer.m); ++m) {
            Int dx = 0;
            for (int n = 0; n < layer.n; ++n) dx = add(dx, delta.at(b, n) * weight(k, m, n));
            auto& generator = state.generators.row_backward[static_cast<std::size_t>(m - mt)];
            const Int v =
                limit(lane_round(dx * layer.back_scale, layer.back_shift, generator), p());
            const Int d = codes[k][static_cast<std::size_t>(b * layer.m + m)];
            next.at(b, m) = static_cast<std::int16_t>(nearest(v * d, p() - 1));
          }
        }
      }
      deltas[k - 1] = next;
    }
    for (int n = 0; n < layer.n; ++n) {
      Int db = 0;
      for (int b = 0; b < delta.rows; ++b) db = add(db, delta.at(b, n));
      auto& generator = state.generators.column[static_cast<std::size_t>(n % c_.cols)];
      const Int change = limit(lane_round(db * layer.bias_scale, layer.bias_shift, generator), a());
      std::int64_t& bias = state.layers[k].bias[static_cast<std::size_t>(n)];
      bias = static_cast<std::int64_t>(limit(bias - change, a()));
    }
    const int mc = cuts_.empty() || cuts_[k].m == 0 ? layer.m : cuts_[k].m;
    const int nc = cuts_.empty() || cuts_[k].n == 0 ? layer.n : cuts_[k].n;
    for (int m0 = 0; m0 < layer.m; m0 += mc) {
      for (int n0 = 0; n0 < layer.n; n0 += nc) {
        command(k, m0, std::min(m0 + mc, layer.m), n0, std::min(n0 + nc, layer.n));
      }
    }
  }

  void command(std::size_t k, int m0, int m1, int n0, int n1) {
    for (int nt = n0; nt < n1; nt += c_.cols) {
      for (int mt = m0; mt < m1; mt += c_.rows) {
        for (int m = mt; m < std::min(mt + c_.rows, m1); ++m) {
          Int draws[2] = {0, 0};
          if (numbers_.sr_update) {
            auto& generator = state.generators.row_update[static_cast<std::size_t>(m - mt)];
            for (Int& d : draws) d = draw(generator);
          }
          for (int n = nt; n < std::min(nt + c_.cols, n1); ++n) update(k, m, n, draws);
        }
      }
    }
  }

  /// Section 8.7, the table.
  void update(std::size_t k, int m, int n, const Int* draws) {
    const LayerNumbers& layer = numbers_.layers[k];
    Int t = 0;
    for (int b = 0; b < values[k].rows; ++b) {
      t = add(t, Int{values[k].at(b, m)} * deltas[k].at(b, n));
    }
    const bool sr = numbers_.sr_update;
    const int shift = layer.rate_shift;
    const auto low = [](Int v, int bits) { return v - floor_div(v, pow2(bits)) * pow2(bits); };
    const Int r1 = sr ? low(draws[0], shift) : (shift == 0 ? 0 : pow2(shift - 1));
    const Int r2 = sr ? low(draws[1], f()) : (f() == 0 ? 0 : pow2(f() - 1));
    const Int t1 = add(t, r1);
    Int u = floor_div(t1, pow2(shift));
    if (!sr && shift > 0 && low(t1, shift) == 0 && is_odd(u)) u -= 1;
    const Int g = limit(u, p());
    std::int32_t& master = state.layers[k].masters[place(k, m, n)];
    Int v = master * pow2(f()) + r2 - layer.rate * g;
    if (c_.training.weight_decay) v -= layer.decay * weight(k, m, n);
    Int w = floor_div(v, pow2(f()));
    if (!sr && f() > 0 && low(v, f()) == 0 && is_odd(w)) w -= 1;
    master = static_cast<std::int32_t>(limit(w, q()));
  }
};

std::int64_t signed_bits(Prng& prng, int bits) {
  return static_cast<std::int64_t>(below(prng, std::uint64_t{1} << bits)) -
         (std::int64_t{1} << (bits - 1));
}

int within(Prng& prng, int low, int high) {
  return low + static_cast<int>(below(prng, static_cast<std::uint64_t>(high - low + 1)));
}

/// Now and then the extremes only, so that sums leave the accumulator.
Operands random_operands(Prng& prng, int rows, int cols, int p) {
  Operands result(rows, cols);
  const bool extremes = below(prng, 2) == 0;
  for (auto& v : result.data) v = static_cast<std::int16_t>(signed_bits(prng, p));
  if (!extremes) return result;
  const auto least = static_cast<std::int16_t>(-(1 << (p - 1)));
  for (auto& v : result.data)
    v = below(prng, 8) == 0 ? static_cast<std::int16_t>(-1 - least) : least;
  return result;
}

struct Case {
  Config config;
  NetNumbers numbers;
  NetState state;
  std::vector<LayerCut> cuts;
};

Config random_config(Prng& prng) {
  Config config;
  config.rows = config.cols = within(prng, 1, 4);
  const int p = config.operand_bits = within(prng, 2, below(prng, 4) == 0 ? 16 : 9);
  config.training.built = true;
  config.training.master_bits = within(prng, p, below(prng, 2) == 0 ? 32 : std::min(2 * p, 32));
  config.training.step_bits = within(prng, 0, p);
  config.training.activations = 0x7F;
  config.training.stochastic = true;
  config.training.weight_decay = below(prng, 2) == 0;
  constexpr Overflow kPolicies[] = {Overflow::refuse, Overflow::wrap, Overflow::saturate};
  config.overflow = kPolicies[below(prng, 3)];
  const int least = std::max(8, training_accumulator_bits(p, config.training));
  config.accumulator_bits = std::min(64, within(prng, least, below(prng, 3) == 0 ? 64 : least + 2));
  return config;
}

Case random_case(Prng& prng) {
  Case c;
  c.config = random_config(prng);
  const int p = c.config.operand_bits;
  const int a = c.config.accumulator_bits;
  c.numbers.sr_post = below(prng, 2) == 0;
  c.numbers.sr_update = below(prng, 2) == 0;
  const bool long_sums = below(prng, 3) == 0;
  c.numbers.batch = within(prng, 1, long_sums ? 250 : 9);
  c.state.generators = gradloom::golden::seeded(c.config, static_cast<std::uint32_t>(prng()));
  int m = within(prng, 1, long_sums ? 250 : 11);
  for (int k = within(prng, 1, 3); k > 0; --k) {
    LayerNumbers layer;
    layer.m = m;
    layer.n = within(prng, 1, 11);
    m = layer.n;
    layer.act = within(prng, 0, 6);
    layer.leak = within(prng, 0, 7);
    const auto scale = [&] { return within(prng, 0, below(prng, 8) == 0 ? 1 : 65535); };
    layer.scale = scale();
    layer.shift = std::min(63, within(prng, 8, 16 + p));
    layer.back_scale = scale();
    layer.back_shift = below(prng, 8) == 0 ? 0 : within(prng, 8, 16 + p);
    layer.bias_scale = scale();
    layer.bias_shift = below(prng, 8) == 0 ? 63 : within(prng, 0, 24);
    layer.rate = within(prng, 0, (1 << (p - 1)) - 1);
    layer.rate_shift = within(prng, 0, 2 * p - 1);
    layer.decay = c.config.training.weight_decay ? within(prng, 0, (1 << (p - 1)) - 1) : 0;
    LayerState state;
    for (int i = 0; i < layer.m * layer.n; ++i) {
      state.masters.push_back(
          static_cast<std::int32_t>(signed_bits(prng, c.config.training.master_bits)));
    }
    for (int n = 0; n < layer.n; ++n) state.bias.push_back(signed_bits(prng, std::min(a - 1, 63)));
    c.numbers.layers.push_back(layer);
    c.state.layers.push_back(state);
    c.cuts.push_back({c.config.rows * within(prng, 0, 2), c.config.cols * within(prng, 0, 2)});
  }
  if (below(prng, 2) == 0) c.cuts.clear();
  return c;
}

}  // namespace

TEST_CASE("training steps of random networks, against the text of the document") {
  int changed = 0;
  int beyond = 0;  // runs in which a sum left its accumulator
  for (int run = 0; run < 500; ++run) {
    CAPTURE(run);
    Prng prng = gradloom::make_prng(static_cast<std::uint64_t>(run), 77);
    const Case c = random_case(prng);
    CAPTURE(c.config.operand_bits);
    CAPTURE(c.config.accumulator_bits);
    Plain plain(c.config, c.numbers, c.state, c.cuts);
    TrainingNet net(c.config, c.numbers, c.state, c.cuts);
    for (int step = 0; step < 3; ++step) {
      CAPTURE(step);
      const int p = c.config.operand_bits;
      const Operands x = random_operands(prng, c.numbers.batch, c.numbers.layers.front().m, p);
      const Operands t = random_operands(prng, c.numbers.batch, c.numbers.layers.back().n, p);
      const bool host = below(prng, 3) == 0;
      plain.step(x, &t, host ? &t : nullptr);
      if (host) {
        net.forward(x);
        net.backward(t);
      } else {
        net.step(x, t);
      }
      REQUIRE(net.activations() == plain.values);
      REQUIRE(net.deltas() == plain.deltas);
      REQUIRE(net.state() == plain.state);
    }
    changed += net.state().layers == c.state.layers ? 0 : 1;
    beyond += plain.overflows > 0 ? 1 : 0;
  }
  CHECK(changed > 420);
  CHECK(beyond > 12);
}

TEST_CASE("one step by hand") {
  // p = 4, q = 8, f = 2: x = 3, W = floor(37 / 16) = 2, y = 6, t = 6 + 2 = 8, z = 8 / 2 = 4.
  Config config;
  config.rows = config.cols = 1;
  config.operand_bits = 4;
  config.accumulator_bits = 12;
  config.overflow = Overflow::wrap;
  config.training = {true, 8, 2, 0x7F, true, false};
  NetNumbers numbers;
  LayerNumbers layer;
  layer.m = layer.n = 1;
  layer.scale = layer.bias_scale = 1;
  layer.shift = 1;
  layer.rate = 3;
  layer.rate_shift = 1;
  numbers.layers = {layer};
  numbers.batch = 1;
  NetState state;
  state.layers = {{{37}, {2}}};
  state.generators = gradloom::golden::seeded(config, 0);
  TrainingNet net(config, numbers, state);
  Operands x(1, 1);
  x.at(0, 0) = 3;
  CHECK(net.infer(x).at(0, 0) == 4);
  Operands target(1, 1);
  target.at(0, 0) = -1;
  net.step(x, target);
  CHECK(net.activations()[1].at(0, 0) == 4);
  CHECK(net.deltas()[0].at(0, 0) == 5);
  CHECK(net.state().layers[0].bias[0] == -3);
  // dW = 15, g = round(7.5) = 8 limited to 7; 37 - 3 * 7 / 4 = 31.75.
  CHECK(net.state().layers[0].masters[0] == 32);
  CHECK(net.infer(x).at(0, 0) == 2);  // (3 * 2 - 3) / 2 = 1.5, to the even one
  CHECK(net.state().generators == state.generators);
}

TEST_CASE("numbers that do not fit are refused") {
  Prng prng = gradloom::make_prng(5, 77);
  const Case good = random_case(prng);
  const auto refused = [&](auto change) {
    Case bad = good;
    change(bad);
    CHECK_THROWS_AS(TrainingNet(bad.config, bad.numbers, bad.state, bad.cuts),
                    std::invalid_argument);
  };
  CHECK_NOTHROW(TrainingNet(good.config, good.numbers, good.state, good.cuts));
  refused([](Case& c) { c.config.training.built = false; });
  refused([](Case& c) { c.numbers.layers.clear(); });
  refused([](Case& c) { c.state.layers.pop_back(); });
  refused([](Case& c) { c.numbers.layers[0].rate_shift = 2 * c.config.operand_bits; });
  refused([](Case& c) { c.numbers.layers[0].rate = 1 << (c.config.operand_bits - 1); });
  refused([](Case& c) { c.numbers.layers[0].scale = 65536; });
  refused([](Case& c) { c.numbers.layers[0].shift = 64; });
  refused([](Case& c) { c.numbers.layers[0].act = 7; });
  refused([](Case& c) { c.state.layers[0].masters.pop_back(); });
  refused([](Case& c) { c.state.layers[0].bias.push_back(0); });
  refused([](Case& c) { c.state.generators.column.pop_back(); });
  refused([](Case& c) {
    c.config.training.activations = 1;
    c.numbers.layers[0].act = 1;
  });
  refused([](Case& c) {
    c.config.training.stochastic = false;
    c.numbers.sr_post = true;
  });
}

TEST_CASE("the hash of a state tells every weight and bias") {
  Prng prng = gradloom::make_prng(6, 77);
  const Case c = random_case(prng);
  const std::uint64_t hash = gradloom::golden::hash_of(c.state.layers);
  CHECK(hash == gradloom::golden::hash_of(c.state.layers));
  for (std::size_t k = 0; k < c.state.layers.size(); ++k) {
    std::vector<LayerState> other = c.state.layers;
    other[k].masters.back() ^= 1;
    CHECK(hash != gradloom::golden::hash_of(other));
    other = c.state.layers;
    other[k].bias.front() ^= 1;
    CHECK(hash != gradloom::golden::hash_of(other));
  }
  CHECK(gradloom::golden::hash_of({}) == 0xCBF29CE484222325ULL);
}
