// SPDX-License-Identifier: Apache-2.0
// Cover points inside the RTL, for Verilator's --coverage-user: bound to the modules, which stay as
// they are. Every one must be hit, or be explained in tests/coverage_holes.txt.

module <%name%>_cover_sequencer (
    input wire       clk_i,
    input wire       rst_ni,
    input wire [2:0] state,
    input wire [2:0] pass,
    input wire       serial,
    input wire       done_valid,
    input wire       done_ready
);
<%#fprop%>
  load_f: cover property (@(posedge clk_i) rst_ni && state == 3'd1 && pass == 3'b001);
  run_f: cover property (@(posedge clk_i) rst_ni && state == 3'd2 && pass == 3'b001);
  stall_f: cover property (@(posedge clk_i) rst_ni && state == 3'd3 && pass == 3'b001);
  tail_f: cover property (@(posedge clk_i) rst_ni && state == 3'd4 && pass == 3'b001);
  serial_f: cover property (@(posedge clk_i) rst_ni && state == 3'd2 && pass == 3'b001 && serial);
<%/fprop%>
<%#dgrad%>
  load_d: cover property (@(posedge clk_i) rst_ni && state == 3'd1 && pass == 3'b010);
  run_d: cover property (@(posedge clk_i) rst_ni && state == 3'd2 && pass == 3'b010);
  stall_d: cover property (@(posedge clk_i) rst_ni && state == 3'd3 && pass == 3'b010);
  tail_d: cover property (@(posedge clk_i) rst_ni && state == 3'd4 && pass == 3'b010);
  serial_d: cover property (@(posedge clk_i) rst_ni && state == 3'd2 && pass == 3'b010 && serial);
<%/dgrad%>
<%#wgrad%>
  run_w: cover property (@(posedge clk_i) rst_ni && state == 3'd2 && pass == 3'b100);
  tail_w: cover property (@(posedge clk_i) rst_ni && state == 3'd4 && pass == 3'b100);
  serial_w: cover property (@(posedge clk_i) rst_ni && state == 3'd2 && pass == 3'b100 && serial);
<%#training%>
  load_w: cover property (@(posedge clk_i) rst_ni && state == 3'd1 && pass == 3'b100);
<%/training%>
<%/wgrad%>
<%#dgrad%>
<%#wgrad%>
  load_i: cover property (@(posedge clk_i) rst_ni && state == 3'd1 && pass == 3'b110);
  run_i: cover property (@(posedge clk_i) rst_ni && state == 3'd2 && pass == 3'b110);
  stall_i: cover property (@(posedge clk_i) rst_ni && state == 3'd3 && pass == 3'b110);
  tail_i: cover property (@(posedge clk_i) rst_ni && state == 3'd4 && pass == 3'b110);
<%/wgrad%>
<%/dgrad%>
  finish: cover property (@(posedge clk_i) rst_ni && state == 3'd5);
  finish_waits: cover property (@(posedge clk_i) rst_ni && state == 3'd5 && done_valid && !done_ready);
  finish_follows: cover property (@(posedge clk_i) rst_ni && state == 3'd5 && done_valid && done_ready);
  reset_load: cover property (@(posedge clk_i) !rst_ni && state == 3'd1);
  reset_run: cover property (@(posedge clk_i) !rst_ni && state == 3'd2);
  reset_tail: cover property (@(posedge clk_i) !rst_ni && state == 3'd4);
endmodule

bind <%name%>_sequencer <%name%>_cover_sequencer u_cover (
    .clk_i     (clk_i),
    .rst_ni    (rst_ni),
    .state     (state_q),
    .pass      (pass_q),
    .serial    (serial_q),
    .done_valid(done_valid_o),
    .done_ready(done_ready_i)
);

module <%name%>_cover_fifo (
    input wire clk_i,
    input wire rst_ni,
    input wire in_valid,
    input wire in_ready,
    input wire out_valid,
    input wire out_ready
);
  full: cover property (@(posedge clk_i) rst_ni && !in_ready);
  waits: cover property (@(posedge clk_i) rst_ni && in_valid && !in_ready);
  through: cover property (@(posedge clk_i) rst_ni && in_valid && in_ready && out_valid && out_ready);
  held: cover property (@(posedge clk_i) rst_ni && out_valid && !out_ready);
  reset_filled: cover property (@(posedge clk_i) !rst_ni && out_valid);
endmodule

bind <%name%>_fifo <%name%>_cover_fifo u_cover (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .in_valid (in_valid_i),
    .in_ready (in_ready_o),
    .out_valid(out_valid_o),
    .out_ready(out_ready_i)
);
