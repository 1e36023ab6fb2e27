// SPDX-License-Identifier: Apache-2.0
// fifo: nothing is lost, doubled or changed in order. An arbitrary entry is followed through the queue.
`default_nettype none

module fifo_formal #(
    parameter DEPTH = 4
) (
    input wire       clk,
    input wire       rst_n,
    input wire       in_valid,
    input wire [7:0] in_data,
    input wire       out_ready
);

  wire in_ready, out_valid;
  wire [7:0] out_data;

  dut_fifo #(
      .WIDTH(8),
      .DEPTH(DEPTH),
      .PTR_W(2),
      .CNT_W(3)
  ) u_dut (
      .clk_i      (clk),
      .rst_ni     (rst_n),
      .in_valid_i (in_valid),
      .in_ready_o (in_ready),
      .in_data_i  (in_data),
      .out_valid_o(out_valid),
      .out_ready_i(out_ready),
      .out_data_o (out_data)
  );

  wire [2:0] in_count;  // inside: u_dut.count_q
  wire [1:0] in_wr;  // inside: u_dut.wr_ptr_q
  wire [1:0] in_rd;  // inside: u_dut.rd_ptr_q
  wire [7:0] in_mem0;  // inside: u_dut.mem[0]
  wire [7:0] in_mem1;  // inside: u_dut.mem[1]
  wire [7:0] in_mem2;  // inside: u_dut.mem[2]
  wire [7:0] in_mem3;  // inside: u_dut.mem[3]

  reg begun = 0;
  always @(posedge clk) begun <= 1;
  always @* if (!begun) assume (!rst_n);

  // Entries are numbered modulo 8, which is twice the depth.
  (* anyconst *) reg [2:0] number;
  reg  [2:0] pushes, pops;
  reg  [7:0] data;
  wire       push = in_valid && in_ready;
  wire       pop = out_valid && out_ready;
  wire [2:0] count = pushes - pops;
  wire [2:0] ahead = number - pops;  // entries before the one that is followed

  wire [7:0] in_data_kept = number[1] ? (number[0] ? in_mem3 : in_mem2) : (number[0] ? in_mem1 : in_mem0);

  always @(posedge clk) begin
    if (!rst_n) begin
      pushes <= 0;
      pops <= 0;
    end else begin
      pushes <= pushes + push;
      pops <= pops + pop;
    end
    if (push && pushes == number) data <= in_data;
  end

  always @*
    if (begun && rst_n) begin
      assert (count <= DEPTH);
      assert (in_count == count);
      assert (in_wr == pushes[1:0] && in_rd == pops[1:0]);
      assert (in_ready == (count != DEPTH));
      assert (out_valid == (count != 0));
      if (ahead < count) assert (in_data_kept == data);
      if (out_valid && pops == number) assert (out_data == data);
    end

  always @(posedge clk)
    if (begun) begin
      if ($past(!rst_n)) assert (!out_valid && in_ready);
      if (rst_n && $past(rst_n && out_valid && !out_ready)) assert (out_valid && $stable(out_data));
      cover (rst_n && !in_ready && out_ready);
      cover (rst_n && push && pop && pushes == 7);
    end

endmodule

`default_nettype wire
