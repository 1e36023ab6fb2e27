// SPDX-License-Identifier: Apache-2.0
#include "sim/axi_bench.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "generator/interrupt.hpp"
#include "golden/bus_layout.hpp"
#include "golden/ports.hpp"
#include "sim/functional_coverage.hpp"

namespace gradloom {
namespace {

constexpr std::uint64_t kBenchStream = 0xA419;
constexpr int kResetCycles = 3;
constexpr int kMaxReads = 8;
constexpr int kMaxWrites = 8;

// In one of so many cycles the inputs are moved within the cycle, to see whether an output follows.
constexpr std::uint64_t kPathPeriod = 4;

AxiMemoryOptions memory_options(const Config& config, const AxiBenchOptions& options) {
  AxiMemoryOptions memory = options.memory;
  memory.data_bits = config.data_bits;
  memory.seed = options.seed;
  return memory;
}

AxiLiteDriverOptions host_options(const AxiBenchOptions& options) {
  AxiLiteDriverOptions host;
  host.seed = options.seed;
  host.stall_percent = options.host_stalls;
  host.outstanding = options.host_outstanding;
  return host;
}

bool at(const Pin& pin) { return pin.get() != 0; }
std::uint32_t word(const Pin& pin) { return static_cast<std::uint32_t>(pin.get()); }

}  // namespace

gradloom_design driver_design(const Config& config, std::uint64_t config_hash) {
  gradloom_design design{};
  design.hash_lo = static_cast<std::uint32_t>(config_hash);
  design.hash_hi = static_cast<std::uint32_t>(config_hash >> 32);
  design.lanes = static_cast<std::uint32_t>(config.rows);
  design.data_bits = static_cast<std::uint32_t>(config.data_bits);
  design.address_bits = static_cast<std::uint32_t>(config.address_bits);
  for (int i = 0; i < kBufferCount; ++i) {
    const auto buffer = static_cast<Buffer>(i);
    const auto code = static_cast<std::size_t>(select_code(buffer));
    design.element_bytes[code] = static_cast<std::uint8_t>(element_bytes(config, buffer));
  }
  return design;
}

AxiBench::AxiBench(const Config& config, const std::filesystem::path& library,
                   const AxiBenchOptions& options)
    : config_(config),
      options_(options),
      design_(driver_design(config, options.config_hash)),
      model_(library, static_cast<int>(options.seed % 0x7fffffffU) + 1, options.reset),
      memory_(memory_options(config, options)),
      host_(host_options(options)),
      monitor_(monitor_options()),
      lite_monitor_({.address_bits = 12}),
      prng_(make_prng(options.seed, kBenchStream)) {
  gradloom_init(&device_, &design_, read_register, write_register, this);
  bind();
  model_.select_mutant(options.mutant);
  if (!options.waves.empty()) model_.open_waves(options.waves);
  reset(kResetCycles);
}

AxiBench::~AxiBench() {
  if (options_.at_end) options_.at_end(model_);
}

AxiMonitorOptions AxiBench::monitor_options() const {
  AxiMonitorOptions monitor;
  monitor.data_bits = config_.data_bits;
  monitor.address_bits = config_.address_bits;
  monitor.max_writes = kMaxWrites;
  monitor.max_reads_per_id = kMaxReads;
  monitor.check_ready_dependency = options_.memory.ready == AxiReadyMode::after_valid;
  return monitor;
}

void AxiBench::bind() {
  Pins& p = pins_;
  const std::pair<Pin*, const char*> table[] = {
      {&p.clk, "clk_i"},
      {&p.rst_n, "rst_ni"},
      {&p.irq, "irq_o"},
      {&p.arvalid, "m_axi_arvalid"},
      {&p.araddr, "m_axi_araddr"},
      {&p.arid, "m_axi_arid"},
      {&p.arlen, "m_axi_arlen"},
      {&p.arsize, "m_axi_arsize"},
      {&p.arburst, "m_axi_arburst"},
      {&p.arready, "m_axi_arready"},
      {&p.rvalid, "m_axi_rvalid"},
      {&p.rid, "m_axi_rid"},
      {&p.rdata, "m_axi_rdata"},
      {&p.rresp, "m_axi_rresp"},
      {&p.rlast, "m_axi_rlast"},
      {&p.rready, "m_axi_rready"},
      {&p.awvalid, "m_axi_awvalid"},
      {&p.awaddr, "m_axi_awaddr"},
      {&p.awid, "m_axi_awid"},
      {&p.awlen, "m_axi_awlen"},
      {&p.awsize, "m_axi_awsize"},
      {&p.awburst, "m_axi_awburst"},
      {&p.awready, "m_axi_awready"},
      {&p.wvalid, "m_axi_wvalid"},
      {&p.wdata, "m_axi_wdata"},
      {&p.wstrb, "m_axi_wstrb"},
      {&p.wlast, "m_axi_wlast"},
      {&p.wready, "m_axi_wready"},
      {&p.bvalid, "m_axi_bvalid"},
      {&p.bid, "m_axi_bid"},
      {&p.bresp, "m_axi_bresp"},
      {&p.bready, "m_axi_bready"},
      {&p.arlock, "m_axi_arlock"},
      {&p.arcache, "m_axi_arcache"},
      {&p.arprot, "m_axi_arprot"},
      {&p.awlock, "m_axi_awlock"},
      {&p.awcache, "m_axi_awcache"},
      {&p.awprot, "m_axi_awprot"},
      {&p.s_awprot, "s_axil_awprot"},
      {&p.s_arprot, "s_axil_arprot"},
      {&p.s_awvalid, "s_axil_awvalid"},
      {&p.s_awaddr, "s_axil_awaddr"},
      {&p.s_awready, "s_axil_awready"},
      {&p.s_wvalid, "s_axil_wvalid"},
      {&p.s_wdata, "s_axil_wdata"},
      {&p.s_wstrb, "s_axil_wstrb"},
      {&p.s_wready, "s_axil_wready"},
      {&p.s_bvalid, "s_axil_bvalid"},
      {&p.s_bresp, "s_axil_bresp"},
      {&p.s_bready, "s_axil_bready"},
      {&p.s_arvalid, "s_axil_arvalid"},
      {&p.s_araddr, "s_axil_araddr"},
      {&p.s_arready, "s_axil_arready"},
      {&p.s_rvalid, "s_axil_rvalid"},
      {&p.s_rdata, "s_axil_rdata"},
      {&p.s_rresp, "s_axil_rresp"},
      {&p.s_rready, "s_axil_rready"},
  };
  for (const auto& [pin, name] : table) *pin = model_.pin(name);
  for (const Pin& pin : model_.pins()) {
    if (!pin.input && !pin.name.starts_with("trace_")) {
      outputs_.push_back({pin.data, pin.bytes(), pin.name});
    }
  }
}

void AxiBench::drive(const AxiMasterInputs& master, const AxiLiteInputs& lite) {
  const Pins& p = pins_;
  p.arready.set(master.arready);
  p.rvalid.set(master.rvalid);
  p.rid.set(master.rid);
  std::memcpy(p.rdata.data, master.rdata.data(), p.rdata.bytes());
  p.rresp.set(master.rresp);
  p.rlast.set(master.rlast);
  p.awready.set(master.awready);
  p.wready.set(master.wready);
  p.bvalid.set(master.bvalid);
  p.bid.set(master.bid);
  p.bresp.set(master.bresp);
  p.s_awprot.set(prng_() & 7);
  p.s_arprot.set(prng_() & 7);
  p.s_awvalid.set(lite.awvalid);
  p.s_awaddr.set(lite.awaddr);
  p.s_wvalid.set(lite.wvalid);
  p.s_wdata.set(lite.wdata);
  p.s_wstrb.set(lite.wstrb);
  p.s_bready.set(lite.bready);
  p.s_arvalid.set(lite.arvalid);
  p.s_araddr.set(lite.araddr);
  p.s_rready.set(lite.rready);
}

AxiBench::Outputs AxiBench::sample() const {
  const Pins& p = pins_;
  Outputs out;
  AxiMasterOutputs& m = out.master;
  m.arvalid = at(p.arvalid);
  m.araddr = p.araddr.get();
  m.arid = word(p.arid);
  m.arlen = word(p.arlen);
  m.arsize = word(p.arsize);
  m.arburst = word(p.arburst);
  m.rready = at(p.rready);
  m.awvalid = at(p.awvalid);
  m.awaddr = p.awaddr.get();
  m.awid = word(p.awid);
  m.awlen = word(p.awlen);
  m.awsize = word(p.awsize);
  m.awburst = word(p.awburst);
  m.wvalid = at(p.wvalid);
  std::memcpy(m.wdata.data(), p.wdata.data, p.wdata.bytes());
  m.wstrb = word(p.wstrb);
  m.wlast = at(p.wlast);
  m.bready = at(p.bready);
  AxiLiteOutputs& l = out.lite;
  l.awready = at(p.s_awready);
  l.wready = at(p.s_wready);
  l.bvalid = at(p.s_bvalid);
  l.bresp = word(p.s_bresp);
  l.arready = at(p.s_arready);
  l.rvalid = at(p.s_rvalid);
  l.rdata = word(p.s_rdata);
  l.rresp = word(p.s_rresp);
  out.irq = at(p.irq);
  return out;
}

std::vector<std::uint8_t> AxiBench::output_image() const {
  std::vector<std::uint8_t> image;
  for (const Watched& output : outputs_) {
    const auto* bytes = static_cast<const std::uint8_t*>(output.data);
    image.insert(image.end(), bytes, bytes + output.bytes);
  }
  return image;
}

// Other handshakes and payloads for a moment, then the real ones: no output may have moved.
void AxiBench::check_paths(const AxiMasterInputs& master, const AxiLiteInputs& lite) {
  const std::uint64_t random = prng_();
  const auto bit = [&](int i) { return (random >> i & 1) != 0; };
  AxiMasterInputs m = master;
  m.arready = bit(0);
  m.rvalid = bit(1);
  m.awready = bit(2);
  m.wready = bit(3);
  m.bvalid = bit(4);
  m.rid = static_cast<std::uint32_t>(random >> 5 & 3);
  m.rlast = bit(7);
  m.rresp = static_cast<std::uint32_t>(random >> 8 & 3);
  m.bresp = static_cast<std::uint32_t>(random >> 10 & 3);
  AxiLiteInputs l = lite;
  l.awvalid = bit(12);
  l.wvalid = bit(13);
  l.bready = bit(14);
  l.arvalid = bit(15);
  l.rready = bit(16);
  l.awaddr = static_cast<std::uint32_t>(random >> 17 & 0xFFF);
  l.araddr = static_cast<std::uint32_t>(random >> 29 & 0xFFF);
  drive(m, l);
  model_.eval();
  const std::vector<std::uint8_t> image = output_image();
  drive(master, lite);
  model_.eval();
  const std::vector<std::uint8_t> real = output_image();
  checks_ += static_cast<std::int64_t>(outputs_.size());
  if (image == real) return;
  std::size_t first = 0;
  for (const Watched& output : outputs_) {
    const std::size_t end = first + output.bytes;
    if (!std::equal(image.begin() + static_cast<std::ptrdiff_t>(first),
                    image.begin() + static_cast<std::ptrdiff_t>(end),
                    real.begin() + static_cast<std::ptrdiff_t>(first))) {
      throw CheckError(
          fmt::format("cycle {}: {} depends on an input of the same cycle", cycle_, output.name),
          {});
    }
    first = end;
  }
}

void AxiBench::observe(const AxiMasterOutputs& design, const AxiMasterInputs& memory) {
  const bool read = design.arvalid && memory.arready;
  const bool write = design.awvalid && memory.awready;
  if (read) last_read_id_ = design.arid;
  if (write) last_write_id_ = design.awid;
  const bool moved = read || write || (design.wvalid && memory.wready) ||
                     (memory.rvalid && design.rready) || (memory.bvalid && design.bready);
  const bool outstanding = design.arvalid || design.awvalid || design.wvalid ||
                           monitor_.reads_under_way() > 0 || monitor_.writes_under_way() > 0;
  quiet_cycles_ = moved || !outstanding ? 0 : quiet_cycles_ + 1;
}

// The pins of the master that always have one value.
void AxiBench::check_constants() const {
  const Pins& p = pins_;
  const bool read = word(p.arlock) == 0 && word(p.arcache) == 3 && word(p.arprot) == 0;
  const bool write = word(p.awlock) == 0 && word(p.awcache) == 3 && word(p.awprot) == 0;
  if ((!at(p.arvalid) || read) && (!at(p.awvalid) || write)) return;
  throw CheckError(
      fmt::format("cycle {}: m_axi: lock, cache or prot has another value than 0, 3 and 0", cycle_),
      {});
}

// One clock cycle: the inputs settle while the clock is low, outputs are looked at, then the edge.
void AxiBench::cycle() {
  const bool rst_n = reset_left_ == 0;
  const bool memory_rst_n = rst_n && !memory_reset_;
  const AxiMasterInputs master = memory_.inputs();
  const AxiLiteInputs lite = host_.inputs();
  pins_.rst_n.set(rst_n);
  pins_.clk.set(0);
  drive(master, lite);
  model_.eval();
  if (rst_n && below(prng_, kPathPeriod) == 0) check_paths(master, lite);
  const auto time = static_cast<std::uint64_t>(cycle_) * 10;
  if (!options_.waves.empty()) model_.dump(time);

  if (rst_n) check_constants();
  const Outputs out = sample();
  if (options_.coverage != nullptr) options_.coverage->sample_bus(rst_n, out.master, master);
  irq_now_ = out.irq;
  lite_monitor_.clock(rst_n, out.lite, lite);
  if (rst_n) {
    host_.clock(out.lite);
  } else {
    host_.reset();
    --reset_left_;
  }
  if (memory_rst_n) {
    monitor_.clock(true, out.master, master);
    observe(out.master, master);
    memory_.clock(out.master);
  } else {
    if (!rst_n) monitor_.clock(false, out.master, master);
    memory_.reset();
  }
  checks_ += kAxiChannels * 2;
  require_clean();

  pins_.clk.set(1);
  model_.eval();
  if (!options_.waves.empty()) model_.dump(time + 5);
  ++cycle_;
  if ((cycle_ & 0xfff) == 0) check_interrupt();
}

void AxiBench::require_clean() {
  const auto check = [&](const char* bus, const AxiReport& report) {
    if (report.count() > 0) {
      throw CheckError(fmt::format("{}: {}", bus, report.lines().at(0)), {});
    }
  };
  check("m_axi", monitor_.report());
  check("s_axil", lite_monitor_.report());
  if (monitor_.reads_under_way() > kMaxReads) {
    throw CheckError(
        fmt::format("cycle {}: m_axi: more than {} bursts of reads outstanding", cycle_, kMaxReads),
        {});
  }
  if (host_.waiting() > options_.access_cycles) {
    throw CheckError(fmt::format("cycle {}: s_axil: no answer to an access after {} cycles", cycle_,
                                 options_.access_cycles),
                     {});
  }
}

void AxiBench::idle(std::int64_t cycles) {
  for (std::int64_t i = 0; i < cycles; ++i) cycle();
}

void AxiBench::reset(int cycles) {
  reset_left_ = cycles;
  idle(cycles);
}

void AxiBench::end_memory_reset() {
  memory_reset_ = false;
  monitor_ = AxiMonitor(monitor_options());
}

void AxiBench::finish() {
  monitor_.finish();
  lite_monitor_.finish();
  require_clean();
}

AxiLiteAnswer AxiBench::access(const AxiLiteAccess& access) {
  host_.add(access);
  while (!host_.idle()) cycle();
  ++checks_;
  const AxiLiteAnswer answer = host_.take_answers().back();
  if (options_.coverage != nullptr) {
    options_.coverage->sample_access(access.write, access.address,
                                     access.write ? access.data : answer.data, answer.response);
  }
  return answer;
}

std::uint32_t AxiBench::read_register(void* self, std::uint32_t offset) {
  const AxiLiteAnswer answer = static_cast<AxiBench*>(self)->access({false, offset, 0, 0xF});
  if (answer.response != AxiResponse::okay) {
    throw CheckError(fmt::format("a read of register 0x{:03x} was refused", offset), {});
  }
  return answer.data;
}

void AxiBench::write_register(void* self, std::uint32_t offset, std::uint32_t value) {
  const AxiLiteAnswer answer = static_cast<AxiBench*>(self)->access({true, offset, value, 0xF});
  if (answer.response != AxiResponse::okay) {
    throw CheckError(
        fmt::format("a write of 0x{:x} to register 0x{:03x} was refused", value, offset), {});
  }
}

}  // namespace gradloom
