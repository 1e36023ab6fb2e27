// SPDX-License-Identifier: Apache-2.0
#include "sim/mlp.hpp"

#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <cmath>
#include <memory>

#include "sim/prng.hpp"
#include "tests/direct_engine.hpp"

using gradloom::ActivationCode;
using gradloom::Activations;
using gradloom::FloatMatrix;
using gradloom::FloatProducts;
using gradloom::LossResult;
using gradloom::Mlp;
using gradloom::Products;
using gradloom::QuantizedProducts;
using gradloom::test::DirectEngine;

namespace {

FloatMatrix matrix(int rows, int cols, std::vector<float> values) {
  FloatMatrix result(rows, cols);
  REQUIRE(values.size() == result.data.size());
  result.data = std::move(values);
  return result;
}

FloatMatrix random_matrix(int rows, int cols, std::uint64_t seed) {
  gradloom::Prng prng = gradloom::make_prng(seed, 99);
  FloatMatrix result(rows, cols);
  for (float& value : result.data) value = gradloom::uniform(prng, 1);
  return result;
}

/// ReLU after each layer but the last.
Activations relus(const Mlp& mlp) {
  Activations activations{std::vector<ActivationCode>(mlp.size(), ActivationCode::relu), 0};
  activations.codes.back() = ActivationCode::identity;
  return activations;
}

double mean_loss(const Mlp& mlp, const FloatMatrix& x, const std::vector<int>& labels) {
  FloatProducts products;
  const FloatMatrix logits = forward(mlp, relus(mlp), x, products).back();
  return softmax_cross_entropy(logits, labels).loss_sum / x.rows;
}

Mlp gradients_of(const Mlp& mlp, const FloatMatrix& x, const std::vector<int>& labels,
                 Products& products) {
  const std::vector<FloatMatrix> activations = forward(mlp, relus(mlp), x, products);
  const LossResult loss = softmax_cross_entropy(activations.back(), labels);
  return gradients(mlp, relus(mlp), activations, loss.delta, products);
}

/// x = 2 -> h = relu(2 * 0.5) = 1 -> logits (1, -1), label 1.
Mlp two_layers() { return {{matrix(1, 1, {0.5F}), {0}}, {matrix(1, 2, {1, -1}), {0, 0}}}; }

}  // namespace

TEST_CASE("one step by hand, in float32 and in integers") {
  const std::unique_ptr<Products> float_products = std::make_unique<FloatProducts>();
  DirectEngine engine;
  const std::unique_ptr<Products> int_products = std::make_unique<QuantizedProducts>(engine, 8);
  for (Products* products : {float_products.get(), int_products.get()}) {
    Mlp mlp = two_layers();
    const FloatMatrix x = matrix(1, 1, {2});
    const std::vector<FloatMatrix> activations = forward(mlp, relus(mlp), x, *products);
    REQUIRE(activations.size() == 3);
    CHECK(activations[1].at(0, 0) == doctest::Approx(1));
    CHECK(activations[2].at(0, 0) == doctest::Approx(1));
    CHECK(activations[2].at(0, 1) == doctest::Approx(-1));

    const LossResult loss = softmax_cross_entropy(activations.back(), std::vector<int>{1});
    const double p = 1 / (1 + std::exp(-2.0));  // softmax of the first logit
    CHECK(loss.loss_sum == doctest::Approx(-std::log(1 - p)));
    CHECK(loss.correct == 0);
    CHECK(loss.delta.at(0, 0) == doctest::Approx(p));
    CHECK(loss.delta.at(0, 1) == doctest::Approx(-p));

    const Mlp gradient = gradients(mlp, relus(mlp), activations, loss.delta, *products);
    CHECK(gradient[1].w.at(0, 0) == doctest::Approx(p));  // h * delta
    CHECK(gradient[1].b[1] == doctest::Approx(-p));       // delta
    CHECK(gradient[0].b[0] == doctest::Approx(2 * p));    // dh = p * 1 + (-p) * (-1)
    CHECK(gradient[0].w.at(0, 0) == doctest::Approx(4 * p));

    Mlp velocity = zeros_like(mlp);
    update(mlp, velocity, gradient, 0.5F, 0.9F);
    CHECK(mlp[0].w.at(0, 0) == doctest::Approx(0.5 - 0.5 * 4 * p));
    CHECK(mlp[1].b[1] == doctest::Approx(0.5 * p));
    update(mlp, velocity, gradient, 0.5F, 0.9F);  // the velocity is now 1.9 gradients
    CHECK(mlp[1].b[1] == doctest::Approx(0.5 * p + 0.5 * 1.9 * p));
  }
}

TEST_CASE("softmax of a batch: mean gradient, first of equal logits, no overflow") {
  const FloatMatrix logits = matrix(2, 3, {0, 0, 0, 1000, -1000, 0});
  const LossResult loss = softmax_cross_entropy(logits, std::vector<int>{0, 0});
  CHECK(loss.correct == 2);
  CHECK(loss.loss_sum == doctest::Approx(std::log(3.0)));
  CHECK(loss.delta.at(0, 0) == doctest::Approx((1.0 / 3 - 1) / 2));
  CHECK(loss.delta.at(0, 2) == doctest::Approx(1.0 / 6));
  CHECK(loss.delta.at(1, 0) == 0);
  CHECK(softmax_cross_entropy(logits, std::vector<int>{1, 1}).correct == 0);
  CHECK(softmax_cross_entropy(logits, std::vector<int>{1, 1}).loss_sum ==
        doctest::Approx(std::log(3.0) + 2000));
}

TEST_CASE("gradients of the float32 reference agree with finite differences") {
  Mlp mlp = gradloom::make_mlp({5, 7, 6, 3}, 11);
  const FloatMatrix x = random_matrix(9, 5, 1);
  const std::vector<int> labels{0, 1, 2, 0, 1, 2, 0, 1, 2};
  FloatProducts products;
  const Mlp gradient = gradients_of(mlp, x, labels, products);
  const float step = 1.0F / 512;
  const auto difference = [&](float& weight) {
    const float before = weight;
    weight = before + step;
    const double above = mean_loss(mlp, x, labels);
    weight = before - step;
    const double below = mean_loss(mlp, x, labels);
    weight = before;
    return (above - below) / (2 * static_cast<double>(step));
  };
  for (std::size_t i = 0; i < mlp.size(); ++i) {
    CAPTURE(i);
    double largest = 0;
    for (std::size_t k = 0; k < mlp[i].w.data.size(); ++k) {
      CAPTURE(k);
      const auto expected = static_cast<double>(gradient[i].w.data[k]);
      CHECK(std::fabs(difference(mlp[i].w.data[k]) - expected) < 5e-4);
      largest = std::max(largest, std::fabs(expected));
    }
    CHECK(largest > 0.02);  // far above the tolerance: the comparison says something
    for (std::size_t n = 0; n < mlp[i].b.size(); ++n) {
      CAPTURE(n);
      CHECK(std::fabs(difference(mlp[i].b[n]) - static_cast<double>(gradient[i].b[n])) < 5e-4);
    }
  }
}

TEST_CASE("every activation: mean squared error and finite differences") {
  const FloatMatrix x = random_matrix(9, 5, 1);
  const std::vector<int> labels{0, 1, 2, 0, 1, 2, 0, 1, 2};
  for (int code = 0; code < gradloom::kActivationCount; ++code) {
    CAPTURE(code);
    const auto activation = static_cast<ActivationCode>(code);
    const Activations activations{{activation, activation}, 2};
    Mlp mlp = gradloom::make_mlp({5, 7, 3}, 11);
    FloatProducts products;
    const auto loss_now = [&] {
      const FloatMatrix outputs = forward(mlp, activations, x, products).back();
      return mean_squared_error(outputs, labels, -0.25F, 0.75F);
    };
    std::vector<FloatMatrix> deltas;
    const Mlp gradient = gradients(mlp, activations, forward(mlp, activations, x, products),
                                   loss_now().delta, products, &deltas);
    REQUIRE(deltas.size() == 2);
    CHECK(deltas[1].cols == 3);
    CHECK(deltas[0].cols == 7);
    for (std::size_t i = 0; i < mlp.size(); ++i) {
      for (std::size_t k = 0; k < mlp[i].w.data.size(); ++k) {
        float& weight = mlp[i].w.data[k];
        const float before = weight;
        weight = before + 1.0F / 1024;
        const double above = loss_now().loss_sum / x.rows;
        weight = before - 1.0F / 1024;
        const double below = loss_now().loss_sum / x.rows;
        weight = before;
        CHECK(std::fabs((above - below) * 512 - static_cast<double>(gradient[i].w.data[k])) < 3e-3);
      }
    }
  }
}

TEST_CASE("mean squared error by hand, and which output counts") {
  const FloatMatrix outputs = matrix(2, 3, {1, 0, 0, 0.5, 0.5, 0});
  const LossResult loss = gradloom::mean_squared_error(outputs, std::vector<int>{0, 1}, 0, 1);
  CHECK(loss.correct == 1);  // of equal ones the first counts
  CHECK(loss.loss_sum == doctest::Approx(0.25));
  CHECK(loss.delta.at(1, 0) == doctest::Approx(0.25));
  CHECK(loss.delta.at(1, 1) == doctest::Approx(-0.25));
}

TEST_CASE("weights decay, biases do not") {
  Mlp mlp{{matrix(1, 1, {2}), {3}}};
  Mlp velocity = zeros_like(mlp);
  update(mlp, velocity, zeros_like(mlp), 0.5F, 0, 0.1F);
  CHECK(mlp[0].w.at(0, 0) == doctest::Approx(1.9));
  CHECK(mlp[0].b[0] == 3);
}

TEST_CASE("integer gradients come near those of float32, the nearer the more bits") {
  const Mlp mlp = gradloom::make_mlp({20, 16, 10}, 3);
  const FloatMatrix x = random_matrix(32, 20, 5);
  std::vector<int> labels(32);
  for (std::size_t b = 0; b < labels.size(); ++b) labels[b] = static_cast<int>(b % 10);
  FloatProducts float_products;
  const Mlp expected = gradients_of(mlp, x, labels, float_products);
  double last = 1e9;
  for (const int bits : {4, 8, 12, 16}) {
    CAPTURE(bits);
    DirectEngine engine;
    QuantizedProducts products(engine, bits);
    const Mlp gradient = gradients_of(mlp, x, labels, products);
    double error = 0;
    double size = 0;
    const auto compare = [&](const std::vector<float>& found, const std::vector<float>& wanted) {
      for (std::size_t k = 0; k < wanted.size(); ++k) {
        error += std::pow(static_cast<double>(found[k]) - static_cast<double>(wanted[k]), 2);
        size += std::pow(static_cast<double>(wanted[k]), 2);
      }
    };
    for (std::size_t i = 0; i < mlp.size(); ++i) {
      compare(gradient[i].w.data, expected[i].w.data);
      compare(gradient[i].b, expected[i].b);
    }
    const double relative = std::sqrt(error / size);
    CHECK(relative < last / 4);
    last = relative;
  }
  CHECK(last < 1e-3);
}

TEST_CASE("every product of a step goes through the engine, within the operand range") {
  const Mlp mlp = gradloom::make_mlp({6, 5, 4, 3}, 2);
  for (int bits = 2; bits <= 16; ++bits) {
    CAPTURE(bits);
    DirectEngine engine;
    QuantizedProducts products(engine, bits);
    gradients_of(mlp, random_matrix(8, 6, 3), {0, 1, 2, 0, 1, 2, 0, 1}, products);
    CHECK(engine.fprops == 3);
    CHECK(engine.wgrads == 1);
    CHECK(engine.backwards == 2);
    const std::int64_t limit = gradloom::largest_quantized(bits);
    CHECK(std::max(engine.largest_operand, -engine.smallest_operand) == limit);
  }
}

TEST_CASE("initial weights: seeded, within the He bound, not all on one side") {
  const Mlp mlp = gradloom::make_mlp({64, 32, 10}, 1);
  CHECK(mlp == gradloom::make_mlp({64, 32, 10}, 1));
  CHECK_FALSE(mlp == gradloom::make_mlp({64, 32, 10}, 2));
  REQUIRE(mlp.size() == 2);
  CHECK(mlp[1].b == std::vector<float>(10));
  const float bound = std::sqrt(6.0F / 64);
  double sum = 0;
  float largest = 0;
  for (const float weight : mlp[0].w.data) {
    sum += static_cast<double>(weight);
    largest = std::max(largest, std::fabs(weight));
  }
  CHECK(largest <= bound);
  CHECK(largest > 0.99F * bound);
  CHECK(std::fabs(sum / 2048) < 0.02);
}
