// SPDX-License-Identifier: Apache-2.0
// <%name%>_counters: event counters and the register page.
//
// Contract   Every add_*_i is added to its counter two cycles later; all of them are exact when no command is
//            queued or running. reg_data_o shows register reg_index_i in the cycle after reg_read_i.
//            clear_i sets all counters to 0 in the next cycle. Counters wrap at 2^48.
<%#training%>
//            Register 7 shows the last seed.
<%/training%>
// Parameters ROW_CNT_W, COL_CNT_W: widths of row and column counts.
// Reset      Synchronous: all counters 0.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_counters #(
    parameter ROW_CNT_W = <%row_cnt_w%>,
    parameter COL_CNT_W = <%col_cnt_w%>
) (
    input  wire                           clk_i,
    input  wire                           rst_ni,
    input  wire                           clear_i,
<%#training%>
    input  wire                           seed_valid_i,
    input  wire [                   31:0] seed_i,
<%/training%>
    input  wire                           add_cycles_i,
    input  wire                           add_busy_i,
    input  wire                           add_stall_i,
    input  wire [ROW_CNT_W+COL_CNT_W-1:0] add_macs_i,
<%#has_x%>
    input  wire [          ROW_CNT_W-1:0] add_x_read_i,
<%/has_x%>
<%#has_delta%>
    input  wire [          COL_CNT_W-1:0] add_delta_read_i,
<%/has_delta%>
<%#has_w%>
    input  wire [          COL_CNT_W-1:0] add_w_read_i,
<%/has_w%>
<%#has_y%>
    input  wire [          COL_CNT_W-1:0] add_y_read_i,
    input  wire [          COL_CNT_W-1:0] add_y_write_i,
<%/has_y%>
<%#has_dx%>
    input  wire [          ROW_CNT_W-1:0] add_dx_read_i,
    input  wire [          ROW_CNT_W-1:0] add_dx_write_i,
<%/has_dx%>
<%#has_dw%>
    input  wire [          COL_CNT_W-1:0] add_dw_read_i,
    input  wire [          COL_CNT_W-1:0] add_dw_write_i,
<%/has_dw%>
<%#training%>
    input  wire [          ROW_CNT_W-1:0] add_x_write_i,
    input  wire [          COL_CNT_W-1:0] add_delta_write_i,
    input  wire [          COL_CNT_W-1:0] add_w_write_i,
    input  wire [          COL_CNT_W-1:0] add_bias_read_i,
    input  wire [          COL_CNT_W-1:0] add_bias_write_i,
    input  wire [          ROW_CNT_W-1:0] add_deriv_read_i,
    input  wire [          ROW_CNT_W-1:0] add_deriv_write_i,
<%/training%>
<%#delta_hold%>
    input  wire [          COL_CNT_W-1:0] add_hold_read_i,
    input  wire [          COL_CNT_W-1:0] add_hold_write_i,
<%/delta_hold%>
<%#abft%>
    input  wire [                   31:0] abft_status_i,
    input  wire [                   31:0] abft_tile_i,
    input  wire [                   31:0] abft_errors_i,
<%/abft%>
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
<%#counter_list%>
  reg  [<%amount_w%>-1:0] add_<%name%>_q;
  reg  [WIDTH-1:0] <%name%>_q;
<%/counter_list%>

  always @(posedge clk_i) begin
    if (!rst_ni) begin
<%#counter_list%>
      add_<%name%>_q <= {<%amount_w%>{1'b0}};
<%/counter_list%>
    end else begin
<%#counter_list%>
      add_<%name%>_q <= add_<%name%>_i;
<%/counter_list%>
    end
  end

  always @(posedge clk_i) begin
    if (!rst_ni | clear_i) begin
      host_errors_q <= 32'd0;
<%#counter_list%>
      <%name%>_q <= {WIDTH{1'b0}};
<%/counter_list%>
    end else begin
      host_errors_q <= host_errors_q + {31'd0, host_error_i};
<%#counter_list%>
      <%name%>_q <= <%name%>_q + {{(WIDTH - <%amount_w%>) {1'b0}}, add_<%name%>_q};
<%/counter_list%>
    end
  end

<%#training%>
  reg [31:0] seed_q;

  always @(posedge clk_i) begin
    if (!rst_ni) seed_q <= 32'd0;
    else if (seed_valid_i) seed_q <= seed_i;
  end

<%/training%>
  reg [31:0] value;

  always @* begin
    case (reg_index_i)
      6'd0: value = 32'h474c_0001;
      6'd1: value = 32'h<%hash_lo%>;
      6'd2: value = 32'h<%hash_hi%>;
      6'd3: value = {16'd<%cols%>, 16'd<%rows%>};
      6'd4: value = {24'd0, last_code_i, 3'd0, busy_i};
      6'd5: value = host_errors_q;
<%#training%>
      6'd7: value = seed_q;
<%/training%>
<%#counter_list%>
      6'd<%lo%>: value = <%name%>_q[31:0];
      6'd<%hi%>: value = {16'd0, <%name%>_q[47:32]};
<%/counter_list%>
<%#abft%>
      6'd<%abft_status_register%>: value = abft_status_i;
      6'd<%abft_tile_register%>: value = abft_tile_i;
      6'd<%abft_errors_register%>: value = abft_errors_i;
<%/abft%>
      default: value = 32'd0;
    endcase
  end

  always @(posedge clk_i) begin
    if (reg_read_i) reg_data_o <= value;
  end

endmodule

`default_nettype wire
