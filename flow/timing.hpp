// SPDX-License-Identifier: Apache-2.0
// Static timing of a netlist of OSU cells, by OpenSTA.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "flow/design.hpp"
#include "flow/synth.hpp"

namespace gradloom::flow {

struct TimingOptions {
  double period_ns = 10;
  double ram_access_ns = 2;               ///< clock to output of a RAM that is a black box
  std::vector<std::string> static_ports;  ///< inputs that do not change while the clock runs
};

/// One pin of a path.
struct PathStep {
  double delay_ns = 0;
  double time_ns = 0;
  std::string pin;     ///< <instance>/<pin>, or a port
  std::string cell;    ///< of the library, or in/out
  std::string module;  ///< of the RTL, the one that the cell is in
  std::string place;   ///< the instance of that module; empty for the top
};

struct Timing {
  double setup_slack_ns = 0;  ///< at the period
  double hold_slack_ns = 0;
  double min_period_ns = 0;  ///< period less slack
  double fmax_mhz = 0;
  std::int64_t endpoints = 0;
  std::vector<PathStep> worst;
  /// Set-up slack of the worst path that ends in a module of the RTL; "" for the ports of the top.
  std::map<std::string, double> module_slack_ns;
};

/// The constraints: one clock at clk_i, I/O delays 0, ports driven by INVX4 (rst_ni and static
/// ports: ideally) with a load of 50 fF, no exceptions but for static ports.
std::string constraints(const TimingOptions& options);

/// Runs OpenSTA in netlist.directory/sta. Throws ToolError.
Timing analyse(const Design& design, const Netlist& netlist, const TimingOptions& options);

}  // namespace gradloom::flow
