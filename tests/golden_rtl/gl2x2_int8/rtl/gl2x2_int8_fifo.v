// SPDX-License-Identifier: Apache-2.0
// gl2x2_int8_fifo: small first-in first-out queue with registered handshakes.
//
// Contract   valid/ready on both sides. in_ready_o is 1 while fewer than DEPTH entries are stored and
//            does not depend on out_ready_i; an entry taken in cycle t is offered from t+1. Once
//            out_valid_o is 1 it and out_data_o hold until out_ready_i is 1.
// Parameters WIDTH bits, DEPTH entries (1 or more), PTR_W = ceil(log2(DEPTH)) (at least 1),
//            CNT_W = ceil(log2(DEPTH+1)).
// Reset      Synchronous: the queue is empty. The storage is not reset.
// Made by gradloom 0.1.0, configuration ea51a9188179f74c.
`default_nettype none

module gl2x2_int8_fifo #(
    parameter WIDTH = 8,
    parameter DEPTH = 2,
    parameter PTR_W = 1,
    parameter CNT_W = 2
) (
    input  wire             clk_i,
    input  wire             rst_ni,
    input  wire             in_valid_i,
    output wire             in_ready_o,
    input  wire [WIDTH-1:0] in_data_i,
    output wire             out_valid_o,
    input  wire             out_ready_i,
    output wire [WIDTH-1:0] out_data_o
);

  localparam [CNT_W-1:0] FULL = DEPTH;
  localparam [CNT_W-1:0] ONE = 1;
  localparam [31:0] LAST_WIDE = DEPTH - 1;
  localparam [PTR_W-1:0] LAST = LAST_WIDE[PTR_W-1:0];
  localparam [PTR_W-1:0] NEXT = 1;

  reg  [WIDTH-1:0] mem      [0:DEPTH-1];
  reg  [CNT_W-1:0] count_q;
  reg  [PTR_W-1:0] wr_ptr_q;
  reg  [PTR_W-1:0] rd_ptr_q;

  wire             push = in_valid_i & in_ready_o;
  wire             pop = out_valid_o & out_ready_i;

  assign in_ready_o  = count_q != FULL;
  assign out_valid_o = count_q != {CNT_W{1'b0}};
  assign out_data_o  = mem[rd_ptr_q];

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      count_q  <= {CNT_W{1'b0}};
      wr_ptr_q <= {PTR_W{1'b0}};
      rd_ptr_q <= {PTR_W{1'b0}};
    end else begin
      if (push) wr_ptr_q <= (wr_ptr_q == LAST) ? {PTR_W{1'b0}} : wr_ptr_q + NEXT;
      if (pop) rd_ptr_q <= (rd_ptr_q == LAST) ? {PTR_W{1'b0}} : rd_ptr_q + NEXT;
      if (push & ~pop) count_q <= count_q + ONE;
      if (pop & ~push) count_q <= count_q - ONE;
    end
  end

  always @(posedge clk_i) begin
    if (push) mem[wr_ptr_q] <= in_data_i;
  end

endmodule

`default_nettype wire
