// SPDX-License-Identifier: Apache-2.0
#include "golden/bus_ports.hpp"

#include <string>

#include "golden/bus_layout.hpp"

namespace gradloom {
namespace {

constexpr int kAddressPage = 12;  // bits of the AXI4-Lite addresses

void add_clock(std::vector<Port>& ports) {
  ports.push_back({"clk_i", true, 1, "clock; all inputs and outputs are synchronous to it", false});
  ports.push_back({"rst_ni", true, 1, "synchronous reset, active low", false});
}

void add_trace(const Config& config, std::vector<Port>& ports) {
  for (const Port& port : top_ports(config)) {
    if (port.trace) ports.push_back(port);
  }
}

void add_slave(std::vector<Port>& ports) {
  const auto in = [&](const char* pin, int width, const char* text) {
    ports.push_back({std::string("s_axil_") + pin, true, width, text, false});
  };
  const auto out = [&](const char* pin, int width, const char* text) {
    ports.push_back({std::string("s_axil_") + pin, false, width, text, false});
  };
  in("awaddr", kAddressPage, "register to write");
  in("awprot", 3, "ignored");
  in("awvalid", 1, "a write address is offered");
  out("awready", 1, "it is taken in this cycle");
  in("wdata", 32, "write data");
  in("wstrb", 4, "1111, or the write is refused");
  in("wvalid", 1, "write data are offered");
  out("wready", 1, "they are taken in this cycle");
  out("bresp", 2, "00 OKAY, 10 SLVERR");
  out("bvalid", 1, "a write was carried out or refused");
  in("bready", 1, "the response is taken in this cycle");
  in("araddr", kAddressPage, "register to read");
  in("arprot", 3, "ignored");
  in("arvalid", 1, "a read address is offered");
  out("arready", 1, "it is taken in this cycle");
  out("rdata", 32, "read data, 0 with SLVERR");
  out("rresp", 2, "00 OKAY, 10 SLVERR");
  out("rvalid", 1, "read data are offered");
  in("rready", 1, "they are taken in this cycle");
}

void add_master(const Config& config, std::vector<Port>& ports) {
  const auto in = [&](const char* pin, int width, const char* text) {
    ports.push_back({std::string("m_axi_") + pin, true, width, text, false});
  };
  const auto out = [&](const char* pin, int width, const char* text) {
    ports.push_back({std::string("m_axi_") + pin, false, width, text, false});
  };
  const auto address = [&](const std::string& channel, int id_width) {
    const auto pin = [&](const char* name, int width, const char* text) {
      out((channel + name).c_str(), width, text);
    };
    pin("id", id_width,
        channel == "ar" ? "bit 0: 1 data, 0 descriptors; bit 1 changes with SOFT_RESET"
                        : "changes with SOFT_RESET");
    pin("addr", config.address_bits, "address of the first byte");
    pin("len", 8, "beats - 1, at most 63");
    pin("size", 3, "log2 of the bytes of a beat");
    pin("burst", 2, "01, INCR");
    pin("lock", 1, "0");
    pin("cache", 4, "0011");
    pin("prot", 3, "000");
    pin("valid", 1, "an address is offered");
    in((channel + "ready").c_str(), 1, "it is taken in this cycle");
  };
  address("ar", 2);
  in("rid", 2, "as arid");
  in("rdata", config.data_bits, "read data");
  in("rresp", 2, "response");
  in("rlast", 1, "the last beat of a burst");
  in("rvalid", 1, "a beat is offered");
  out("rready", 1, "it is taken in this cycle");
  address("aw", 1);
  out("wdata", config.data_bits, "write data");
  out("wstrb", beat_bytes(config), "all 1; all 0 after a bus error");
  out("wlast", 1, "the last beat of a burst");
  out("wvalid", 1, "a beat is offered");
  in("wready", 1, "it is taken in this cycle");
  in("bid", 1, "as awid");
  in("bresp", 2, "response");
  in("bvalid", 1, "a response is offered");
  out("bready", 1, "it is taken in this cycle");
}

void add_vector_port(const Config& config, std::vector<Port>& ports) {
  const int addr_w = derive(config).addr_w;
  const int group_w = group_bits(config);
  const auto in = [&](const char* pin, int width, const char* text) {
    ports.push_back({pin, true, width, text, false});
  };
  const auto out = [&](const char* pin, int width, const char* text) {
    ports.push_back({pin, false, width, text, false});
  };
  in("ld_valid_i", 1, "a beat for the banks is offered");
  out("ld_ready_o", 1, "it is written in this cycle");
  in("ld_buffer_i", kBufferCount, "one bit a buffer: X DELTA W Y DX DW BIAS DERIV from bit 0");
  in("ld_group_i", group_w, "number of the beat in its vector");
  in("ld_addr_i", addr_w, "bank address");
  in("ld_data_i", config.data_bits, "the beat, in the memory format");
  in("st_valid_i", 1, "a beat of the banks is asked for");
  out("st_ready_o", 1, "it is read in this cycle");
  in("st_buffer_i", kBufferCount, "as ld_buffer_i");
  in("st_group_i", group_w, "number of the beat in its vector");
  in("st_addr_i", addr_w, "bank address");
  out("st_data_o", config.data_bits, "the beat that was read in the cycle before");
  in("reg_index_i", 6, "register of the page");
  in("reg_read_i", 1, "read it");
  out("reg_data_o", 32, "what was read in the cycle before");
  in("clear_i", 1, "counters and HOST_ERRORS become 0");
  in("seed_valid_i", 1, "write SEED");
  in("seed_i", 32, "its value");
  in("host_error_i", 1, "counts in HOST_ERRORS");
  out("slot_o", 1, "a slot is issued in this cycle");
  out("waiting_o", 1, "LOAD, STALL or RUN without a slot in this cycle");
  out("draining_o", 1, "TAIL or FINISH in this cycle");
  out("busy_o", 1, "a command is queued, planned or running");
}

}  // namespace

std::vector<Port> bus_ports(const Config& config) {
  std::vector<Port> ports;
  add_clock(ports);
  add_slave(ports);
  add_master(config, ports);
  ports.push_back({"irq_o", false, 1, "interrupt: IRQ_STATUS and IRQ_ENABLE", false});
  add_trace(config, ports);
  return ports;
}

std::vector<Port> core_ports(const Config& config) {
  std::vector<Port> ports;
  add_clock(ports);
  for (const Port& port : command_ports(config)) ports.push_back(port);
  add_vector_port(config, ports);
  add_trace(config, ports);
  return ports;
}

}  // namespace gradloom
