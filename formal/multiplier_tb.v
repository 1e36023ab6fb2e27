// SPDX-License-Identifier: Apache-2.0
// Every pair of operands through the multiplier of a PE, against the sum of shifted operands. Prints how many products
// were compared.
`default_nettype none

module multiplier_tb;

  localparam OP = `OP;
  localparam ACC = `ACC;

  reg clk = 0;
  reg [`CTL_W-1:0] ctl = 0;
  reg [ACC-1:0] west = 0, north = 0;
  reg [OP-1:0] weight = 0;
  wire [ACC-1:0] east, south, drain;

  `PE u_pe (
`ifdef HAS_WEIGHTS
      .weight_i(weight),
      .weight_o(),
`endif
`ifdef HAS_WGRAD
      .drain_i({ACC{1'b0}}),
      .drain_o(drain),
`endif
      .clk_i(clk),
      .rst_ni(1'b1),
      .ctl_i(ctl),
      .ctl_o(),
      .west_i(west),
      .east_o(east),
      .north_i(north),
      .south_o(south)
  );

  // a * b without a multiplication.
  function [ACC-1:0] product;
    input [OP-1:0] a, b;
    integer k;
    reg [ACC-1:0] wide;
    begin
      wide = {{(ACC - OP) {a[OP-1]}}, a};
      product = 0;
      for (k = 0; k < OP - 1; k = k + 1) if (b[k]) product = product + (wide << k);
      if (b[OP-1]) product = product - (wide << (OP - 1));
    end
  endfunction

  integer a, b, compared = 0;
  reg [ACC-1:0] expected;

  task tick;
    begin
      #1 clk = 1;
      #1 clk = 0;
    end
  endtask

  task compare;
    input [ACC-1:0] found;
    begin
      if (found !== expected) begin
        $display("FAIL %0d * %0d: expected %h, found %h", a, b, expected, found);
        $finish;
      end
      compared = compared + 1;
    end
  endtask

  initial begin
    for (a = 0; a < (1 << OP); a = a + 1) begin
`ifdef HAS_WEIGHTS
      weight = a;
      ctl = 1 << 7;
      tick;
      ctl = 1 << 6;
      tick;
`endif
      for (b = 0; b < (1 << OP); b = b + 1) begin
        expected = product(a, b);
`ifdef HAS_FPROP
        ctl = 1;
        west = b;
        north = 0;
        tick;
        compare(south);
`endif
`ifdef HAS_DGRAD
        ctl = 2;
        west = 0;
        north = b;
        tick;
        compare(east);
`endif
`ifdef HAS_WGRAD
        ctl = 12;  // the first term of a sum, which is then captured
        west = a;
        north = b;
        tick;
        ctl = 1 << 4;
        tick;
        compare(drain);
`endif
      end
    end
    $display("%0d products compared", compared);
    $finish;
  end

endmodule

`default_nettype wire
