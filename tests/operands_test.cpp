// SPDX-License-Identifier: Apache-2.0
#include "flow/operands.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "generator/config_yaml.hpp"

using namespace gradloom;

TEST_CASE("operands of a hidden layer in training have the zeros of ReLU and fill the range") {
  const Config config = load_config(GRADLOOM_TEST_ROOT "/examples/configs/gl2x2_int8.yaml");
  const char* data = GRADLOOM_TEST_ROOT "/examples/data/optdigits.csv.gz";
  const LayerOperands a = flow::recorded_operands(config, {16, 8, 16}, data);
  CHECK(shape_of(Op::backward, a).m == 16);
  CHECK(shape_of(Op::backward, a).n == 8);
  CHECK(shape_of(Op::backward, a).b == 16);
  CHECK(flow::zero_share(a.x) > 0.2);
  CHECK(flow::zero_share(a.x) < 0.9);
  CHECK(flow::zero_share(a.delta) > 0.2);
  CHECK(flow::zero_share(a.delta) < 0.95);
  CHECK(flow::zero_share(a.w) < 0.1);
  CHECK(*std::min_element(a.x.data.begin(), a.x.data.end()) >= 0);  // behind a ReLU
  for (const Matrix* m : {&a.x, &a.w, &a.delta}) {
    CHECK(*std::min_element(m->data.begin(), m->data.end()) >= -128);
    CHECK(*std::max_element(m->data.begin(), m->data.end()) <= 127);
    CHECK(*std::max_element(m->data.begin(), m->data.end()) > 16);
  }
  const LayerOperands b = flow::recorded_operands(config, {16, 8, 16}, data);
  CHECK(a.x == b.x);
  CHECK(a.w == b.w);
  CHECK(a.delta == b.delta);
}
