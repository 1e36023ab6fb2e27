// SPDX-License-Identifier: Apache-2.0
// gl3x5_int4_top: training systolic array, 3x5, int4 operands, 20-bit accumulators, overflow refuse, operations fprop dgrad wgrad.
//
// Contract   Commands: valid/ready into a queue of 4; they run in order, and each ends with one completion
//            (valid/ready). Host accesses to buffers and registers: valid/ready requests, valid/ready
//            responses to reads, both in order; they may go on while a command runs. Every output is
//            registered or derived from registers: no combinational path from an input to an output.
//            Inputs of a port matter only while its valid is 1.
// Parameters None: the modules below have them baked in.
// Numerics   Signed operands of 4 bits, accumulators of 20 bits, overflow policy refuse.
// Reset      Synchronous, active low: idle at once, whatever runs; bank contents stay. One cycle is enough.
// Trace      With GRADLOOM_TRACE defined, trace_* outputs show every access of the array to its banks.
// Made by gradloom 0.1.0, configuration e4c31fd60046672e.
`default_nettype none

module gl3x5_int4_top (
    input  wire         clk_i,  // clock; all inputs and outputs are synchronous to it
    input  wire         rst_ni,  // synchronous reset, active low
    input  wire         cmd_valid_i,  // a command is offered
    output wire         cmd_ready_o,  // the command queue takes it in this cycle
    input  wire [1:0]   cmd_op_i,  // 0 fprop, 1 dgrad, 2 wgrad, 3 backward
    input  wire [1:0]   cmd_sched_i,  // 0 interleaved, 1 separate, 2 serial
    input  wire         cmd_acc_psum_i,  // add to the Y or DX words in the buffer
    input  wire         cmd_acc_dw_i,  // add to the DW words in the buffer
    input  wire [12:0]  cmd_m_i,  // M, input features
    input  wire [12:0]  cmd_n_i,  // N, output features
    input  wire [12:0]  cmd_b_i,  // B, batch
    input  wire [9:0]   cmd_x_base_i,  // first word of X in every bank
    input  wire [9:0]   cmd_delta_base_i,  // first word of DELTA in every bank
    input  wire [9:0]   cmd_w_base_i,  // first word of W in every bank
    input  wire [9:0]   cmd_y_base_i,  // first word of Y in every bank
    input  wire [9:0]   cmd_dx_base_i,  // first word of DX in every bank
    input  wire [9:0]   cmd_dw_base_i,  // first word of DW in every bank
    output wire         done_valid_o,  // a command has ended
    input  wire         done_ready_i,  // its completion is taken in this cycle
    output wire [3:0]   done_code_o,  // completion code, 0 is good
    input  wire         host_valid_i,  // a host access is offered
    output wire         host_ready_o,  // the access is taken in this cycle
    input  wire         host_write_i,  // 1 write, 0 read
    input  wire [2:0]   host_sel_i,  // buffer code, or 7 for the registers
    input  wire [2:0]   host_lane_i,  // bank: row or column; 0 for registers
    input  wire [9:0]   host_addr_i,  // word, or register index
    input  wire [31:0]  host_wdata_i,  // write data, low bits used
    output wire         rsp_valid_o,  // read data is offered
    input  wire         rsp_ready_i,  // the read data is taken in this cycle
    output wire [31:0]  rsp_data_o,  // read data, sign-extended
    output wire         rsp_error_o,  // the access named nothing that exists
    output wire         busy_o  // a command is queued, planned or running
`ifdef GRADLOOM_TRACE
    , output wire [2:0]   trace_x_re_o  // array reads X, a bit a bank
    , output wire [4:0]   trace_delta_re_o  // array reads DELTA, a bit a bank
    , output wire [4:0]   trace_w_re_o  // array reads W, a bit a bank
    , output wire [4:0]   trace_y_re_o  // array reads Y, a bit a bank
    , output wire [4:0]   trace_y_we_o  // array writes Y, a bit a bank
    , output wire [159:0] trace_y_wdata_o  // words written to Y, 0 where not written
    , output wire [2:0]   trace_dx_re_o  // array reads DX, a bit a bank
    , output wire [2:0]   trace_dx_we_o  // array writes DX, a bit a bank
    , output wire [95:0]  trace_dx_wdata_o  // words written to DX, 0 where not written
    , output wire [4:0]   trace_dw_re_o  // array reads DW, a bit a bank
    , output wire [4:0]   trace_dw_we_o  // array writes DW, a bit a bank
    , output wire [159:0] trace_dw_wdata_o  // words written to DW, 0 where not written
`endif
);

  localparam ADDR_W = 10;
  localparam LANE_W = 3;
  localparam HOST_ADDR_W = 10;
  localparam HOST_W = 32;

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
  wire [      31:0] reg_data;
  wire              host_error;

  gl3x5_int4_core u_core (
      .clk_i       (clk_i),
      .rst_ni      (rst_ni),
      .cmd_valid_i(cmd_valid_i),
      .cmd_ready_o(cmd_ready_o),
      .cmd_op_i(cmd_op_i),
      .cmd_sched_i(cmd_sched_i),
      .cmd_acc_psum_i(cmd_acc_psum_i),
      .cmd_acc_dw_i(cmd_acc_dw_i),
      .cmd_m_i(cmd_m_i),
      .cmd_n_i(cmd_n_i),
      .cmd_b_i(cmd_b_i),
      .cmd_x_base_i(cmd_x_base_i),
      .cmd_delta_base_i(cmd_delta_base_i),
      .cmd_w_base_i(cmd_w_base_i),
      .cmd_y_base_i(cmd_y_base_i),
      .cmd_dx_base_i(cmd_dx_base_i),
      .cmd_dw_base_i(cmd_dw_base_i),
      .done_valid_o(done_valid_o),
      .done_ready_i(done_ready_i),
      .done_code_o(done_code_o),
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
      .host_error_i(host_error)
`ifdef GRADLOOM_TRACE
      , .trace_x_re_o(trace_x_re_o)
      , .trace_delta_re_o(trace_delta_re_o)
      , .trace_w_re_o(trace_w_re_o)
      , .trace_y_re_o(trace_y_re_o)
      , .trace_y_we_o(trace_y_we_o)
      , .trace_y_wdata_o(trace_y_wdata_o)
      , .trace_dx_re_o(trace_dx_re_o)
      , .trace_dx_we_o(trace_dx_we_o)
      , .trace_dx_wdata_o(trace_dx_wdata_o)
      , .trace_dw_re_o(trace_dw_re_o)
      , .trace_dw_we_o(trace_dw_we_o)
      , .trace_dw_wdata_o(trace_dw_wdata_o)
`endif
  );

  gl3x5_int4_host_port #(
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
      .reg_data_i  (reg_data),
      .error_o     (host_error)
  );

endmodule

`default_nettype wire
