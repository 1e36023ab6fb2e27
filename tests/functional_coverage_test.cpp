// SPDX-License-Identifier: Apache-2.0
#include "sim/functional_coverage.hpp"

#include <doctest/doctest.h>

#include "hal/gradloom_hal.h"

namespace gradloom {
namespace {

Config tiny() {
  Config config;
  config.name = "tiny";
  config.rows = 2;
  config.cols = 3;
  config.operand_bits = 5;
  config.accumulator_bits = 16;
  config.overflow = Overflow::wrap;
  config.buffers = {20, 20, 20, 20, 20, 20};
  config.limits = natural_limits(config);
  config.queue_depth = 2;
  return config;
}

golden::Inputs offer(Op op, int m, int n, int b) {
  golden::Inputs inputs;
  inputs.cmd_valid = true;
  inputs.command = golden::make_command(op, Schedule::serial, m, n, b);
  return inputs;
}

TEST_CASE("nothing is hit before anything happened") {
  const FunctionalCoverage coverage(tiny());
  CHECK(coverage.points().size() > 300);
  for (const auto& point : coverage.points()) {
    CAPTURE(point.first);
    CHECK(point.second == 0);
  }
}

TEST_CASE("a command hits its shape, a bad one does not") {
  FunctionalCoverage coverage(tiny());
  Handshake pins;
  pins.cmd_ready = true;
  coverage.sample(offer(Op::fprop, 1, 6, 2), pins);
  CHECK(coverage.points().at("shape: fprop, serial, M<R, N=kC") == 1);
  CHECK(coverage.points().at("batch: fprop, serial, B=R") == 1);
  CHECK(coverage.points().at("accumulate: fprop, serial, plain") == 1);
  coverage.sample(offer(Op::wgrad, 0, 3, 2), pins);
  CHECK(coverage.points().at("shape: wgrad, serial, M<R, N=C") == 0);
  // Only behind a good one.
  coverage.sample(offer(Op::wgrad, 3, 4, 1), pins);
  CHECK(coverage.points().at("back to back: fprop, wgrad") == 0);
  coverage.sample(offer(Op::dgrad, 3, 4, 1), pins);
  CHECK(coverage.points().at("back to back: wgrad, dgrad") == 1);
}

TEST_CASE("there are no points of what a configuration cannot do") {
  Config config = tiny();
  const auto has = [&](const char* point) {
    return FunctionalCoverage(config).points().contains(point);
  };
  CHECK(has("batch: fprop, serial, B=R"));
  CHECK_FALSE(has("batch: fprop, serial, 1<B<R/2"));
  CHECK_FALSE(has("batch: fprop, serial, R/2<=B<R"));
  CHECK_FALSE(has("code: bad_op"));
  CHECK_FALSE(has("code: overlap"));
  CHECK_FALSE(has("code: no_fit_bias"));
  CHECK(has("back to back: fprop, wgrad"));
  config.wgrad = false;
  CHECK(has("code: bad_op"));
  CHECK(has("shape: dgrad, serial, M<R, N<C"));
  CHECK_FALSE(has("shape: backward, serial, M<R, N<C"));
  CHECK_FALSE(has("back to back: fprop, wgrad"));
  config.rows = 5;
  CHECK(has("batch: fprop, serial, 1<B<R/2"));
  config.rows = 3;
  CHECK_FALSE(has("batch: fprop, serial, 1<B<R/2"));
  CHECK(has("batch: fprop, serial, R/2<=B<R"));
  config.rows = 1;
  CHECK_FALSE(has("shape: fprop, serial, M<R, N<C"));
  CHECK_FALSE(has("shape: fprop, serial, M ragged, N<C"));
  CHECK_FALSE(has("batch: fprop, serial, B=R"));
  CHECK(has("batch: fprop, serial, B>R"));
  config.limits.n = 3;
  CHECK_FALSE(has("shape: fprop, serial, M=R, N=kC"));
}

TEST_CASE("with hold memories a gradient hits whether it is held") {
  Config config = tiny();
  config.buffers.delta_hold = 4;
  FunctionalCoverage coverage(config);
  CHECK(coverage.points().size() == FunctionalCoverage(tiny()).points().size() + 6);
  Handshake pins;
  pins.cmd_ready = true;
  coverage.sample(offer(Op::dgrad, 4, 3, 4), pins);
  coverage.sample(offer(Op::backward, 4, 3, 5), pins);
  coverage.sample(offer(Op::wgrad, 2, 3, 1), pins);
  CHECK(coverage.points().at("delta hold: dgrad, held") == 1);
  CHECK(coverage.points().at("delta hold: dgrad, not held") == 0);
  CHECK(coverage.points().at("delta hold: backward, not held") == 1);
  CHECK(coverage.points().at("delta hold: wgrad, not held") == 1);
}

TEST_CASE("an offer hits how long it waited") {
  FunctionalCoverage coverage(tiny());
  golden::Inputs inputs;
  inputs.host_valid = true;
  inputs.host_sel = kRegisterSelect;
  Handshake pins;
  coverage.sample(inputs, pins);
  pins.host_ready = true;
  coverage.sample(inputs, pins);
  CHECK(coverage.points().at("handshake: host request, waits 1 cycle") == 1);
  CHECK(coverage.points().at("handshake: host request, taken at once") == 0);
  pins.busy = true;
  coverage.sample(inputs, pins);
  CHECK(coverage.points().at("handshake: host request, two in a row") == 1);
  CHECK(coverage.points().at("host: read register, idle") == 1);
  CHECK(coverage.points().at("host: read register, busy") == 1);
}

TEST_CASE("a reset hits what it cut off, once") {
  FunctionalCoverage coverage(tiny());
  Handshake pins;
  pins.cmd_ready = pins.busy = true;
  coverage.sample(offer(Op::fprop, 1, 1, 1), pins);
  golden::Inputs reset;
  reset.rst_n = false;
  coverage.sample(reset, pins);
  coverage.sample(reset, pins);
  CHECK(coverage.points().at("reset: command runs") == 1);
  CHECK(coverage.points().at("reset: commands queue") == 0);
  CHECK(coverage.points().at("reset: idle") == 0);
}

TEST_CASE("the points of a bus: waits, responses, error codes") {
  Config config = tiny();
  config.bus = HostBus::axi;
  FunctionalCoverage coverage(config);
  CHECK_FALSE(coverage.points().contains("code: bad_op"));
  AxiMasterOutputs design;
  AxiMasterInputs memory;
  memory.rvalid = design.rready = true;
  memory.rresp = 2;
  coverage.sample_bus(true, design, memory);
  CHECK(coverage.points().at("response: R, SLVERR") == 1);
  CHECK(coverage.points().at("channel: R, taken at once") == 1);
  design.arvalid = true;
  for (int i = 0; i < 8; ++i) coverage.sample_bus(true, design, memory);
  CHECK(coverage.points().at("channel: AR, waits for ready") == 8);
  CHECK(coverage.points().at("channel: AR, waits 8 cycles or more") == 1);
  coverage.sample_bus(false, design, memory);
  CHECK(coverage.points().at("reset: transactions under way") == 1);
  coverage.sample_access(false, GRADLOOM_RUN_STATUS, GRADLOOM_RUN_ERROR | GRADLOOM_ERR_TIMEOUT << 8,
                         AxiResponse::okay);
  CHECK(coverage.points().at("error code: 37") == 1);
  coverage.sample_access(true, GRADLOOM_CONTROL, GRADLOOM_CONTROL_START, AxiResponse::slverr);
  CHECK(coverage.points().at("run: START refused") == 1);
}

}  // namespace
}  // namespace gradloom
