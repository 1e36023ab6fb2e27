// SPDX-License-Identifier: Apache-2.0
// <%name%>_host_port: host accesses to buffers and registers, one a cycle, in order.
//
// Contract   Requests: valid/ready into a queue of two. The head executes as soon as the array leaves its bank
//            port free (block_i, combinational from the access on the array's side) and, for a read, fewer
//            than four reads are under way. go_o marks the cycle of execution; read data (bank_rdata_i or
//            reg_data_i) are there one cycle later and offered one cycle after that, in order.
//            An access that names nothing that exists changes nothing; a read of that kind is answered with data 0
//            and error 1, and error_o is 1 for a cycle either way. Unknown: code 6, a buffer that is not built, a
//            lane or address beyond the buffer, a register not in the map, a write to a read-only register.
//            buffer_o has the order of the vector port (<%name%>_core).
// Parameters LANE_W, ADDR_W (bank address), HOST_ADDR_W (at least 6), HOST_W.
// Reset      Synchronous: queues empty.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_host_port #(
    parameter LANE_W      = <%lane_w%>,
    parameter ADDR_W      = <%addr_w%>,
    parameter HOST_ADDR_W = <%host_addr_w%>,
    parameter HOST_W      = <%host_w%>
) (
    input  wire                   clk_i,
    input  wire                   rst_ni,
    // Request.
    input  wire                   host_valid_i,
    output wire                   host_ready_o,
    input  wire                   host_write_i,
    input  wire [     <%sel_w%>-1:0] host_sel_i,
    input  wire [     LANE_W-1:0] host_lane_i,
    input  wire [HOST_ADDR_W-1:0] host_addr_i,
    input  wire [     HOST_W-1:0] host_wdata_i,
    // Response.
    output wire                   rsp_valid_o,
    input  wire                   rsp_ready_i,
    output wire [     HOST_W-1:0] rsp_data_o,
    output wire                   rsp_error_o,
    // Banks: buffer_o has one bit a buffer and is 0 if the head does not name a bank word.
    output wire [            7:0] buffer_o,
    output wire [     LANE_W-1:0] lane_o,
    output wire [     ADDR_W-1:0] addr_o,
    output wire [     HOST_W-1:0] wdata_o,
    output wire                   write_o,
    output wire                   go_o,
    input  wire                   block_i,
    input  wire [     HOST_W-1:0] bank_rdata_i,
    // Registers.
    output wire [            5:0] reg_index_o,
    output wire                   reg_read_o,
    output wire                   reg_clear_o,
<%#training%>
    output wire                   reg_seed_o,
<%/training%>
    input  wire [           31:0] reg_data_i,
    output wire                   error_o
);

  localparam REQUEST_W = 1 + <%sel_w%> + LANE_W + HOST_ADDR_W + HOST_W;
  localparam [<%sel_w%>-1:0] REGISTERS = <%sel_w%>'d7;
  localparam [5:0] CLEAR = 6'd6;
<%#training%>
  localparam [5:0] SEED = 6'd7;
<%/training%>

  function in_bank;
    input [LANE_W:0] lane;
    input [HOST_ADDR_W:0] addr;
    input [8:0] banks;
    input [16:0] words;
    in_bank = ({{(10 - LANE_W - 1) {1'b0}}, lane} < {1'b0, banks}) &
        ({{(18 - HOST_ADDR_W - 1) {1'b0}}, addr} < {1'b0, words});
  endfunction

  // Request queue.
  wire                   head_valid;
  wire                   head_go;
  wire                   head_write;
  wire [     <%sel_w%>-1:0] head_sel;
  wire [     LANE_W-1:0] head_lane;
  wire [HOST_ADDR_W-1:0] head_addr;
  wire [     HOST_W-1:0] head_wdata;

  <%name%>_fifo #(
      .WIDTH(REQUEST_W),
      .DEPTH(2),
      .PTR_W(1),
      .CNT_W(2)
  ) u_requests (
      .clk_i      (clk_i),
      .rst_ni     (rst_ni),
      .in_valid_i (host_valid_i),
      .in_ready_o (host_ready_o),
      .in_data_i  ({host_write_i, host_sel_i, host_lane_i, host_addr_i, host_wdata_i}),
      .out_valid_o(head_valid),
      .out_ready_i(head_go),
      .out_data_o ({head_write, head_sel, head_lane, head_addr, head_wdata})
  );

  // What the head names. Comparisons are one bit wider than the values, so that no limit is cut.
  wire [LANE_W:0] lane_wide = {1'b0, head_lane};
  wire [HOST_ADDR_W:0] addr_wide = {1'b0, head_addr};
  reg  [7:0] bank;

  always @* begin
    bank = 8'd0;
    case (head_sel)
<%#buffer_list%>
      <%sel_w%>'d<%code%>: bank[<%place%>] = in_bank(lane_wide, addr_wide, 9'd<%banks%>, 17'd<%words%>);
<%/buffer_list%>
      default: begin
      end
    endcase
  end

  wire       reg_page = (head_sel == REGISTERS) & (head_lane == {LANE_W{1'b0}}) &
      ((addr_wide >> 6) == {(HOST_ADDR_W + 1) {1'b0}});
  wire [5:0] reg_index = head_addr[5:0];
  reg        reg_exists;

  always @* begin
    case (reg_index)
      6'd0, 6'd1, 6'd2, 6'd3, 6'd4, 6'd5, 6'd6<%#training%>, 6'd7<%/training%>: reg_exists = 1'b1;
<%#counters%>
      6'd<%lo%>, 6'd<%hi%>: reg_exists = 1'b1;
<%/counters%>
<%#abft%>
      6'd<%abft_status_register%>, 6'd<%abft_tile_register%>, 6'd<%abft_errors_register%>: reg_exists = 1'b1;
<%/abft%>
      default: reg_exists = 1'b0;
    endcase
  end

  wire reg_hit = reg_page & reg_exists & (~head_write | (reg_index == CLEAR)<%#training%> | (reg_index == SEED)<%/training%>);
  wire exists = (|bank) | reg_hit;

  // Execution.
  reg [2:0] under_way_q;
  wire      room = head_write | (under_way_q < 3'd4);

  assign head_go     = head_valid & room & ~block_i;
  assign buffer_o    = bank;
  assign lane_o      = head_lane;
  assign addr_o      = head_addr[ADDR_W-1:0];
  assign wdata_o     = head_wdata;
  assign write_o     = head_write;
  assign go_o        = head_go;
  assign reg_index_o = reg_index;
  assign reg_read_o  = head_go & reg_hit & ~head_write;
<%#training%>
  assign reg_clear_o = head_go & reg_hit & head_write & (reg_index == CLEAR);
  assign reg_seed_o  = head_go & reg_hit & head_write & (reg_index == SEED);
<%/training%>
<%^training%>
  assign reg_clear_o = head_go & reg_hit & head_write;
<%/training%>
  assign error_o     = head_go & ~exists;

  // One cycle later: the data of a read.
  reg  read_q;
  reg  read_reg_q;
  reg  read_error_q;
  wire taken = rsp_valid_o & rsp_ready_i;
  wire read_go = head_go & ~head_write;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      read_q       <= 1'b0;
      read_reg_q   <= 1'b0;
      read_error_q <= 1'b0;
      under_way_q  <= 3'd0;
    end else begin
      read_q       <= read_go;
      read_reg_q   <= reg_read_o;
      read_error_q <= ~exists;
      if (read_go & ~taken) under_way_q <= under_way_q + 3'd1;
      if (taken & ~read_go) under_way_q <= under_way_q - 3'd1;
    end
  end

  wire [HOST_W-1:0] reg_word;
  generate
    if (HOST_W > 32) begin : g_wide
      assign reg_word = {{(HOST_W - 32) {1'b0}}, reg_data_i};
    end else begin : g_narrow
      assign reg_word = reg_data_i;
    end
  endgenerate

  wire [HOST_W-1:0] read_data = ({HOST_W{read_reg_q}} & reg_word) | bank_rdata_i;
  wire              unused_ready;
  wire [  HOST_W:0] response;

  // Never full: at most four reads are under way.
  <%name%>_fifo #(
      .WIDTH(HOST_W + 1),
      .DEPTH(4),
      .PTR_W(2),
      .CNT_W(3)
  ) u_responses (
      .clk_i      (clk_i),
      .rst_ni     (rst_ni),
      .in_valid_i (read_q),
      .in_ready_o (unused_ready),
      .in_data_i  ({read_error_q, read_data}),
      .out_valid_o(rsp_valid_o),
      .out_ready_i(rsp_ready_i),
      .out_data_o (response)
  );

  assign {rsp_error_o, rsp_data_o} = {(HOST_W + 1) {rsp_valid_o}} & response;

endmodule

`default_nettype wire
