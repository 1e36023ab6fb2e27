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
