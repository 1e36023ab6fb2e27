// SPDX-License-Identifier: Apache-2.0
// <%name%>_issue: hands COMPUTE descriptors to the core, at most two at a time, and takes their completions.
//
// Contract   start_i (only while ready_o is 1) gives the command at the head of the queue to the core in that cycle.
//            The second is planned while the first runs. done_o lasts one cycle, with signal and index of the
//            command that ended; code_o is its completion code.
// Parameters None.
// Reset      Synchronous: no command; the core is reset with it.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_issue (
    input  wire        clk_i,
    input  wire        rst_ni,
    output wire        ready_o,
    input  wire        start_i,
    input  wire [ 2:0] signal_i,
    input  wire [15:0] index_i,
    output wire        busy_o,
    output wire        done_o,
    output wire [ 2:0] signal_o,
    output wire [15:0] index_o,
    output wire [ 3:0] code_o,
    // The core.
    output wire        cmd_valid_o,
    input  wire        cmd_ready_i,
    input  wire        done_valid_i,
    output wire        done_ready_o,
    input  wire [ 3:0] done_code_i
);

  wire room;

  <%name%>_fifo #(
      .WIDTH(19),
      .DEPTH(2),
      .PTR_W(1),
      .CNT_W(2)
  ) u_started (
      .clk_i      (clk_i),
      .rst_ni     (rst_ni),
      .in_valid_i (start_i),
      .in_ready_o (room),
      .in_data_i  ({signal_i, index_i}),
      .out_valid_o(busy_o),
      .out_ready_i(done_valid_i),
      .out_data_o ({signal_o, index_o})
  );

  assign ready_o      = room & cmd_ready_i;
  assign cmd_valid_o  = start_i;
  assign done_ready_o = 1'b1;
  assign done_o       = done_valid_i & busy_o;
  assign code_o       = done_code_i;

endmodule

`default_nettype wire
