// SPDX-License-Identifier: Apache-2.0
// gl3x5_int4_ram: one bank of an array-edge buffer. This is the one module to replace by a RAM macro.
//
// Contract   One write port, one synchronous read port. rdata_o shows the word of raddr_i one cycle
//            after re_i = 1, and holds while re_i = 0. Reading and writing the same word in the same
//            cycle never happens for words that the array reads; the value read is then not relied on.
// Parameters WIDTH bits, DEPTH words, ADDR_W = ceil(log2(DEPTH)), at least 1.
// Reset      None: contents and rdata_o are undefined until written and read.
// Made by gradloom 0.1.0, configuration e4c31fd60046672e.
`default_nettype none

module gl3x5_int4_ram #(
    parameter WIDTH  = 4,
    parameter DEPTH  = 1024,
    parameter ADDR_W = 10
) (
    input  wire              clk_i,
    input  wire              we_i,
    input  wire [ADDR_W-1:0] waddr_i,
    input  wire [ WIDTH-1:0] wdata_i,
    input  wire              re_i,
    input  wire [ADDR_W-1:0] raddr_i,
    output reg  [ WIDTH-1:0] rdata_o
);

  reg [WIDTH-1:0] mem [0:DEPTH-1];

  always @(posedge clk_i) begin
    if (we_i) mem[waddr_i] <= wdata_i;
  end

  always @(posedge clk_i) begin
    if (re_i) rdata_o <= mem[raddr_i];
  end

endmodule

`default_nettype wire
