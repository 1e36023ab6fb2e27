// SPDX-License-Identifier: Apache-2.0
// <%name%>_delay: a word, some cycles later.
//
// Contract   data_o is what data_i was STAGES cycles before.
// Parameters WIDTH bits, STAGES cycles (at least 1).
// Reset      Synchronous, to 0.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_delay #(
    parameter WIDTH  = 1,
    parameter STAGES = 1
) (
    input  wire             clk_i,
    input  wire             rst_ni,
    input  wire [WIDTH-1:0] data_i,
    output wire [WIDTH-1:0] data_o
);

  genvar i;

  generate
    for (i = 0; i < STAGES; i = i + 1) begin : g_stage
      wire [WIDTH-1:0] data;
      reg  [WIDTH-1:0] data_q;

      if (i == 0) begin : g_first
        assign data = data_i;
      end else begin : g_next
        assign data = g_stage[i-1].data_q;
      end

      always @(posedge clk_i) begin
        if (!rst_ni) data_q <= {WIDTH{1'b0}};
        else data_q <= data;
      end
    end
  endgenerate

  assign data_o = g_stage[STAGES-1].data_q;

endmodule

`default_nettype wire
