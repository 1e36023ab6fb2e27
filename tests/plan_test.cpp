// SPDX-License-Identifier: Apache-2.0
#include "generator/plan.hpp"

#include <doctest/doctest.h>

#include <string>

#include "generator/config_yaml.hpp"

using namespace gradloom;

namespace {

Config parse(const std::string& rest, const std::string& array = "{rows: 3, cols: 5}") {
  return parse_config(
      "name: p\narray: " + array + "\nnumbers: {operand_bits: 4, accumulator_bits: 40}\n" + rest,
      "c.yaml");
}

}  // namespace

TEST_CASE("a reciprocal gives the floor of the quotient for every number") {
  for (const int dim_w : {1, 2, 3, 7, 11}) {
    for (int divisor = 1; divisor <= 256; ++divisor) {
      const Reciprocal r = reciprocal(divisor, dim_w);
      bool exact = true;
      for (std::int64_t x = 0; x < std::int64_t{1} << (dim_w + 1); ++x) {
        exact = exact && (x * r.value) >> r.shift == x / divisor;
      }
      CAPTURE(dim_w);
      CAPTURE(divisor);
      CHECK(exact);
    }
  }
}

TEST_CASE("the reciprocals fit their width, also where the limits are small") {
  for (const char* limits :
       {"", "limits: {m: 1, n: 1, batch: 1}\n", "limits: {m: 3, n: 2, batch: 1}\n"}) {
    for (const char* array :
         {"{rows: 129, cols: 256}", "{rows: 1, cols: 1}", "{rows: 65, cols: 3}"}) {
      const Plan plan = make_plan(parse(limits, array));
      CHECK(plan.recip_w >= plan.widths.dim_w + 2);
      CHECK(plan.recip_rows.value < std::int64_t{1} << plan.recip_w);
      CHECK(plan.recip_cols.value < std::int64_t{1} << plan.recip_w);
    }
  }
}

TEST_CASE("the context says what is built") {
  const TemplateContext all = make_context(make_plan(parse("")));
  CHECK(all.values.at("rows") == "3");
  CHECK(all.values.at("cols_1") == "4");
  CHECK(all.values.at("row_idx_w") == "2");
  CHECK(all.values.at("row_cnt_w") == "2");
  CHECK(all.values.at("col_cnt_w") == "3");
  CHECK(all.values.at("config_line") ==
        "3x5, int4 operands, 40-bit accumulators, overflow refuse, operations fprop dgrad wgrad");
  CHECK(all.values.at("hash_hi") + all.values.at("hash_lo") == all.values.at("config_hash"));
  CHECK(all.flags.at("backward"));
  CHECK(all.lists.at("buffers").size() == 6);

  const TemplateContext fprop = make_context(make_plan(parse("operations: [fprop]\n")));
  CHECK(fprop.flags.at("weights"));
  CHECK_FALSE(fprop.flags.at("backward_any"));
  CHECK_FALSE(fprop.flags.at("has_delta"));
  CHECK(fprop.values.at("depth_delta") == "0");
  CHECK(fprop.lists.at("buffers").size() == 3);
  CHECK(fprop.lists.at("operations").size() == 1);

  // The names do not depend on the configuration, or a template could break in some only.
  for (const auto& entry : all.values)
    CHECK_MESSAGE(fprop.values.contains(entry.first), entry.first);
  for (const auto& entry : all.flags) CHECK_MESSAGE(fprop.flags.contains(entry.first), entry.first);
  for (const auto& entry : all.lists) CHECK_MESSAGE(fprop.lists.contains(entry.first), entry.first);
}

TEST_CASE("the context of a pipelined MAC") {
  struct Case {
    const char* rest;
    const char *lag, *result_lag;
    bool lagged, lag_2, mult_1, mult_2, split_add, zero_gating;
  };
  for (const Case& c :
       {Case{"", "0", "0", false, false, false, false, false, false},
        Case{"pe: {add_stages: 2}\n", "0", "1", false, false, false, false, true, false},
        Case{"pe: {mult_stages: 1}\n", "2", "2", true, true, true, false, false, false},
        Case{"operations: [fprop, dgrad]\npe: {mult_stages: 1, add_stages: 2}\n", "1", "2", true,
             false, true, false, true, false},
        Case{"pe: {mult_stages: 2, add_stages: 2, zero_gating: true}\n", "2", "3", true, true,
             false, true, true, true}}) {
    CAPTURE(c.rest);
    const TemplateContext context = make_context(make_plan(parse(c.rest)));
    CHECK(context.values.at("lag") == c.lag);
    CHECK(context.values.at("result_lag") == c.result_lag);
    CHECK(context.values.at("low_w") == "20");
    CHECK(context.values.at("high_w") == "20");
    CHECK(context.flags.at("lagged") == c.lagged);
    CHECK(context.flags.at("lag_2") == c.lag_2);
    CHECK(context.flags.at("mult_1") == c.mult_1);
    CHECK(context.flags.at("mult_2") == c.mult_2);
    CHECK(context.flags.at("split_add") == c.split_add);
    CHECK(context.flags.at("zero_gating") == c.zero_gating);
  }
  const TemplateContext odd = make_context(
      make_plan(parse_config("name: p\narray: {rows: 1, cols: 1}\nnumbers: {operand_bits: 2, "
                             "accumulator_bits: 21}\npe: {mult_stages: 2, add_stages: 2, "
                             "zero_gating: true}\n",
                             "c.yaml")));
  CHECK(odd.values.at("low_w") == "11");
  CHECK(odd.values.at("high_w") == "10");
  CHECK(odd.values.at("config_line").ends_with("wgrad, mult_stages 2, add_stages 2, zero gating"));
}

TEST_CASE("the context of a training design") {
  const TemplateContext plain = make_context(make_plan(parse("")));
  CHECK_FALSE(plain.flags.at("training"));
  CHECK_FALSE(plain.flags.at("has_bias"));
  CHECK_FALSE(plain.flags.at("has_deriv"));
  CHECK(plain.values.at("sel_w") == "3");
  CHECK(plain.lists.at("counters").size() == 13);
  CHECK(plain.lists.at("sigmoid_table").empty());

  const TemplateContext all = make_context(
      make_plan(parse("training: {master_bits: 7}\nbuffers: {bias: 17}\n", "{rows: 3, cols: 3}")));
  for (const auto& entry : all.values)
    CHECK_MESSAGE(plain.values.contains(entry.first), entry.first);
  for (const auto& entry : all.flags) CHECK_MESSAGE(plain.flags.contains(entry.first), entry.first);
  for (const auto& entry : all.lists) CHECK_MESSAGE(plain.lists.contains(entry.first), entry.first);
  for (const char* flag : {"training", "stochastic", "deriv_wide", "has_bias", "has_deriv",
                           "act_relu", "act_leaky_relu", "act_hard_sigmoid", "act_hard_tanh",
                           "act_sigmoid", "act_tanh", "act_table"}) {
    CAPTURE(flag);
    CHECK(all.flags.at(flag));
  }
  CHECK_FALSE(all.flags.at("decay"));
  CHECK(all.values.at("master_bits") == "7");
  CHECK(all.values.at("step_bits") == "2");
  CHECK(all.values.at("rate_shift_w") == "3");
  CHECK(all.values.at("sel_w") == "4");
  CHECK(all.values.at("depth_bias") == "17");
  CHECK(all.values.at("abits_bias") == "5");
  CHECK(all.values.at("depth_deriv") == all.values.at("depth_x"));
  CHECK(all.values.at("deriv_bits") == "4");
  CHECK(all.values.at("table_bits") == "4");
  CHECK(all.values.at("act_mask") == "7'b1111111");
  CHECK(all.values.at("config_line").ends_with(", training with 7-bit master weights"));
  CHECK(all.lists.at("counters").size() == 20);
  CHECK(all.lists.at("counters").back().values.at("amount_w") == "ROW_CNT_W");
  CHECK(all.lists.at("buffers").size() == 8);
  CHECK(all.lists.at("buffers").back().values.at("code") == "8");
  CHECK(all.lists.at("buffers").back().values.at("per") == "row");
  CHECK(all.lists.at("statuses").back().values.at("name") == "no_fit_bias");
  const auto& sigmoid = all.lists.at("sigmoid_table");
  REQUIRE(sigmoid.size() == 16);
  CHECK(sigmoid[1].values.at("index") == "1");
  CHECK(sigmoid[1].values.at("out") == "6");
  CHECK(sigmoid[1].values.at("d") == "6");
  CHECK(all.lists.at("tanh_table")[15].values.at("out") == "12");  // -4 of 4 bits
  CHECK(all.lists.at("tanh_table")[0].values.at("d") == "8");

  const TemplateContext few = make_context(make_plan(parse(
      "training: {master_bits: 4, activations: [relu], stochastic: false, weight_decay: true}\n",
      "{rows: 3, cols: 3}")));
  CHECK(few.flags.at("decay"));
  CHECK_FALSE(few.flags.at("stochastic"));
  CHECK_FALSE(few.flags.at("deriv_wide"));
  CHECK_FALSE(few.flags.at("act_table"));
  CHECK(few.values.at("act_mask") == "7'b0000011");
  CHECK(few.values.at("deriv_bits") == "1");
  CHECK(few.lists.at("tanh_table").empty());
}

TEST_CASE("ports are listed with their commas") {
  const TemplateContext context = make_context(make_plan(parse("")));
  for (const char* name : {"ports", "trace_ports"}) {
    const auto& ports = context.lists.at(name);
    REQUIRE_FALSE(ports.empty());
    for (const TemplateItem& port : ports) {
      CHECK(port.flags.at("comma") == (&port != &ports.back()));
      CHECK(port.flags.at("wide") == (port.values.at("width") != "1"));
      CHECK(port.values.at("range").empty() != port.flags.at("wide"));
    }
  }
  CHECK(context.lists.at("ports")[0].values.at("name") == "clk_i");
  CHECK(context.lists.at("ports")[0].values.at("dir") == "input ");
}
