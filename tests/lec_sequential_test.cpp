// SPDX-License-Identifier: Apache-2.0
#include "flow/lec_sequential.hpp"

#include <doctest/doctest.h>

#include "golden/error.hpp"

using gradloom::flow::rename_recoded;
using gradloom::flow::sequential_miter;

TEST_CASE("words of another width in the netlist are renamed, ports and equal ones are not") {
  const char* rtl =
      "module \\m\n  wire width 4 \\state_q\n  wire width 2 \\same_q\n  wire width 3 input 1 \\p\n"
      "end\nmodule \\other\n  wire \\bit_q\nend\n";
  const char* netlist =
      "module \\m\n  wire width 11 \\state_q\n  wire width 2 \\same_q\n  wire width 9 input 1 \\p\n"
      "end\nmodule \\other\n  wire \\bit_q\nend\n";
  CHECK(rename_recoded(rtl, netlist) == "cd m\nrename state_q recoded_state_q\ncd\n");
  CHECK(rename_recoded(rtl, rtl).empty());
}

TEST_CASE("matched flip-flops are held once for both sides, wherever the index stands") {
  const std::string ports =
      ".inputs clk_i rst_ni a q.q[3] w[2].q\n.outputs y q.d[3] q.c[3] w[2].d w[2].c\n.end\n";
  const std::string text = sequential_miter(".model gold\n" + ports, ".model gate\n" + ports);
  CHECK(text.find(".latch gold:q.d[3] held:q.q[3] 0\n") != std::string::npos);
  CHECK(text.find(".latch gold:w[2].d held:w[2].q 0\n") != std::string::npos);
  CHECK(text.find(" clk_i first:q.q[3]") != std::string::npos);
  CHECK(text.find("rst_ni=miter:reset") != std::string::npos);
  CHECK(text.find(".names gold:y gate:y differ:y\n") != std::string::npos);
  CHECK(text.find("differ:q.d[3]\n") != std::string::npos);
  CHECK(text.find("differ:q.c[3]") == std::string::npos);
}

TEST_CASE("products have the same word on both sides only after the first cycle") {
  const std::string ports = ".inputs lec_product_1.Y[0] a\n.outputs y\n.end\n";
  const std::string text = sequential_miter(".model gold\n" + ports, ".model gate\n" + ports);
  CHECK(text.find(".names miter:begun lec_product_1.Y[0] first:lec_product_1.Y[0] "
                  "own:lec_product_1.Y[0]\n11- 1\n0-1 1\n") != std::string::npos);
  CHECK(text.find(".subckt gold lec_product_1.Y[0]=own:lec_product_1.Y[0] a=a") !=
        std::string::npos);
  CHECK(text.find(".subckt gate lec_product_1.Y[0]=lec_product_1.Y[0] a=a") != std::string::npos);
}

TEST_CASE("sides with other outputs are not compared") {
  CHECK_THROWS_AS(sequential_miter(".model gold\n.inputs a\n.outputs x\n.end\n",
                                   ".model gate\n.inputs a\n.outputs y\n.end\n"),
                  gradloom::ToolError);
}
