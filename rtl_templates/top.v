// SPDX-License-Identifier: Apache-2.0
// <%name%>_top: training systolic array, <%config_line%>.
//
// Contract   Commands: valid/ready into a queue of <%queue_depth%>; they run in order, and each ends with one completion
//            (valid/ready). Host accesses to buffers and registers: valid/ready requests, valid/ready
//            responses to reads, both in order; they may go on while a command runs. Every output is
//            registered or derived from registers: no combinational path from an input to an output.
//            Inputs of a port matter only while its valid is 1.
// Parameters None: the modules below have them baked in.
// Numerics   Signed operands of <%operand_bits%> bits, accumulators of <%accumulator_bits%> bits, overflow policy <%overflow%>.
// Reset      Synchronous, active low: idle at once, whatever runs; bank contents stay. One cycle is enough.
// Trace      With GRADLOOM_TRACE defined, trace_* outputs show every access of the array to its banks.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_top (
<%#ports%>
    <%dir%> wire <%range_pad%><%name%><%#comma%>,<%/comma%>  // <%description%>
<%/ports%>
`ifdef GRADLOOM_TRACE
<%#trace_ports%>
    , output wire <%range_pad%><%name%>  // <%description%>
<%/trace_ports%>
`endif
);

  localparam ADDR_W = <%addr_w%>;
  localparam LANE_W = <%lane_w%>;
  localparam HOST_ADDR_W = <%host_addr_w%>;
  localparam HOST_W = <%host_w%>;

  // Bank accesses: one word of one lane.
  wire [       7:0] host_buffer;
  wire [LANE_W-1:0] host_lane;
  wire [ADDR_W-1:0] host_addr;
  wire [HOST_W-1:0] host_wdata;
  wire              host_write;
  wire              host_go;
  wire              ld_ready;
  wire              st_ready;
  wire [HOST_W-1:0] bank_rdata;
  // Registers.
  wire [       5:0] reg_index;
  wire              reg_read;
  wire              reg_clear;
<%#training%>
  wire              reg_seed;
  wire              unused_slot;
  wire              unused_waiting;
  wire              unused_draining;
<%/training%>
  wire [      31:0] reg_data;
  wire              host_error;

  <%name%>_core u_core (
      .clk_i       (clk_i),
      .rst_ni      (rst_ni),
<%#command_ports%>
      .<%name%>(<%name%>),
<%/command_ports%>
      .busy_o      (busy_o),
      .ld_valid_i  (host_go & host_write),
      .ld_ready_o  (ld_ready),
      .ld_buffer_i (host_buffer),
      .ld_group_i  (host_lane),
      .ld_addr_i   (host_addr),
      .ld_data_i   (host_wdata),
      .st_valid_i  (host_go & ~host_write),
      .st_ready_o  (st_ready),
      .st_buffer_i (host_buffer),
      .st_group_i  (host_lane),
      .st_addr_i   (host_addr),
      .st_data_o   (bank_rdata),
      .reg_index_i (reg_index),
      .reg_read_i  (reg_read),
      .reg_data_o  (reg_data),
      .clear_i     (reg_clear),
<%#training%>
      .seed_valid_i(reg_seed),
      .seed_i      (host_wdata[31:0]),
      .slot_o      (unused_slot),
      .waiting_o   (unused_waiting),
      .draining_o  (unused_draining),
<%/training%>
      .host_error_i(host_error)
`ifdef GRADLOOM_TRACE
<%#trace_ports%>
      , .<%name%>(<%name%>)
<%/trace_ports%>
`endif
  );

  <%name%>_host_port #(
      .LANE_W     (LANE_W),
      .ADDR_W     (ADDR_W),
      .HOST_ADDR_W(HOST_ADDR_W),
      .HOST_W     (HOST_W)
  ) u_host (
      .clk_i       (clk_i),
      .rst_ni      (rst_ni),
      .host_valid_i(host_valid_i),
      .host_ready_o(host_ready_o),
      .host_write_i(host_write_i),
      .host_sel_i  (host_sel_i),
      .host_lane_i (host_lane_i),
      .host_addr_i (host_addr_i),
      .host_wdata_i(host_wdata_i),
      .rsp_valid_o (rsp_valid_o),
      .rsp_ready_i (rsp_ready_i),
      .rsp_data_o  (rsp_data_o),
      .rsp_error_o (rsp_error_o),
      .buffer_o    (host_buffer),
      .lane_o      (host_lane),
      .addr_o      (host_addr),
      .wdata_o     (host_wdata),
      .write_o     (host_write),
      .go_o        (host_go),
      .block_i     (~(host_write ? ld_ready : st_ready)),
      .bank_rdata_i(bank_rdata),
      .reg_index_o (reg_index),
      .reg_read_o  (reg_read),
      .reg_clear_o (reg_clear),
<%#training%>
      .reg_seed_o  (reg_seed),
<%/training%>
      .reg_data_i  (reg_data),
      .error_o     (host_error)
  );

endmodule

`default_nettype wire
