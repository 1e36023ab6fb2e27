// SPDX-License-Identifier: Apache-2.0
// <%name%>_fetch: fetches the descriptors of a list, checks them, follows NEXT, and offers LOAD, STORE and
// COMPUTE to the queues.
//
// Contract   go_i starts at index 0 and iteration 0. While one descriptor is checked and offered, the one behind it
//            in the list is fetched already; if NEXT goes elsewhere it is thrown away. out_valid_o has one bit an
//            engine (0 load, 1 compute, 2 store) and holds with its values until out_ready_i of that engine.
//            fail_o (an error of a descriptor) and bus_fail_o (read with an error) last one cycle; index_o is the
//            descriptor then, and fetching is over. ended_o: END was reached. A descriptor behind END or NEXT that
//            was read with an error and is not needed is no error.
// Latency    From the last beat of a descriptor to its offer: 4 cycles for COMPUTE; for LOAD and STORE 12 and the bits
//            of iteration, vectors, and twice of blocks - 1.
// Parameters DATA_W, ADDRESS_BITS, ADDR_W (bank address), SUM_W, BEATS_W (holds the beats of a block).
// Reset      Synchronous: idle; flush_i likewise, but the iteration stays. Beats that come after a flush belong to
//            nobody.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_fetch #(
    parameter DATA_W       = <%data_bits%>,
    parameter ADDRESS_BITS = <%address_bits%>,
    parameter ADDR_W       = <%addr_w%>,
    parameter SUM_W        = <%sum_w%>,
    parameter BEATS_W      = <%beats_w%>,
    parameter SHIFT        = <%beat_shift%>
) (
    input  wire                    clk_i,
    input  wire                    rst_ni,
    input  wire                    flush_i,
    input  wire                    go_i,
    input  wire [ADDRESS_BITS-1:0] list_addr_i,
    input  wire [            15:0] list_length_i,
    input  wire [            15:0] batches_i,
    // Requests for one descriptor, and its beats.
    output wire                    req_valid_o,
    input  wire                    req_ready_i,
    output wire [ADDRESS_BITS-1:0] req_addr_o,
    output wire [            15:0] coming_index_o,
    input  wire                    beat_valid_i,
    input  wire [      DATA_W-1:0] beat_data_i,
    input  wire [             1:0] beat_resp_i,
    // A descriptor for an engine.
    output wire [             2:0] out_valid_o,
    input  wire [             2:0] out_ready_i,
    output wire [             2:0] out_wait_o,
    output wire [             2:0] out_signal_o,
    output wire [             7:0] out_buffer_o,
    output wire [      ADDR_W-1:0] out_base_o,
    output wire [            15:0] out_vectors_o,
    output wire [            15:0] out_blocks_o,
    output wire [      ADDR_W-1:0] out_bank_stride_o,
    output wire [ADDRESS_BITS-1:0] out_addr_o,
    output wire [            31:0] out_block_stride_o,
    output wire [     BEATS_W-1:0] out_block_beats_o,
    output wire [    <%lanes_w%>-1:0] out_last_lanes_o,
    output wire [           511:0] out_words_o,
    // Status.
    output wire                    ended_o,
    output wire                    blocked_o,
    output wire                    fail_o,
    output wire                    bus_fail_o,
    output wire [             5:0] code_o,
    output wire [            15:0] index_o,
    output wire [            15:0] iteration_o
);

  localparam CNT_W = <%fetch_ptr_w%>;
  localparam [CNT_W-1:0] LAST_BEAT = <%fetch_last%>;
  localparam [CNT_W-1:0] ONE_BEAT = 1;

  localparam [3:0] IDLE = 4'd0;
  localparam [3:0] TAKE = 4'd1;  // wait for a descriptor
  localparam [3:0] SORT = 4'd2;  // look at the kind
  localparam [3:0] ITERATION = 4'd3;  // products, one after the other
  localparam [3:0] BLOCKS = 4'd4;
  localparam [3:0] BEATS = 4'd5;
  localparam [3:0] BANKS = 4'd6;
  localparam [3:0] CHECK = 4'd7;
  localparam [3:0] OFFER = 4'd8;
  localparam [3:0] END = 4'd9;
  localparam [3:0] HALT = 4'd10;  // after an error

  reg  [        3:0] state_q;
  reg  [       15:0] index_q;
  reg  [       15:0] iteration_q;
  reg  [      511:0] words_q;
  reg  [        1:0] resp_q;  // bit 0: SLVERR in a beat, bit 1: DECERR

  // The next descriptor: asked for, on its way, or here.
  reg                want_q;  // req_index_q is to be asked for
  reg                coming_q;  // asked for, and not all of its beats came
  reg                discard_q;  // the one that is coming is not needed
  reg                here_q;
  reg  [       15:0] req_index_q;
  reg  [       15:0] coming_index_q;
  reg  [  CNT_W-1:0] came_q;
  reg  [      511:0] next_q;
  reg  [        1:0] next_resp_q;
  wire               jump;
  wire [       15:0] target;
  wire               restart = go_i | jump;
  wire               take = (state_q == TAKE) & here_q;
  wire               requested = req_valid_o & req_ready_i;
  wire               beat = beat_valid_i & coming_q;
  wire               beat_last = beat & (came_q == LAST_BEAT);
  wire               more_left = req_index_q != list_length_i;

  assign req_valid_o    = want_q & more_left & ~coming_q & (state_q != END) & (state_q != HALT);
  assign coming_index_o = coming_index_q;
  assign req_addr_o     = {list_addr_i[ADDRESS_BITS-1:6] + {{(ADDRESS_BITS - 22) {1'b0}}, req_index_q}, 6'd0};

  always @(posedge clk_i) begin
    if (!rst_ni | flush_i) begin
      want_q         <= 1'b0;
      coming_q       <= 1'b0;
      coming_index_q <= 16'd0;
      discard_q      <= 1'b0;
      here_q         <= 1'b0;
      came_q         <= {CNT_W{1'b0}};
      req_index_q    <= 16'd0;
    end else begin
      if (requested) coming_index_q <= req_index_q;
      if (requested) coming_q <= 1'b1;
      else if (beat_last) coming_q <= 1'b0;
      if (beat) came_q <= beat_last ? {CNT_W{1'b0}} : came_q + ONE_BEAT;
      if (restart) discard_q <= requested | (coming_q & ~beat_last);
      else if (beat_last) discard_q <= 1'b0;
      if (restart | take) here_q <= 1'b0;
      else if (beat_last & ~discard_q) here_q <= 1'b1;
      if (restart) begin
        want_q      <= 1'b1;
        req_index_q <= target;
      end else if (requested) begin
        want_q      <= 1'b0;
        req_index_q <= req_index_q + 16'd1;
      end else if (take) begin
        want_q <= 1'b1;
      end
    end
  end

  wire [1:0] beat_error = {2{beat_resp_i[1]}} & {beat_resp_i[0], ~beat_resp_i[0]};

  always @(posedge clk_i) begin
    if (beat) begin
      next_q      <= {beat_data_i, next_q[511:DATA_W]};
      next_resp_q <= beat_error | ({2{came_q != {CNT_W{1'b0}}}} & next_resp_q);
    end
    if (take) words_q <= next_q;
  end

  // The descriptor at hand.
  wire        is_end;
  wire        is_transfer;
  wire        is_next;
  wire [ 2:0] engine;
  wire [ 7:0] buffer;
  wire [ 5:0] check_code;
  wire        last_iteration = iteration_q == (batches_i - 16'd1);
  wire        ahead = words_q[14];
  wire        skip = ahead & last_iteration;
  wire [15:0] step = iteration_q + {15'd0, ahead & ~last_iteration};
  wire [15:0] blocks_less_1 = words_q[159:144] - 16'd1;
  wire        good = (state_q == CHECK) & (check_code == 6'd0);
  wire        advance = (good & is_transfer & skip) | ((state_q == OFFER) & (|(engine & out_ready_i)));

  assign jump   = good & is_next;
  assign target = go_i ? 16'd0 : (last_iteration ? words_q[79:64] : words_q[47:32]);

  // Products for LOAD and STORE.
  reg  [      31:0] factor_a;
  reg  [      15:0] factor_b;
  reg  [      31:0] vector_beats;
  reg               started_q;
  wire              in_product = (state_q == ITERATION) | (state_q == BLOCKS) | (state_q == BEATS) |
      (state_q == BANKS);
  wire              product_busy;
  wire [      47:0] product;
  wire              product_done = in_product & started_q & ~product_busy;

  always @* begin
    vector_beats = 32'd0;
    case (words_q[99:96])
<%#bus_buffers%>
      4'd<%code%>: vector_beats = 32'd<%beats%>;
<%/bus_buffers%>
      default: begin
      end
    endcase
  end

  always @* begin
    case (state_q)
      ITERATION: begin
        factor_a = words_q[223:192];
        factor_b = step;
      end
      BLOCKS: begin
        factor_a = words_q[191:160];
        factor_b = blocks_less_1;
      end
      BEATS: begin
        factor_a = vector_beats;
        factor_b = words_q[143:128];
      end
      default: begin
        factor_a = {16'd0, words_q[239:224]};
        factor_b = blocks_less_1;
      end
    endcase
  end

  <%name%>_multiplier u_multiplier (
      .clk_i     (clk_i),
      .rst_ni    (rst_ni),
      .start_i   (in_product & ~started_q),
      .factor_a_i(factor_a),
      .factor_b_i(factor_b),
      .busy_o    (product_busy),
      .product_o (product)
  );

  reg  [    SUM_W-1:0] memory_q;  // address of the first byte, then the one behind the last
  reg  [    SUM_W-1:0] start_q;
  reg  [  BEATS_W-1:0] block_beats_q;
  reg  [         33:0] bank_end_q;
  wire [    SUM_W-1:0] product_sum = {{(SUM_W - 48) {1'b0}}, product};
  wire [    SUM_W-1:0] address = {{(SUM_W - ADDRESS_BITS) {1'b0}}, words_q[32+:ADDRESS_BITS]};
  wire [    SUM_W-1:0] sum_start = address + product_sum;
  wire [    SUM_W-1:0] sum_blocks = memory_q + product_sum;
  wire [    SUM_W-1:0] sum_beats = memory_q + (product_sum << SHIFT);

  always @(posedge clk_i) begin
    if (product_done) begin
      case (state_q)
        ITERATION: begin
          start_q  <= sum_start;
          memory_q <= sum_start;
        end
        BLOCKS: memory_q <= sum_blocks;
        BEATS: begin
          block_beats_q <= product[BEATS_W-1:0];
          memory_q      <= sum_beats;
        end
        default:
        bank_end_q <= product[33:0] + {18'd0, words_q[127:112]} + {18'd0, words_q[143:128]};
      endcase
    end
  end

  <%name%>_descriptor_check #(
      .ADDRESS_BITS(ADDRESS_BITS),
      .SUM_W       (SUM_W),
      .SHIFT       (SHIFT)
  ) u_check (
      .words_i      (words_q),
      .index_i      (index_q),
      .list_length_i(list_length_i),
      .bank_end_i   (bank_end_q),
      .memory_end_i (memory_q),
      .is_end_o     (is_end),
      .is_transfer_o(is_transfer),
      .is_next_o    (is_next),
      .engine_o     (engine),
      .buffer_o     (buffer),
      .code_o       (check_code)
  );

  always @(posedge clk_i) begin
    if (!rst_ni | flush_i) begin
      state_q   <= IDLE;
      index_q   <= 16'd0;
      resp_q    <= 2'b00;
      started_q <= 1'b0;
    end else begin
      if (in_product) started_q <= ~product_done;
      if (take) resp_q <= next_resp_q;
      case (state_q)
        TAKE: if (take) state_q <= SORT;
        SORT: begin
          if (bus_fail_o) state_q <= HALT;
          else state_q <= is_transfer ? ITERATION : CHECK;
        end
        ITERATION: if (product_done) state_q <= BLOCKS;
        BLOCKS: if (product_done) state_q <= BEATS;
        BEATS: if (product_done) state_q <= BANKS;
        BANKS: if (product_done) state_q <= CHECK;
        CHECK: begin
          if (fail_o) state_q <= HALT;
          else if (is_end) state_q <= END;
          else if (is_next | skip) state_q <= TAKE;
          else state_q <= OFFER;
        end
        OFFER: if (advance) state_q <= TAKE;
        default: begin
        end
      endcase
      if (go_i) begin
        state_q <= TAKE;
        index_q <= 16'd0;
      end else if (jump) begin
        index_q <= target;
      end else if (advance) begin
        index_q <= index_q + 16'd1;
      end
    end
  end

  // Stays for the host to read until the next run.
  always @(posedge clk_i) begin
    if (!rst_ni | go_i) iteration_q <= 16'd0;
    else if (jump & ~last_iteration) iteration_q <= iteration_q + 16'd1;
  end

  assign bus_fail_o = (state_q == SORT) & (resp_q != 2'b00);
  assign fail_o     = (state_q == CHECK) & (check_code != 6'd0);
  assign code_o     = (state_q == SORT) ? (resp_q[0] ? 6'd33 : 6'd34) : check_code;
  assign index_o    = index_q;
  assign ended_o    = state_q == END;
  assign blocked_o  = (state_q == OFFER) & ~(|(engine & out_ready_i));

  assign out_valid_o        = {3{state_q == OFFER}} & engine;
  assign out_wait_o         = words_q[10:8];
  assign out_signal_o       = words_q[13:11];
  assign out_buffer_o       = buffer;
  assign out_base_o         = words_q[112+:ADDR_W];
  assign out_vectors_o      = words_q[143:128];
  assign out_blocks_o       = words_q[159:144];
  assign out_bank_stride_o  = words_q[224+:ADDR_W];
  assign out_addr_o         = start_q[ADDRESS_BITS-1:0];
  assign out_block_stride_o = words_q[191:160];
  assign out_block_beats_o  = block_beats_q;
  assign out_last_lanes_o   = words_q[240+:<%lanes_w%>];
  assign out_words_o        = words_q;
  assign iteration_o        = iteration_q;

  wire unused_bits = &{1'b0, start_q[SUM_W-1:ADDRESS_BITS], list_addr_i[5:0]};

endmodule

`default_nettype wire
