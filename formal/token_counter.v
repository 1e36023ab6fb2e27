// SPDX-License-Identifier: Apache-2.0
// token_counter: counts from 0 to 255, and says when one more is lost
`default_nettype none

module token_counter_formal (
    input wire clk,
    input wire rst_n,
    input wire clear,
    input wire give,
    input wire take
);

  wire there;
  wire overflow;

  dut_token_counter u_dut (
      .clk_i     (clk),
      .rst_ni    (rst_n),
      .clear_i   (clear),
      .give_i    (give),
      .take_i    (take),
      .there_o   (there),
      .overflow_o(overflow)
  );

  // Register of the block, for induction.
  wire [7:0] inside;  // inside: u_dut.count_q

  reg begun = 0;
  always @(posedge clk) begun <= 1;
  always @* if (!begun) assume (!rst_n);

  // What takes a token has seen that there is one.
  always @* if (begun && rst_n && take) assume (there);

  integer tokens;

  always @(posedge clk)
    if (!rst_n || clear) tokens <= 0;
    else if (give && !take && tokens < 255) tokens <= tokens + 1;
    else if (take && !give) tokens <= tokens - 1;

  always @*
    if (begun) begin
      assert (tokens >= 0 && tokens <= 255);
      assert (inside == tokens[7:0]);
      assert (there == (tokens > 0));
      assert (overflow == (give && !take && tokens == 255));
    end

  always @(posedge clk)
    if (begun && rst_n) begin
      cover (tokens == 3);
      cover ($past(tokens == 2) && tokens == 1);
      cover ($past(tokens == 2 && rst_n) && tokens == 0);
    end

endmodule

`default_nettype wire
