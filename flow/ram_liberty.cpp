// SPDX-License-Identifier: Apache-2.0
#include "flow/ram_liberty.hpp"

#include <fmt/format.h>

#include <set>

namespace gradloom::flow {
namespace {

constexpr double kSetup = 0.20;  // ns
constexpr double kHold = 0.00;   // ns
constexpr double kSlew = 0.10;   // ns
constexpr double kInput = 0.01;  // pF, as an input of DFFPOSX1

std::string scalar(const char* group, double value) {
  return fmt::format("        {}(scalar) {{ values(\"{:.3f}\"); }}\n", group, value);
}

std::string constraint(const char* type, double value) {
  return fmt::format(
             "      timing() {{\n        related_pin : \"clk_i\";\n        timing_type : {};\n",
             type) +
         scalar("rise_constraint", value) + scalar("fall_constraint", value) + "      }\n";
}

std::string checks() {
  return constraint("setup_rising", kSetup) + constraint("hold_rising", kHold);
}

std::string input(const char* name, int width) {
  const std::string body =
      fmt::format("      direction : input;\n      capacitance : {};\n", kInput) + checks();
  if (width == 0) return fmt::format("    pin({}) {{\n{}    }}\n", name, body);
  return fmt::format("    bus({}) {{\n      bus_type : bits{};\n{}    }}\n", name, width, body);
}

std::string cell(const std::string& name, int address, int width, double access) {
  std::string text = fmt::format(
      "  cell({}) {{\n    area : 0;\n    pin(clk_i) {{\n      direction : input;\n      clock : "
      "true;\n      capacitance : {};\n    }}\n",
      name, kInput);
  text += input("we_i", 0) + input("waddr_i", address) + input("wdata_i", width);
  text += input("re_i", 0) + input("raddr_i", address);
  text += fmt::format(
      "    bus(rdata_o) {{\n      bus_type : bits{};\n      direction : output;\n      timing() "
      "{{\n"
      "        related_pin : \"clk_i\";\n        timing_type : rising_edge;\n",
      width);
  for (const char* group : {"cell_rise", "cell_fall"}) text += scalar(group, access);
  for (const char* group : {"rise_transition", "fall_transition"}) text += scalar(group, kSlew);
  return text + "      }\n    }\n  }\n";
}

}  // namespace

std::string ram_liberty(const Elaborated& elaborated, double access_ns) {
  std::string text =
      "library(rams) {\n  delay_model : table_lookup;\n  time_unit : \"1ns\";\n"
      "  voltage_unit : \"1V\";\n  current_unit : \"1uA\";\n  pulling_resistance_unit : "
      "\"1kohm\";\n"
      "  leakage_power_unit : \"1nW\";\n  capacitive_load_unit (1,pf);\n"
      "  slew_upper_threshold_pct_rise : 80;\n  slew_lower_threshold_pct_rise : 20;\n"
      "  slew_upper_threshold_pct_fall : 80;\n  slew_lower_threshold_pct_fall : 20;\n"
      "  input_threshold_pct_rise : 50;\n  input_threshold_pct_fall : 50;\n"
      "  output_threshold_pct_rise : 50;\n  output_threshold_pct_fall : 50;\n"
      "  nom_process : 1;\n  nom_voltage : 1.8;\n  nom_temperature : 25;\n";
  std::set<int> widths;
  std::string cells;
  for (const std::string& name : elaborated.ram_names) {
    const auto& parameters = elaborated.modules.at(name).parameters;
    const int width = std::stoi(parameters.at("WIDTH"));
    const int address = std::stoi(parameters.at("ADDR_W"));
    widths.insert({width, address});
    cells += cell(name, address, width, access_ns);
  }
  for (const int width : widths) {
    text += fmt::format(
        "  type(bits{}) {{\n    base_type : array;\n    data_type : bit;\n    bit_width : {};\n"
        "    bit_from : {};\n    bit_to : 0;\n    downto : true;\n  }}\n",
        width, width, width - 1);
  }
  return text + cells + "}\n";
}

}  // namespace gradloom::flow
