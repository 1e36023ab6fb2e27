// SPDX-License-Identifier: Apache-2.0
// The pins of the bus variant in one cycle. Inputs and outputs are those of the design: it is the
// master of the AXI4 bus `m_axi_*` and the slave of the AXI4-Lite bus `s_axil_*`.
#pragma once

#include <array>
#include <cstdint>

namespace gradloom {

/// The data pins of the AXI4 bus: bit 0 of the bus is bit 0 of word 0. Words above the width of the
/// bus are 0.
using AxiData = std::array<std::uint32_t, 8>;

/// Codes of rresp and bresp.
enum class AxiResponse : std::uint32_t { okay = 0, exokay = 1, slverr = 2, decerr = 3 };

/// Codes of arburst and awburst.
enum class AxiBurst : std::uint32_t { fixed = 0, incr = 1, wrap = 2 };

/// What the design drives as the AXI4 master. Fields are wider than the pins, so that a value that
/// does not fit can be seen.
struct AxiMasterOutputs {
  bool arvalid = false;
  std::uint64_t araddr = 0;
  std::uint32_t arid = 0;
  std::uint32_t arlen = 0;   ///< beats - 1
  std::uint32_t arsize = 0;  ///< log2 of the bytes of a beat
  std::uint32_t arburst = 0;
  bool rready = false;
  bool awvalid = false;
  std::uint64_t awaddr = 0;
  std::uint32_t awid = 0;
  std::uint32_t awlen = 0;   ///< beats - 1
  std::uint32_t awsize = 0;  ///< log2 of the bytes of a beat
  std::uint32_t awburst = 0;
  bool wvalid = false;
  AxiData wdata{};
  std::uint32_t wstrb = 0;
  bool wlast = false;
  bool bready = false;
};

/// What the memory drives towards the design.
struct AxiMasterInputs {
  bool arready = false;
  bool rvalid = false;
  std::uint32_t rid = 0;
  AxiData rdata{};
  std::uint32_t rresp = 0;
  bool rlast = false;
  bool awready = false;
  bool wready = false;
  bool bvalid = false;
  std::uint32_t bid = 0;
  std::uint32_t bresp = 0;
};

/// What the design drives as the AXI4-Lite slave.
struct AxiLiteOutputs {
  bool awready = false;
  bool wready = false;
  bool bvalid = false;
  std::uint32_t bresp = 0;
  bool arready = false;
  bool rvalid = false;
  std::uint32_t rdata = 0;
  std::uint32_t rresp = 0;
};

/// What the host drives towards the design.
struct AxiLiteInputs {
  bool awvalid = false;
  std::uint32_t awaddr = 0;
  bool wvalid = false;
  std::uint32_t wdata = 0;
  std::uint32_t wstrb = 0;
  bool bready = false;
  bool arvalid = false;
  std::uint32_t araddr = 0;
  bool rready = false;
};

}  // namespace gradloom
