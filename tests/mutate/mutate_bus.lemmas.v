// SPDX-License-Identifier: Apache-2.0
// What holds in every cycle in the design of mutate_bus.yaml; see docs/mutation.md, "Lemmas". The
// numbers are of that configuration: no bank is deeper than 60, a vector has up to 2 beats of 4
// bytes, addresses have 36 bits.

// The sum so far is below the next summand, so nothing overflows.
module multiplier__room (
    input  wire [47:0] a_q,
    input  wire [15:0] b_q,
    input  wire [47:0] product_q,
    output reg         holds
);
  integer k;
  always @* begin
    holds = (b_q == 16'd0) | (product_q < a_q) | (product_q == 48'd0 & a_q == 48'd0);
    for (k = 0; k < 16; k = k + 1) if (b_q[k] & |(a_q >> (47 - k))) holds = 1'b0;
  end
endmodule

// A run finds the fetch unit at rest, IDLE or END, or has it flushed.
module top__rest (
    input  wire       \u_control.running_q ,
    input  wire       \u_control.starting_q ,
    input  wire       \u_control.flush_q ,
    input  wire [3:0] \u_fetch.state_q ,
    output wire       holds
);
  wire at_rest = \u_fetch.state_q == 4'd0 | \u_fetch.state_q == 4'd9;
  assign holds = (\u_control.running_q & ~\u_control.starting_q ) | at_rest | \u_control.flush_q ;
endmodule

// A product is formed only in the states that wait for one.
module fetch__started (
    input  wire [3:0] state_q,
    input  wire       started_q,
    output wire       holds
);
  assign holds = ~started_q | (state_q >= 4'd3 & state_q <= 4'd6);
endmodule

// BEATS: few vectors are few beats, and some are some.
module fetch__beats (
    input  wire [  3:0] state_q,
    input  wire         started_q,
    input  wire [511:0] words_q,
    input  wire [ 31:0] vector_beats,
    input  wire [ 47:0] \u_multiplier.a_q ,
    input  wire [ 15:0] \u_multiplier.b_q ,
    input  wire [ 47:0] \u_multiplier.product_q ,
    input  wire         is_transfer,
    input  wire [ 17:0] block_beats_q,
    output reg          holds
);
  wire [15:0] vectors = words_q[143:128];
  wire        some = (vectors != 16'd0) & (vector_beats != 32'd0);
  wire        after = (state_q == 4'd6) | ((state_q == 4'd7 | state_q == 4'd8) & is_transfer);
  integer k;
  always @* begin
    holds = 1'b1;
    if (state_q == 4'd5 & started_q) begin
      if (some & \u_multiplier.product_q == 48'd0 &
          (\u_multiplier.a_q == 48'd0 | \u_multiplier.b_q == 16'd0)) holds = 1'b0;
      if (vectors < 16'd64) begin
        if (\u_multiplier.b_q >= 16'd64 | \u_multiplier.product_q >= 48'd128) holds = 1'b0;
        for (k = 0; k < 6; k = k + 1) begin
          if (\u_multiplier.b_q [k] & \u_multiplier.a_q > (48'd64 >> k)) holds = 1'b0;
        end
      end
    end
    if (after & some & vectors < 16'd64 & block_beats_q == 18'd0) holds = 1'b0;
    if (after & vectors < 16'd64 & block_beats_q >= 18'd128) holds = 1'b0;
  end
endmodule

// BANKS: the product has no more than 32 bits, so its sum with base and vectors is no less than these.
module fetch__banks (
    input  wire [  3:0] state_q,
    input  wire         started_q,
    input  wire [511:0] words_q,
    input  wire [ 47:0] \u_multiplier.a_q ,
    input  wire [ 15:0] \u_multiplier.b_q ,
    input  wire [ 47:0] \u_multiplier.product_q ,
    input  wire         is_transfer,
    input  wire [ 33:0] bank_end_q,
    output reg          holds
);
  integer k;
  always @* begin
    holds = 1'b1;
    if (state_q == 4'd6 & started_q) begin
      if (\u_multiplier.product_q [47:32] != 16'd0) holds = 1'b0;
      for (k = 0; k < 16; k = k + 1) begin
        if (\u_multiplier.b_q [k] & |(\u_multiplier.a_q >> (31 - k))) holds = 1'b0;
      end
    end
    if ((state_q == 4'd7 | state_q == 4'd8) & is_transfer &
        bank_end_q < {18'd0, words_q[143:128]}) holds = 1'b0;
  end
endmodule

// ITERATION: what is added to an address is a multiple of a beat if the step is.
module fetch__aligned (
    input  wire [  3:0] state_q,
    input  wire         started_q,
    input  wire [511:0] words_q,
    input  wire [ 47:0] \u_multiplier.a_q ,
    input  wire [ 47:0] \u_multiplier.product_q ,
    input  wire         is_transfer,
    input  wire [ 49:0] start_q,
    output reg          holds
);
  always @* begin
    holds = 1'b1;
    if (state_q == 4'd3 & started_q & words_q[193:192] == 2'd0 &
        (\u_multiplier.a_q [1:0] != 2'd0 | \u_multiplier.product_q [1:0] != 2'd0)) holds = 1'b0;
    if (state_q >= 4'd4 & state_q <= 4'd8 & (state_q < 4'd7 | is_transfer) &
        words_q[193:192] == 2'd0 & words_q[33:32] == 2'd0 & start_q[1:0] != 2'd0) holds = 1'b0;
  end
endmodule

// A descriptor that is offered has been checked.
module fetch__checked (
    input  wire [3:0] state_q,
    input  wire       is_transfer,
    input  wire       \u_check.zero_size ,
    input  wire       \u_check.no_fit ,
    input  wire       \u_check.bad_buffer ,
    input  wire [1:0] \u_check.unaligned ,
    output wire       holds
);
  assign holds = ~(state_q == 4'd8 & is_transfer) | ~(\u_check.zero_size | \u_check.no_fit |
      \u_check.bad_buffer | \u_check.unaligned != 2'd0);
endmodule

// What lies in the queues of LOAD and STORE came from there.
module move_entry (
    input  wire [175:0] entry,
    output wire         good
);
  assign good = entry[17:0] >= 18'd1 & entry[17:0] < 18'd128 & entry[19:18] == 2'd0 &
      entry[51:50] == 2'd0 & entry[123:108] >= 16'd1 & entry[123:108] <= 16'd60;
endmodule

module move_queue (
    input  wire [175:0] mem_0,
    input  wire [175:0] mem_1,
    input  wire [  1:0] count,
    input  wire         rd,
    input  wire         wr,
    output wire         good
);
  wire [1:0] entry_good;
  move_entry u_0 (.entry(mem_0), .good(entry_good[0]));
  move_entry u_1 (.entry(mem_1), .good(entry_good[1]));
  assign good = count != 2'd3 & (wr == rd ^ count[0]) & (count == 2'd0 | entry_good[rd]) &
      (count != 2'd2 | entry_good[~rd]);
endmodule

module top__load_queue (
    input  wire [175:0] \u_load_queue.mem[0] ,
    input  wire [175:0] \u_load_queue.mem[1] ,
    input  wire [  1:0] \u_load_queue.count_q ,
    input  wire         \u_load_queue.rd_ptr_q ,
    input  wire         \u_load_queue.wr_ptr_q ,
    output wire         holds
);
  move_queue u_queue (
      .mem_0(\u_load_queue.mem[0] ),
      .mem_1(\u_load_queue.mem[1] ),
      .count(\u_load_queue.count_q ),
      .rd(\u_load_queue.rd_ptr_q ),
      .wr(\u_load_queue.wr_ptr_q ),
      .good(holds)
  );
endmodule

// With two bits more, at the bottom.
module top__store_queue (
    input  wire [177:0] \u_store_queue.mem[0] ,
    input  wire [177:0] \u_store_queue.mem[1] ,
    input  wire [  1:0] \u_store_queue.count_q ,
    input  wire         \u_store_queue.rd_ptr_q ,
    input  wire         \u_store_queue.wr_ptr_q ,
    output wire         holds
);
  wire [177:0] mem_0 = \u_store_queue.mem[0] ;
  wire [177:0] mem_1 = \u_store_queue.mem[1] ;
  move_queue u_queue (
      .mem_0(mem_0[177:2]),
      .mem_1(mem_1[177:2]),
      .count(\u_store_queue.count_q ),
      .rd(\u_store_queue.rd_ptr_q ),
      .wr(\u_store_queue.wr_ptr_q ),
      .good(holds)
  );
endmodule

// The engines: addresses are multiples of a beat, and few beats are left.
module dma_regions__small (
    input  wire        valid_q,
    input  wire [35:0] addr_q,
    input  wire [31:0] stride_q,
    input  wire [17:0] beats_q,
    output wire        holds
);
  assign holds = ~valid_q | (addr_q[1:0] == 2'd0 & stride_q[1:0] == 2'd0 & beats_q >= 18'd1 &
      beats_q < 18'd128);
endmodule

module burst__small (
    input  wire        valid_q,
    input  wire [35:0] addr_q,
    input  wire [17:0] left_q,
    output wire        holds
);
  assign holds = ~valid_q | (addr_q[1:0] == 2'd0 & left_q < 18'd127);
endmodule

module dma_beats__small (
    input  wire        valid_q,
    input  wire [15:0] vectors_q,
    input  wire [15:0] vectors_left_q,
    input  wire [72:0] \u_jobs.mem[0] ,
    input  wire [72:0] \u_jobs.mem[1] ,
    input  wire [72:0] \u_jobs.mem[2] ,
    input  wire [72:0] \u_jobs.mem[3] ,
    input  wire [ 2:0] \u_jobs.count_q ,
    input  wire [ 1:0] \u_jobs.rd_ptr_q ,
    input  wire [ 1:0] \u_jobs.wr_ptr_q ,
    output reg         holds
);
  wire [291:0] jobs = {\u_jobs.mem[3] , \u_jobs.mem[2] , \u_jobs.mem[1] , \u_jobs.mem[0] };
  reg  [  1:0] place;
  reg  [ 15:0] vectors;
  integer k;
  always @* begin
    holds = \u_jobs.count_q <= 3'd4 &
        \u_jobs.wr_ptr_q == \u_jobs.rd_ptr_q + \u_jobs.count_q [1:0];
    for (k = 0; k < 4; k = k + 1) begin
      place = k[1:0] - \u_jobs.rd_ptr_q ;
      vectors = jobs[73*k+43+:16];
      if ({1'b0, place} < \u_jobs.count_q & (vectors == 16'd0 | vectors > 16'd60)) holds = 1'b0;
    end
    if (valid_q & (vectors_q == 16'd0 | vectors_q > 16'd60 | vectors_left_q == 16'd0 |
        vectors_left_q > vectors_q)) holds = 1'b0;
  end
endmodule

// A command that was handed to the core is in its queue, in the planner, in the sequencer, or done.
module top__commands (
    input  wire [1:0] \u_issue.u_started.count_q ,
    input  wire [1:0] \u_core.u_commands.count_q ,
    input  wire       \u_core.u_planner.busy_q ,
    input  wire       \u_core.u_planner.valid_q ,
    input  wire [2:0] \u_core.u_sequencer.state_q ,
    input  wire       \u_core.u_sequencer.done_valid_o ,
    output wire       holds
);
  wire [2:0] places = \u_core.u_commands.count_q + (\u_core.u_planner.busy_q | \u_core.u_planner.valid_q ) +
      (\u_core.u_sequencer.state_q != 3'd0) + \u_core.u_sequencer.done_valid_o ;
  assign holds = \u_issue.u_started.count_q == places & \u_core.u_commands.count_q <= 2'd2 &
      \u_core.u_sequencer.state_q <= 3'd5 & \u_issue.u_started.count_q <= 2'd2 &
      ~(\u_core.u_planner.busy_q & \u_core.u_planner.valid_q );
endmodule
