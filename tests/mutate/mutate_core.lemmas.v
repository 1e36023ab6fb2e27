// SPDX-License-Identifier: Apache-2.0
// What holds in every cycle in the design of mutate_core.yaml, an array of 2 x 2; see docs/mutation.md,
// "Lemmas".

// A slot is of one operation.
module sequencer__pass (
    input  wire [2:0] state_q,
    input  wire [2:0] pass_q,
    output wire       holds
);
  assign holds = state_q == 3'd0 | pass_q == 3'b001 | pass_q == 3'b010 | pass_q == 3'b100 | pass_q == 3'b110;
endmodule

module row_lane__slot (
    input  wire [10:0] slot_o,
    input  wire [10:0] ctl_o,
    input  wire        x_drive_q,
    output wire        holds
);
  assign holds = ~(slot_o[1] & (slot_o[0] | slot_o[2])) & ~(ctl_o[1] & x_drive_q);
endmodule

// The wavefront of DGRAD is a cycle later in each row, and so is what writes its sums.
module array__dgrad (
    input  wire [10:0] \g_row[0].u_lane.ctl_o ,
    input  wire [10:0] \g_row[1].u_lane.slot_o ,
    input  wire [10:0] \g_row[1].u_lane.ctl_o ,
    input  wire [10:0] \g_pe_row[0].g_pe[0].u_pe.ctl_o ,
    input  wire [10:0] \g_pe_row[0].g_pe[1].u_pe.ctl_o ,
    input  wire [10:0] \g_pe_row[1].g_pe[0].u_pe.ctl_o ,
    input  wire [10:0] \g_pe_row[1].g_pe[1].u_pe.ctl_o ,
    input  wire        \g_row[0].u_lane.wr_o ,
    output wire        holds
);
  assign holds = \g_row[0].u_lane.ctl_o [1] == \g_row[1].u_lane.slot_o [1] &
      \g_pe_row[0].g_pe[0].u_pe.ctl_o [1] == \g_row[1].u_lane.ctl_o [1] &
      \g_pe_row[0].g_pe[1].u_pe.ctl_o [1] == \g_pe_row[1].g_pe[0].u_pe.ctl_o [1] &
      \g_row[0].u_lane.wr_o == \g_pe_row[1].g_pe[1].u_pe.ctl_o [1];
endmodule

// The last tile has one row or two, if M is 0 too: what the planner forms is M less the rows of all tiles but the last, modulo 4.
module planner__last_rows (
    input  wire        busy_q,
    input  wire        valid_q,
    input  wire [ 3:0] step_q,
    input  wire [ 3:0] m_q,
    input  wire [10:0] product_q,
    input  wire [ 3:0] plan_row_tiles_o,
    input  wire [ 1:0] plan_last_rows_o,
    output wire        holds
);
  wire [4:0] tiles = ({1'b0, m_q} + 5'd1) >> 1;
  wire [4:0] tiles_less_1 = tiles - 5'd1;
  wire       one_or_two = plan_last_rows_o == 2'd1 | plan_last_rows_o == 2'd2;
  assign holds = ~(busy_q & valid_q) & ~(valid_q & step_q != 4'd12) & ~(busy_q & step_q > 4'd11) &
      ~(busy_q & step_q == 4'd1 & product_q >> 6 != {6'd0, tiles}) &
      ~((valid_q | (busy_q & step_q >= 4'd2)) & plan_row_tiles_o != tiles[3:0]) &
      ~(busy_q & step_q == 4'd6 & product_q[1:0] != {tiles_less_1[0], 1'b0}) &
      ~((valid_q | (busy_q & step_q >= 4'd7)) & ~one_or_two);
endmodule

// So has that of the command that runs, while a drain is under way.
module core__last_rows (
    input  wire [ 1:0] \u_sequencer.last_rows_q ,
    input  wire [ 2:0] \u_sequencer.state_q ,
    input  wire        \u_sequencer.drain_start_q ,
    input  wire        \u_sequencer.drain_on_q ,
    input  wire [10:0] \u_array.g_row[0].u_lane.slot_o ,
    input  wire [10:0] \u_array.g_row[1].u_lane.slot_o ,
    input  wire [10:0] \u_array.g_row[1].u_lane.ctl_o ,
    input  wire [10:0] \u_array.g_pe_row[1].g_pe[0].u_pe.ctl_o ,
    input  wire [ 1:0] \u_array.u_dw_writer.left_q ,
    input  wire [ 1:0] \u_array.u_dw_writer.rows_q ,
    output wire        holds
);
  wire [1:0] last = \u_sequencer.last_rows_q ;
  wire [1:0] rows = \u_array.u_dw_writer.rows_q ;
  wire       under_way = \u_sequencer.state_q != 3'd0 | \u_sequencer.drain_start_q | \u_sequencer.drain_on_q |
      \u_array.g_row[0].u_lane.slot_o [4] | \u_array.g_row[1].u_lane.slot_o [4] |
      \u_array.g_row[1].u_lane.ctl_o [4] | \u_array.g_pe_row[1].g_pe[0].u_pe.ctl_o [4];
  assign holds = (last == 2'd1 | last == 2'd2 | ~under_way) & \u_array.u_dw_writer.left_q <= 2'd1 &
      (rows == 2'd1 | rows == 2'd2 | \u_array.u_dw_writer.left_q == 2'd0);
endmodule
