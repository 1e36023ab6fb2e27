// SPDX-License-Identifier: Apache-2.0
// gl2x2_int8_counters: event counters and the register page.
//
// Contract   Every add_*_i is added to its counter two cycles later; all of them are exact when no command is
//            queued or running. reg_data_o shows register reg_index_i in the cycle after reg_read_i.
//            clear_i sets all counters to 0 in the next cycle. Counters wrap at 2^48.
// Parameters ROW_CNT_W, COL_CNT_W: widths of row and column counts.
// Reset      Synchronous: all counters 0.
// Made by gradloom 0.1.0, configuration ea51a9188179f74c.
`default_nettype none

module gl2x2_int8_counters #(
    parameter ROW_CNT_W = 2,
    parameter COL_CNT_W = 2
) (
    input  wire                           clk_i,
    input  wire                           rst_ni,
    input  wire                           clear_i,
    input  wire                           add_cycles_i,
    input  wire                           add_busy_i,
    input  wire                           add_stall_i,
    input  wire [ROW_CNT_W+COL_CNT_W-1:0] add_macs_i,
    input  wire [          ROW_CNT_W-1:0] add_x_read_i,
    input  wire [          COL_CNT_W-1:0] add_delta_read_i,
    input  wire [          COL_CNT_W-1:0] add_w_read_i,
    input  wire [          COL_CNT_W-1:0] add_y_read_i,
    input  wire [          COL_CNT_W-1:0] add_y_write_i,
    input  wire [          ROW_CNT_W-1:0] add_dx_read_i,
    input  wire [          ROW_CNT_W-1:0] add_dx_write_i,
    input  wire [          COL_CNT_W-1:0] add_dw_read_i,
    input  wire [          COL_CNT_W-1:0] add_dw_write_i,
    // Register page.
    input  wire                           host_error_i,
    input  wire                           busy_i,
    input  wire [                    3:0] last_code_i,
    input  wire [                    5:0] reg_index_i,
    input  wire                           reg_read_i,
    output reg  [                   31:0] reg_data_o
);

  localparam MACS_W = ROW_CNT_W + COL_CNT_W;
  localparam WIDTH = 48;

  reg  [31:0] host_errors_q;

  // Amounts are registered first, so that no long path ends in a wide counter.
  reg  [1-1:0] add_cycles_q;
  reg  [WIDTH-1:0] cycles_q;
  reg  [1-1:0] add_busy_q;
  reg  [WIDTH-1:0] busy_q;
  reg  [1-1:0] add_stall_q;
  reg  [WIDTH-1:0] stall_q;
  reg  [MACS_W-1:0] add_macs_q;
  reg  [WIDTH-1:0] macs_q;
  reg  [ROW_CNT_W-1:0] add_x_read_q;
  reg  [WIDTH-1:0] x_read_q;
  reg  [COL_CNT_W-1:0] add_delta_read_q;
  reg  [WIDTH-1:0] delta_read_q;
  reg  [COL_CNT_W-1:0] add_w_read_q;
  reg  [WIDTH-1:0] w_read_q;
  reg  [COL_CNT_W-1:0] add_y_read_q;
  reg  [WIDTH-1:0] y_read_q;
  reg  [COL_CNT_W-1:0] add_y_write_q;
  reg  [WIDTH-1:0] y_write_q;
  reg  [ROW_CNT_W-1:0] add_dx_read_q;
  reg  [WIDTH-1:0] dx_read_q;
  reg  [ROW_CNT_W-1:0] add_dx_write_q;
  reg  [WIDTH-1:0] dx_write_q;
  reg  [COL_CNT_W-1:0] add_dw_read_q;
  reg  [WIDTH-1:0] dw_read_q;
  reg  [COL_CNT_W-1:0] add_dw_write_q;
  reg  [WIDTH-1:0] dw_write_q;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      add_cycles_q <= {1{1'b0}};
      add_busy_q <= {1{1'b0}};
      add_stall_q <= {1{1'b0}};
      add_macs_q <= {MACS_W{1'b0}};
      add_x_read_q <= {ROW_CNT_W{1'b0}};
      add_delta_read_q <= {COL_CNT_W{1'b0}};
      add_w_read_q <= {COL_CNT_W{1'b0}};
      add_y_read_q <= {COL_CNT_W{1'b0}};
      add_y_write_q <= {COL_CNT_W{1'b0}};
      add_dx_read_q <= {ROW_CNT_W{1'b0}};
      add_dx_write_q <= {ROW_CNT_W{1'b0}};
      add_dw_read_q <= {COL_CNT_W{1'b0}};
      add_dw_write_q <= {COL_CNT_W{1'b0}};
    end else begin
      add_cycles_q <= add_cycles_i;
      add_busy_q <= add_busy_i;
      add_stall_q <= add_stall_i;
      add_macs_q <= add_macs_i;
      add_x_read_q <= add_x_read_i;
      add_delta_read_q <= add_delta_read_i;
      add_w_read_q <= add_w_read_i;
      add_y_read_q <= add_y_read_i;
      add_y_write_q <= add_y_write_i;
      add_dx_read_q <= add_dx_read_i;
      add_dx_write_q <= add_dx_write_i;
      add_dw_read_q <= add_dw_read_i;
      add_dw_write_q <= add_dw_write_i;
    end
  end

  always @(posedge clk_i) begin
    if (!rst_ni | clear_i) begin
      host_errors_q <= 32'd0;
      cycles_q <= {WIDTH{1'b0}};
      busy_q <= {WIDTH{1'b0}};
      stall_q <= {WIDTH{1'b0}};
      macs_q <= {WIDTH{1'b0}};
      x_read_q <= {WIDTH{1'b0}};
      delta_read_q <= {WIDTH{1'b0}};
      w_read_q <= {WIDTH{1'b0}};
      y_read_q <= {WIDTH{1'b0}};
      y_write_q <= {WIDTH{1'b0}};
      dx_read_q <= {WIDTH{1'b0}};
      dx_write_q <= {WIDTH{1'b0}};
      dw_read_q <= {WIDTH{1'b0}};
      dw_write_q <= {WIDTH{1'b0}};
    end else begin
      host_errors_q <= host_errors_q + {31'd0, host_error_i};
      cycles_q <= cycles_q + {{(WIDTH - 1) {1'b0}}, add_cycles_q};
      busy_q <= busy_q + {{(WIDTH - 1) {1'b0}}, add_busy_q};
      stall_q <= stall_q + {{(WIDTH - 1) {1'b0}}, add_stall_q};
      macs_q <= macs_q + {{(WIDTH - MACS_W) {1'b0}}, add_macs_q};
      x_read_q <= x_read_q + {{(WIDTH - ROW_CNT_W) {1'b0}}, add_x_read_q};
      delta_read_q <= delta_read_q + {{(WIDTH - COL_CNT_W) {1'b0}}, add_delta_read_q};
      w_read_q <= w_read_q + {{(WIDTH - COL_CNT_W) {1'b0}}, add_w_read_q};
      y_read_q <= y_read_q + {{(WIDTH - COL_CNT_W) {1'b0}}, add_y_read_q};
      y_write_q <= y_write_q + {{(WIDTH - COL_CNT_W) {1'b0}}, add_y_write_q};
      dx_read_q <= dx_read_q + {{(WIDTH - ROW_CNT_W) {1'b0}}, add_dx_read_q};
      dx_write_q <= dx_write_q + {{(WIDTH - ROW_CNT_W) {1'b0}}, add_dx_write_q};
      dw_read_q <= dw_read_q + {{(WIDTH - COL_CNT_W) {1'b0}}, add_dw_read_q};
      dw_write_q <= dw_write_q + {{(WIDTH - COL_CNT_W) {1'b0}}, add_dw_write_q};
    end
  end

  reg [31:0] value;

  always @* begin
    case (reg_index_i)
      6'd0: value = 32'h474c_0001;
      6'd1: value = 32'h8179f74c;
      6'd2: value = 32'hea51a918;
      6'd3: value = {16'd2, 16'd2};
      6'd4: value = {24'd0, last_code_i, 3'd0, busy_i};
      6'd5: value = host_errors_q;
      6'd8: value = cycles_q[31:0];
      6'd9: value = {16'd0, cycles_q[47:32]};
      6'd10: value = busy_q[31:0];
      6'd11: value = {16'd0, busy_q[47:32]};
      6'd12: value = stall_q[31:0];
      6'd13: value = {16'd0, stall_q[47:32]};
      6'd14: value = macs_q[31:0];
      6'd15: value = {16'd0, macs_q[47:32]};
      6'd16: value = x_read_q[31:0];
      6'd17: value = {16'd0, x_read_q[47:32]};
      6'd18: value = delta_read_q[31:0];
      6'd19: value = {16'd0, delta_read_q[47:32]};
      6'd20: value = w_read_q[31:0];
      6'd21: value = {16'd0, w_read_q[47:32]};
      6'd22: value = y_read_q[31:0];
      6'd23: value = {16'd0, y_read_q[47:32]};
      6'd24: value = y_write_q[31:0];
      6'd25: value = {16'd0, y_write_q[47:32]};
      6'd26: value = dx_read_q[31:0];
      6'd27: value = {16'd0, dx_read_q[47:32]};
      6'd28: value = dx_write_q[31:0];
      6'd29: value = {16'd0, dx_write_q[47:32]};
      6'd30: value = dw_read_q[31:0];
      6'd31: value = {16'd0, dw_read_q[47:32]};
      6'd32: value = dw_write_q[31:0];
      6'd33: value = {16'd0, dw_write_q[47:32]};
      default: value = 32'd0;
    endcase
  end

  always @(posedge clk_i) begin
    if (reg_read_i) reg_data_o <= value;
  end

endmodule

`default_nettype wire
