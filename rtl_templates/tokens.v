// SPDX-License-Identifier: Apache-2.0
// <%name%>_tokens: which engine may start its next descriptor, and which never will.
//
// Contract   Engines are 0 load, 1 compute, 2 store: bit e of a vector, part e of a concatenation. The head of queue e
//            starts (start_o, combinational) when it is there, the engine takes it, enable_i is 1 and the tokens
//            that it waits for are there; they are taken in that cycle. done_i gives the tokens of signal_i; they
//            are there from the next cycle on. overflow_o: by bit, the engine whose token makes 256.
//            deadlock_o: no engine is busy, no head can start, and fetching is held up or over; oldest_o is then
//            the index of the head that was fetched first, which is the least of {iteration, index}.
// Parameters None.
// Reset      Synchronous: no tokens; clear_i likewise.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_tokens (
    input  wire        clk_i,
    input  wire        rst_ni,
    input  wire        clear_i,
    input  wire        enable_i,
    // Heads of the queues.
    input  wire [ 2:0] head_valid_i,
    input  wire [ 8:0] head_wait_i,
    input  wire [95:0] head_age_i,
    output wire [ 2:0] start_o,
    // Engines.
    input  wire [ 2:0] ready_i,
    input  wire [ 2:0] busy_i,
    input  wire [ 2:0] done_i,
    input  wire [ 8:0] signal_i,
    output wire [ 2:0] overflow_o,
    // Deadlock.
    input  wire        fetch_stuck_i,
    output wire        deadlock_o,
    output wire [15:0] oldest_o
);

  // Bit 3*e + f: from engine e to engine f.
  wire [8:0] there;
  wire [8:0] overflow;
  wire [8:0] give = {{3{done_i[2]}} & signal_i[8:6], {3{done_i[1]}} & signal_i[5:3],
                     {3{done_i[0]}} & signal_i[2:0]};
  wire [2:0] wait_load = head_wait_i[2:0];
  wire [2:0] wait_compute = head_wait_i[5:3];
  wire [2:0] wait_store = head_wait_i[8:6];

  genvar e;
  genvar f;
  generate
    for (e = 0; e < 3; e = e + 1) begin : g_from
      for (f = 0; f < 3; f = f + 1) begin : g_to
        if (e == f) begin : g_self
          assign there[3*e+f] = 1'b0;
          assign overflow[3*e+f] = 1'b0;
        end else begin : g_pair
          <%name%>_token_counter u_counter (
              .clk_i     (clk_i),
              .rst_ni    (rst_ni),
              .clear_i   (clear_i),
              .give_i    (give[3*e+f]),
              .take_i    (start_o[f] & head_wait_i[3*f+e]),
              .there_o   (there[3*e+f]),
              .overflow_o(overflow[3*e+f])
          );
        end
      end
    end
  endgenerate

  // Tokens for engine f lie at bits f, 3 + f and 6 + f.
  wire [2:0] able = head_valid_i & {
    &(~wait_store | {there[8], there[5], there[2]}),
    &(~wait_compute | {there[7], there[4], there[1]}),
    &(~wait_load | {there[6], there[3], there[0]})
  };

  assign start_o    = able & ready_i & {3{enable_i}};
  assign overflow_o = {|overflow[8:6], |overflow[5:3], |overflow[2:0]};
  assign deadlock_o = enable_i & fetch_stuck_i & (head_valid_i != 3'b000) & (able == 3'b000) &
      (busy_i == 3'b000);

  wire [31:0] age_load = head_age_i[31:0];
  wire [31:0] age_compute = head_age_i[63:32];
  wire [31:0] age_store = head_age_i[95:64];
  wire        load_first = head_valid_i[0] & (~head_valid_i[1] | (age_load < age_compute)) &
      (~head_valid_i[2] | (age_load < age_store));
  wire        store_first = head_valid_i[2] & (~head_valid_i[1] | (age_store < age_compute));

  assign oldest_o = load_first ? age_load[15:0] : store_first ? age_store[15:0] : age_compute[15:0];

  wire unused_self = &{1'b0, give[8], give[4], give[0]};

endmodule

`default_nettype wire
