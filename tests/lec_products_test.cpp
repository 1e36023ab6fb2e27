// SPDX-License-Identifier: Apache-2.0
#include "flow/lec_products.hpp"

#include <doctest/doctest.h>

#include <string>

using gradloom::flow::read_products;

namespace {

std::string product(const std::string& name, const std::string& first, const std::string& second) {
  return "  attribute \\src \"a.v:1\"\n  cell $macc \\" + name + "\n    parameter \\" + first +
         "\n    parameter \\" + second + "\n    connect \\A \\x\n  end\n\n";
}

}  // namespace

TEST_CASE("products agree in number, names and parameters, in whatever order they are written") {
  const std::string a = product("p_0", "Y_WIDTH 36", "CONFIG 16'1000110100010101");
  const std::string b = product("p_1", "Y_WIDTH 8", "CONFIG 16'0000000000000001");
  const std::string turned = product("p_0", "CONFIG 16'1000110100010101", "Y_WIDTH 36");
  CHECK(read_products(a + b).size() == 2);
  CHECK(read_products(a + b) == read_products(b + turned));
  CHECK(read_products(a) != read_products(a + b));
  // Another sign of a factor, or another width, is another product.
  CHECK(read_products(a) !=
        read_products(product("p_0", "Y_WIDTH 36", "CONFIG 16'0000110100010101")));
  CHECK(read_products(a) !=
        read_products(product("p_0", "Y_WIDTH 35", "CONFIG 16'1000110100010101")));
  CHECK(read_products("").empty());
}
