// SPDX-License-Identifier: Apache-2.0
// host_port: reads answered once and in order; access inside the banks
// Banks and registers answer one cycle after an access, as the core does. An arbitrary read is followed.
`default_nettype none

module host_port_formal #(
    parameter LW = `P_LANE_W,
    parameter A  = `P_ADDR_W,
    parameter HA = `P_HOST_ADDR_W,
    parameter HW = `P_HOST_W
) (
    input wire          clk,
    input wire          rst_n,
    input wire          host_valid,
    input wire          host_write,
    input wire [   2:0] host_sel,
    input wire [LW-1:0] host_lane,
    input wire [HA-1:0] host_addr,
    input wire [HW-1:0] host_wdata,
    input wire          rsp_ready,
    input wire          block,
    input wire [HW-1:0] bank_word,
    input wire [  31:0] reg_word
);

  wire host_ready, rsp_valid, rsp_error, write, go, reg_read, reg_clear, error;
  wire [HW-1:0] rsp_data, wdata;
  wire [7:0] buffer;
  wire [LW-1:0] lane;
  wire [A-1:0] addr;
  wire [5:0] reg_index;
  reg was_bank, was_reg;
`ifdef TRAINING
  wire reg_seed;
`else
  wire reg_seed = 0;
`endif

  dut_host_port u_dut (
`ifdef TRAINING
      .reg_seed_o(reg_seed),
`endif
      .clk_i(clk),
      .rst_ni(rst_n),
      .host_valid_i(host_valid),
      .host_ready_o(host_ready),
      .host_write_i(host_write),
      .host_sel_i(host_sel),
      .host_lane_i(host_lane),
      .host_addr_i(host_addr),
      .host_wdata_i(host_wdata),
      .rsp_valid_o(rsp_valid),
      .rsp_ready_i(rsp_ready),
      .rsp_data_o(rsp_data),
      .rsp_error_o(rsp_error),
      .buffer_o(buffer),
      .lane_o(lane),
      .addr_o(addr),
      .wdata_o(wdata),
      .write_o(write),
      .go_o(go),
      .block_i(block),
      .bank_rdata_i(was_bank ? bank_word : {HW{1'b0}}),
      .reg_index_o(reg_index),
      .reg_read_o(reg_read),
      .reg_clear_o(reg_clear),
      .reg_data_i(was_reg ? reg_word : 32'd0),
      .error_o(error)
  );

  wire [2:0] under_way;  // inside: u_dut.under_way_q
  wire read_on;  // inside: u_dut.read_q
  wire in_reg;  // inside: u_dut.read_reg_q
  wire in_error;  // inside: u_dut.read_error_q
  wire room;  // inside: u_dut.unused_ready
  wire [2:0] waiting;  // inside: u_dut.u_responses.count_q
  wire [1:0] asked;  // inside: u_dut.u_requests.count_q

  reg begun = 0;
  always @(posedge clk) begin
    begun <= 1;
    was_bank <= rst_n && go && !write && buffer != 0;
    was_reg <= rst_n && reg_read;
  end
  always @* if (!begun) assume (!rst_n);

  // Reads that were carried out and answered, numbered modulo 8; the one that is followed, and what it read.
  (* anyconst *) reg [2:0] number;
  reg [2:0] reads, answers, read_before;
  reg [HW:0] data;
  wire read_go = go && !write;
  wire taken = rsp_valid && rsp_ready;
  reg was_read, was_error;
  wire [2:0] ahead = number - answers;
  wire [2:0] open = reads - answers;
  wire [HW-1:0] word = was_bank ? bank_word : was_reg ? {{(HW - 32 + 1) {1'b0}}, reg_word} : {HW{1'b0}};
  always @(posedge clk) begin
    reads <= rst_n ? reads + read_go : 0;
    answers <= rst_n ? answers + taken : 0;
    read_before <= reads;
    was_read <= rst_n && read_go;
    was_error <= error;
    if (was_read && read_before == number) data <= {was_error, word};
  end

  // The entry of the response queue that is followed.
  wire [4*HW+3:0] in_mem;  // inside: u_dut.u_responses.mem[FOUR]
  wire [1:0] in_rd;  // inside: u_dut.u_responses.rd_ptr_q
  wire [1:0] in_wr;  // inside: u_dut.u_responses.wr_ptr_q
  wire [1:0] place = number[1:0];

  always @*
    if (begun && rst_n) begin
      // At most four reads are under way, each is one that was carried out, and there is always room for it.
      assert (under_way == open && open <= 4);
      assert (read_on == was_read && in_reg == was_reg);
      assert (!was_bank || (was_read && !was_reg));
      assert (!was_reg || was_read);
      if (was_read) assert (in_error == was_error && was_error == (!was_bank && !was_reg));
      assert (under_way == waiting + was_read);
      if (was_read) assert (room);
      assert (in_rd == answers[1:0] && in_wr == answers[1:0] + waiting[1:0]);
      if (was_read) assert (read_before + 3'd1 == reads);
      if (ahead < waiting) assert (in_mem[(HW+1)*place+:HW+1] == data);
      // The answer is that of the read, and 0 while there is none.
      if (rsp_valid && ahead == 0) assert ({rsp_error, rsp_data} == data);
      if (!rsp_valid) assert (rsp_data == 0 && !rsp_error);
      assert (rsp_valid == (waiting != 0));
      assert (asked <= 2 && waiting <= 4);
      // An access goes to one bank, inside of it, or to one register, or is refused.
      if (go) begin
        assert (asked != 0 && !block);
        assert ((buffer & (buffer - 1)) == 0);
        assert ((buffer != 0) + (reg_read || reg_clear || (`IS_TRAINING && reg_seed)) + error == 1);
        if (!write) assert (open < 4);
      end else assert (!reg_read && !reg_clear && !error);
      if (go && buffer[0]) assert (lane < `ROWS && addr < `WORDS_X);
      if (go && buffer[1]) assert (lane < `COLS && addr < `WORDS_DELTA);
      if (go && buffer[2]) assert (lane < `COLS && addr < `WORDS_W);
      if (go && buffer[3]) assert (lane < `COLS && addr < `WORDS_Y);
      if (go && buffer[4]) assert (lane < `ROWS && addr < `WORDS_DX);
      if (go && buffer[5]) assert (lane < `COLS && addr < `WORDS_DW);
      if (go && buffer[6]) assert (`IS_TRAINING && lane < `COLS && addr < `WORDS_BIAS);
      if (go && buffer[7]) assert (`IS_TRAINING && lane < `ROWS && addr < `WORDS_X);
    end

  always @(posedge clk)
    if (begun) begin
      if ($past(!rst_n)) assert (!rsp_valid && host_ready && !go);
      // Offers and readies stay.
      if (rst_n && $past(rst_n && rsp_valid && !rsp_ready)) assert (rsp_valid && $stable({rsp_data, rsp_error}));
      if (rst_n && $past(rst_n && host_ready && !host_valid)) assert (host_ready);
      // What is at the head is carried out at once if nothing holds it.
      if (rst_n && asked != 0 && !block && (write || open < 4)) assert (go);
      cover (rst_n && waiting == 4 && asked == 2);
      cover (rst_n && rsp_valid && rsp_error && ahead == 0);
      cover (rst_n && rsp_valid && ahead == 0 && rsp_data == 77 && number == 3);
    end

endmodule

`default_nettype wire
