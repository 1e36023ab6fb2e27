// SPDX-License-Identifier: Apache-2.0
// Stands in for a bank in the tag model. A bank of operands gives the tag that belongs to an address; a bank of sums
// keeps what is written. Every address must be a word of the layer that this lane holds. A hold memory is a memory: what
// is read was written by the same command, and what it was the PEs see. The wires `set_*` are driven by
// the top of the model, each bank with its own values (run.sh connects them).
`default_nettype none

module tag_ram #(
    parameter WIDTH  = 10,
    parameter DEPTH  = 16,
    parameter ADDR_W = 4
) (
    input  wire              clk_i,
    input  wire              we_i,
    input  wire [ADDR_W-1:0] waddr_i,
    input  wire [ WIDTH-1:0] wdata_i,
    input  wire              re_i,
    input  wire [ADDR_W-1:0] raddr_i,
    output reg  [ WIDTH-1:0] rdata_o
);

  localparam I = `INDEX;
  localparam TAG = 3 + 2 * I;
  localparam SUM = TAG + I + 2;

  (* keep *) wire [3:0] set_bank;  // {sums, over rows of W, kind}
  (* keep *) wire [I:0] set_lane;
  (* keep *) wire [3*`DIM_W+`ADDR_W-1:0] set_layer;  // {words of a tile, elements over the lanes, terms of a sum, base}
  (* keep *) wire set_old;  // sums: there is an old word to add to
  (* keep *) wire set_start;  // sums: a command begins
  (* keep *) wire set_end;  // sums: all words are there

  wire sums = set_bank[3];
  wire hold = set_bank == 4'b0110;
  wire [`DIM_W-1:0] inner = set_layer[2*`DIM_W+`ADDR_W+:`DIM_W];
  wire [`DIM_W-1:0] outer = set_layer[`DIM_W+`ADDR_W+:`DIM_W];
  wire [`DIM_W-1:0] total = set_layer[`ADDR_W+:`DIM_W];
  wire [`ADDR_W-1:0] base = set_layer[0+:`ADDR_W];
  wire [I:0] step = set_bank[2] ? `ROWS : `COLS;

  // {a word of the layer, tag} of an address.
  function [TAG:0] tag_at;
    input [`ADDR_W-1:0] address;
    integer tile;
    reg [7:0] offset, first, element;
    begin
      tag_at = 0;
      offset = address - base;
      for (tile = 0; tile < `TILES; tile = tile + 1) begin
        first = tile * inner;
        element = tile * step + set_lane;
        if (address >= base && offset >= first && offset < first + inner && element < outer)
          tag_at = {1'b1, 1'b1, set_bank[1:0], offset[I-1:0] - first[I-1:0], element[I-1:0]};
      end
    end
  endfunction

  // Words that this lane holds.
  reg [7:0] words;
  integer t;
  always @* begin
    words = 0;
    for (t = 0; t < `TILES; t = t + 1) if (t * step + set_lane < outer) words = words + inner;
  end

  reg [SUM-1:0] mem[0:DEPTH-1];
  reg [DEPTH-1:0] written;
  reg [7:0] complete;
  wire [TAG:0] read_tag = tag_at(raddr_i);
  wire [TAG:0] write_tag = tag_at(waddr_i);
  wire [SUM-1:0] wdata = wdata_i;
  wire [SUM-1:0] before = mem[waddr_i];
  wire full = wdata[TAG+:I+1] == total;

  reg begun = 0;
  always @(posedge clk_i) begin
    begun <= begun | set_start;
    if (begun) begin
      if (re_i) begin
        assert (hold ? written[raddr_i] : read_tag[TAG]);
        if (sums && !written[raddr_i]) assert (set_old);
        assert (!(we_i && waddr_i == raddr_i));
      end
      if (we_i) begin
        assert (hold || (sums && write_tag[TAG]));
        assert (hold || wdata[TAG-1:0] == write_tag[TAG-1:0]);
        assert (hold || wdata[SUM-1] == set_old);
        assert (hold || !written[waddr_i] || before[TAG+:I+1] < wdata[TAG+:I+1]);
        if (hold) assert (wdata[TAG-1-:3] == 3'b110);  // a delta word
      end
      if (sums && set_end) assert (complete == words && !we_i);
    end
  end

  always @(posedge clk_i) begin
    if (re_i)
      rdata_o <= hold ? mem[raddr_i] : !sums ? read_tag[TAG-1:0] : written[raddr_i] ? mem[raddr_i] : {1'b1, {(I + 1) {1'b0}}, read_tag[TAG-1:0]};
    if (we_i) mem[waddr_i] <= wdata;
    if (set_start) begin
      written <= {DEPTH{1'b0}};
      complete <= 0;
    end else if (we_i) begin
      written[waddr_i] <= 1'b1;
      complete <= complete + full;
    end
  end

endmodule

`default_nettype wire
