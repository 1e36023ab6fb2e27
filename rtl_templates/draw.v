// SPDX-License-Identifier: Apache-2.0
// <%name%>_draw: random numbers of one lane, for stochastic rounding.
//
// Contract   draw_o is the next number, all the time; next_i = 1 moves on to the one after it. seed_valid_i = 1
//            starts again from seed_i.
// Parameters KEY: what makes this generator differ from the others, not 0.
// Numerics   xorshift with the shifts 13, 17, 5 on 32 bits; the state is never 0.
// Reset      Synchronous: as if seeded with 0.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_draw #(
    parameter [31:0] KEY = 32'd1
) (
    input  wire        clk_i,
    input  wire        rst_ni,
    input  wire        seed_valid_i,
    input  wire [31:0] seed_i,
    input  wire        next_i,
    output wire [31:0] draw_o
);

  reg  [31:0] state_q;
  wire [31:0] seeded = seed_i ^ KEY;
  wire [31:0] step_1 = state_q ^ {state_q[18:0], 13'd0};
  wire [31:0] step_2 = step_1 ^ {17'd0, step_1[31:17]};

  assign draw_o = step_2 ^ {step_2[26:0], 5'd0};

  always @(posedge clk_i) begin
    if (!rst_ni) state_q <= KEY;
    else if (seed_valid_i) state_q <= (seeded == 32'd0) ? KEY : seeded;
    else if (next_i) state_q <= draw_o;
  end

endmodule

`default_nettype wire
