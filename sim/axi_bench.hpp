// SPDX-License-Identifier: Apache-2.0
// The Verilated top module of the bus variant between a host that knows only the driver (hal/) and
// a memory, with monitors on both buses.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "golden/config.hpp"
#include "hal/gradloom_hal.h"
#include "sim/axi_lite_driver.hpp"
#include "sim/axi_memory.hpp"
#include "sim/axi_monitor.hpp"
#include "sim/harness.hpp"
#include "sim/model_library.hpp"
#include "sim/prng.hpp"

namespace gradloom {

/// The constants of the driver, as the emitted header gives them.
gradloom_design driver_design(const Config& config, std::uint64_t config_hash);

struct AxiBenchOptions {
  std::uint64_t seed = 1;         ///< of stalls, idle payloads and initial values
  int host_stalls = 0;            ///< percent, on all channels of the register bus
  int host_outstanding = 1;       ///< accesses in each direction that are under way at once
  AxiMemoryOptions memory;        ///< data_bits and seed are set by the bench
  std::uint64_t config_hash = 0;  ///< that the registers must show
  RandomReset reset = RandomReset::random;
  std::filesystem::path waves;               ///< FST file; empty: none
  FunctionalCoverage* coverage = nullptr;    ///< told what happens on the buses, if any
  std::function<void(const Model&)> at_end;  ///< as HarnessOptions::at_end
  /// A register access that takes longer is an error.
  std::int64_t access_cycles = 4000;
  int mutant = 0;  ///< of a model that holds some (Model::select_mutant)
};

/// Whatever a monitor finds, an output that depends on an input of the same cycle, and a register
/// access without an answer, is thrown as CheckError from the cycle in which it shows.
class AxiBench {
 public:
  /// Brings the design out of reset.
  AxiBench(const Config& config, const std::filesystem::path& library,
           const AxiBenchOptions& options);
  ~AxiBench();

  /// For the functions of hal/gradloom_hal.h: each register access runs the clock. Throws
  /// CheckError if an access is answered with an error.
  gradloom_device& device() { return device_; }

  /// One access, alone, to its end.
  AxiLiteAnswer access(const AxiLiteAccess& access);
  /// More accesses, at once: add them, and run the clock until it is idle.
  AxiLiteDriver& host() { return host_; }
  AxiMemory& memory() { return memory_; }
  const AxiMemory& memory() const { return memory_; }

  void cycle();
  void idle(std::int64_t cycles);
  bool irq() const { return irq_now_; }
  /// Pulls rst_ni, and the resets of host and memory with it.
  void reset(int cycles);
  /// Resets the memory side alone, while the design runs on, and lets it come out again: for
  /// SOFT_RESET with FORCE, which must have been written between the two. The AXI4 bus is not
  /// watched between them; after that it must look as after a reset.
  void begin_memory_reset() { memory_reset_ = true; }
  void end_memory_reset();
  /// What must hold when all is over: nothing outstanding, no valid waiting.
  void finish();

  std::int64_t cycles() const { return cycle_; }
  /// Pin values checked by rules, and register accesses answered.
  std::int64_t checks() const { return checks_; }
  /// Bursts under way on the AXI4 bus.
  std::int64_t reads_under_way() const { return monitor_.reads_under_way(); }
  std::int64_t writes_under_way() const { return monitor_.writes_under_way(); }
  /// Cycles in a row with something outstanding on the AXI4 bus and no handshake on it.
  std::int64_t quiet_cycles() const { return quiet_cycles_; }
  /// Ids of the last addresses that were accepted.
  std::uint32_t last_read_id() const { return last_read_id_; }
  std::uint32_t last_write_id() const { return last_write_id_; }

 private:
  struct Outputs {
    AxiMasterOutputs master;
    AxiLiteOutputs lite;
    bool irq = false;
  };
  struct Watched {
    const void* data;
    std::size_t bytes;
    std::string name;
  };

  void bind();
  void drive(const AxiMasterInputs& master, const AxiLiteInputs& lite);
  Outputs sample() const;
  void check_paths(const AxiMasterInputs& master, const AxiLiteInputs& lite);
  std::vector<std::uint8_t> output_image() const;
  void require_clean();
  AxiMonitorOptions monitor_options() const;
  void check_constants() const;
  void observe(const AxiMasterOutputs& design, const AxiMasterInputs& memory);
  static std::uint32_t read_register(void* self, std::uint32_t offset);
  static void write_register(void* self, std::uint32_t offset, std::uint32_t value);

  Config config_;
  AxiBenchOptions options_;
  gradloom_design design_;
  gradloom_device device_{};
  Model model_;
  AxiMemory memory_;
  AxiLiteDriver host_;
  AxiMonitor monitor_;
  AxiLiteMonitor lite_monitor_;
  Prng prng_;
  std::vector<Watched> outputs_;
  std::int64_t cycle_ = 0;
  std::int64_t checks_ = 0;
  int reset_left_ = 0;
  bool memory_reset_ = false;
  bool irq_now_ = false;
  std::int64_t quiet_cycles_ = 0;
  std::uint32_t last_read_id_ = 0;
  std::uint32_t last_write_id_ = 0;

  struct Pins {
    Pin clk, rst_n, irq;
    Pin arvalid, araddr, arid, arlen, arsize, arburst, arready;
    Pin rvalid, rid, rdata, rresp, rlast, rready;
    Pin awvalid, awaddr, awid, awlen, awsize, awburst, awready;
    Pin wvalid, wdata, wstrb, wlast, wready;
    Pin bvalid, bid, bresp, bready;
    Pin arlock, arcache, arprot, awlock, awcache, awprot, s_awprot, s_arprot;
    Pin s_awvalid, s_awaddr, s_awready, s_wvalid, s_wdata, s_wstrb, s_wready, s_bvalid, s_bresp,
        s_bready;
    Pin s_arvalid, s_araddr, s_arready, s_rvalid, s_rdata, s_rresp, s_rready;
  };
  Pins pins_;
};

}  // namespace gradloom
