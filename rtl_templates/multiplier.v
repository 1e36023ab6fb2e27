// SPDX-License-Identifier: Apache-2.0
// <%name%>_multiplier: unsigned product of 32 and 16 bits, one bit of the second factor a cycle.
//
// Contract   start_i in cycle t takes the factors; busy_o is 1 from t+1 for as many cycles as factor_b_i has bits
//            up to its highest 1. product_o is right in every later cycle until the next start_i.
// Parameters None.
// Reset      Synchronous: idle, product 0.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_multiplier (
    input  wire        clk_i,
    input  wire        rst_ni,
    input  wire        start_i,
    input  wire [31:0] factor_a_i,
    input  wire [15:0] factor_b_i,
    output wire        busy_o,
    output wire [47:0] product_o
);

  reg [47:0] a_q;
  reg [15:0] b_q;
  reg [47:0] product_q;

  assign busy_o    = b_q != 16'd0;
  assign product_o = product_q;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      a_q       <= 48'd0;
      b_q       <= 16'd0;
      product_q <= 48'd0;
    end else if (start_i) begin
      a_q       <= {16'd0, factor_a_i};
      b_q       <= factor_b_i;
      product_q <= 48'd0;
    end else begin
      a_q <= {a_q[46:0], 1'b0};
      b_q <= {1'b0, b_q[15:1]};
      if (b_q[0]) product_q <= product_q + a_q;
    end
  end

endmodule

`default_nettype wire
