// SPDX-License-Identifier: Apache-2.0
// <%name%>_dma_beats: the bank words that a LOAD or a STORE goes over, one beat of a vector after the other.
//
// Contract   Descriptors come in by valid/ready; four wait beside the present one. While valid_o is 1, buffer_o,
//            group_o (beat of the vector) and addr_o (bank address) name the next beat; step_i goes to the one
//            after it. lanes_o are the valid lanes of its vector. last_o: it is the last one of its descriptor,
//            whose index and signal are index_o and signal_o. The next descriptor follows without a gap.
// Latency    Descriptor to valid_o: 2 cycles.
// Parameters ADDR_W, GROUP_W, LANES_W.
// Reset      Synchronous: no descriptor.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_dma_beats #(
    parameter ADDR_W  = <%addr_w%>,
    parameter GROUP_W = <%group_w%>,
    parameter LANES_W = <%lanes_w%>
) (
    input  wire               clk_i,
    input  wire               rst_ni,
    input  wire               in_valid_i,
    output wire               in_ready_o,
    input  wire [        7:0] buffer_i,
    input  wire [ ADDR_W-1:0] base_i,
    input  wire [       15:0] vectors_i,
    input  wire [       15:0] blocks_i,
    input  wire [ ADDR_W-1:0] bank_stride_i,
    input  wire [LANES_W-1:0] last_lanes_i,
    input  wire [        2:0] signal_i,
    input  wire [       15:0] index_i,
    output wire               busy_o,
    output wire               valid_o,
    input  wire               step_i,
    output wire [        7:0] buffer_o,
    output wire [GROUP_W-1:0] group_o,
    output wire [ ADDR_W-1:0] addr_o,
    output wire [LANES_W-1:0] lanes_o,
    output wire               last_o,
    output wire [        2:0] signal_o,
    output wire [       15:0] index_o
);

  localparam JOB_W = 59 + 2 * ADDR_W + LANES_W;
  localparam [ADDR_W-1:0] ADDR_ONE = 1;
  localparam [GROUP_W-1:0] GROUP_ONE = 1;

  wire               next_valid;
  wire               next_take;
  wire [        7:0] next_buffer;
  wire [ ADDR_W-1:0] next_base;
  wire [       15:0] next_vectors;
  wire [       15:0] next_blocks;
  wire [ ADDR_W-1:0] next_bank_stride;
  wire [LANES_W-1:0] next_last_lanes;
  wire [        2:0] next_signal;
  wire [       15:0] next_index;

  <%name%>_fifo #(
      .WIDTH(JOB_W),
      .DEPTH(4),
      .PTR_W(2),
      .CNT_W(3)
  ) u_jobs (
      .clk_i      (clk_i),
      .rst_ni     (rst_ni),
      .in_valid_i (in_valid_i),
      .in_ready_o (in_ready_o),
      .in_data_i  ({
        buffer_i, base_i, vectors_i, blocks_i, bank_stride_i, last_lanes_i, signal_i, index_i
      }),
      .out_valid_o(next_valid),
      .out_ready_i(next_take),
      .out_data_o ({
        next_buffer, next_base, next_vectors, next_blocks, next_bank_stride, next_last_lanes, next_signal, next_index
      })
  );

  // The last beat of a vector of the next descriptor.
  reg [GROUP_W-1:0] next_last_group;

  always @* begin
    next_last_group = {GROUP_W{1'b0}};
    case (next_buffer)
<%#bus_buffers%>
      <%one_hot%>: next_last_group = <%last_beat%>;
<%/bus_buffers%>
      default: begin
      end
    endcase
  end

  reg                valid_q;
  reg  [        7:0] buffer_q;
  reg  [GROUP_W-1:0] group_q;
  reg  [GROUP_W-1:0] last_group_q;
  reg  [ ADDR_W-1:0] addr_q;
  reg  [ ADDR_W-1:0] block_addr_q;
  reg  [ ADDR_W-1:0] bank_stride_q;
  reg  [       15:0] vectors_q;
  reg  [       15:0] vectors_left_q;
  reg  [       15:0] blocks_left_q;
  reg  [LANES_W-1:0] last_lanes_q;
  reg  [        2:0] signal_q;
  reg  [       15:0] index_q;

  wire               vector_end = group_q == last_group_q;
  wire               block_end = vector_end & (vectors_left_q == 16'd1);
  wire               last_block = blocks_left_q == 16'd1;
  wire [ ADDR_W-1:0] next_block_addr = block_addr_q + bank_stride_q;

  assign last_o    = block_end & last_block;
  assign next_take = next_valid & (~valid_q | (step_i & last_o));
  assign busy_o    = valid_q | next_valid;
  assign valid_o   = valid_q;
  assign buffer_o  = buffer_q;
  assign group_o   = group_q;
  assign addr_o    = addr_q;
  assign lanes_o   = last_block ? last_lanes_q : <%bus_lanes%>;
  assign signal_o  = signal_q;
  assign index_o   = index_q;

  always @(posedge clk_i) begin
    if (!rst_ni) valid_q <= 1'b0;
    else if (next_take) valid_q <= 1'b1;
    else if (step_i & last_o) valid_q <= 1'b0;
  end

  always @(posedge clk_i) begin
    if (next_take) begin
      buffer_q       <= next_buffer;
      group_q        <= {GROUP_W{1'b0}};
      last_group_q   <= next_last_group;
      addr_q         <= next_base;
      block_addr_q   <= next_base;
      bank_stride_q  <= next_bank_stride;
      vectors_q      <= next_vectors;
      vectors_left_q <= next_vectors;
      blocks_left_q  <= next_blocks;
      last_lanes_q   <= next_last_lanes;
      signal_q       <= next_signal;
      index_q        <= next_index;
    end else if (step_i) begin
      group_q <= vector_end ? {GROUP_W{1'b0}} : group_q + GROUP_ONE;
      if (block_end) begin
        addr_q         <= next_block_addr;
        block_addr_q   <= next_block_addr;
        vectors_left_q <= vectors_q;
        blocks_left_q  <= blocks_left_q - 16'd1;
      end else if (vector_end) begin
        addr_q         <= addr_q + ADDR_ONE;
        vectors_left_q <= vectors_left_q - 16'd1;
      end
    end
  end

endmodule

`default_nettype wire
