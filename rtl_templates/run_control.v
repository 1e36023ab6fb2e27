// SPDX-License-Identifier: Apache-2.0
// <%name%>_run_control: the state of a run, its errors, and how it ends.
//
// Contract   start_i begins a run: go_o marks its first cycle after the list was found good. fail_i (errors of a
//            descriptor) stops what waits (dropping_o) and lets run to its end what was started; bus_fail_i cuts
//            all off: flush_o is 1 for a cycle. So does soft_reset_i, which also clears the status; renew_o goes
//            with that flush_o, and forget_o if force_i was 1. The run is over when fetching, queues, engines and
//            the bus are idle. The first error is kept; of errors in one cycle, bus_fail_i comes first.
// Time-out   A count of cycles with something outstanding on the bus and no handshake on it.
// Parameters None.
// Reset      Synchronous: no run, status 0.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_run_control (
    input  wire        clk_i,
    input  wire        rst_ni,
    // Registers.
    input  wire        start_i,
    input  wire        soft_reset_i,
    input  wire        force_i,
    input  wire [63:0] list_addr_i,
    input  wire [15:0] list_length_i,
    input  wire [15:0] batches_i,
    input  wire [31:0] timeout_i,
    output wire        running_o,
    output wire        done_o,
    output wire        failed_o,
    output wire [ 5:0] code_o,
    output wire [15:0] index_o,
    output wire        set_done_o,
    output wire        set_error_o,
    // The machinery.
    output wire        go_o,
    output wire        enable_o,
    output wire        dropping_o,
    output wire        flush_o,
    output wire        forget_o,
    output wire        renew_o,
    input  wire        ended_i,
    input  wire        waiting_i,
    input  wire        busy_i,
    input  wire        bus_busy_i,
    input  wire        bus_moved_i,
    input  wire        fail_i,
    input  wire [ 5:0] fail_code_i,
    input  wire [15:0] fail_index_i,
    input  wire        bus_fail_i,
    input  wire [ 5:0] bus_fail_code_i,
    input  wire [15:0] bus_fail_index_i,
    input  wire [15:0] timeout_index_i
);

  localparam [5:0] BAD_LIST = 6'd1;
  localparam [5:0] TIMED_OUT = 6'd37;
  localparam ADDRESS_BITS = <%address_bits%>;
  localparam SLOT_W = ADDRESS_BITS - 6;

  reg         starting_q;
  reg         running_q;
  reg         ending_q;
  reg         done_q;
  reg         failed_q;
  reg  [ 5:0] code_q;
  reg  [15:0] index_q;
  reg         flush_q;
  reg         forget_q;
  reg         renew_q;

  // The list: in units of 64 bytes, so the end may be one beyond the largest number.
  wire [SLOT_W:0] list_end = {1'b0, list_addr_i[ADDRESS_BITS-1:6]} + {{(SLOT_W - 15) {1'b0}}, list_length_i};
  wire [SLOT_W:0] list_room = {1'b1, {SLOT_W{1'b0}}};
  wire [63:0]     list_above = list_addr_i >> (ADDRESS_BITS - 1) >> 1;
  wire            bad_list = (list_addr_i[5:0] != 6'd0) | (list_length_i == 16'd0) |
      (batches_i == 16'd0) | (list_above != 64'd0) | (list_end > list_room);

  // Time-out.
  reg  [31:0] quiet_q;
  wire        timed_out = (timeout_i != 32'd0) & (quiet_q >= timeout_i);

  always @(posedge clk_i) begin
    if (!rst_ni) quiet_q <= 32'd0;
    else if (~running_q | ~bus_busy_i | bus_moved_i) quiet_q <= 32'd0;
    else quiet_q <= quiet_q + 32'd1;
  end

  // How it goes on.
  wire active = running_q & ~starting_q;
  wire cut = active & (bus_fail_i | timed_out);
  wire stop = active & ~ending_q & fail_i;
  wire idle = ~busy_i & ~bus_busy_i;
  wire finish = active & ~ending_q & ~stop & ended_i & ~waiting_i & idle;
  wire settle = active & ending_q & idle;
  wire refuse = running_q & starting_q & bad_list;
  wire over = cut | finish | settle | refuse;

  assign set_done_o  = finish & ~cut & ~soft_reset_i;
  assign set_error_o = (cut | settle | refuse) & ~soft_reset_i;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      starting_q <= 1'b0;
      running_q  <= 1'b0;
      ending_q   <= 1'b0;
      done_q     <= 1'b0;
      failed_q   <= 1'b0;
      code_q     <= 6'd0;
      index_q    <= 16'd0;
      flush_q    <= 1'b0;
      forget_q   <= 1'b0;
      renew_q    <= 1'b0;
    end else begin
      flush_q  <= soft_reset_i | cut;
      forget_q <= force_i;
      renew_q  <= soft_reset_i;
      if (soft_reset_i | start_i) begin
        starting_q <= start_i;
        running_q  <= start_i;
        ending_q   <= 1'b0;
        done_q     <= 1'b0;
        failed_q   <= 1'b0;
        code_q     <= 6'd0;
        index_q    <= 16'd0;
      end else if (running_q) begin
        starting_q <= 1'b0;
        running_q  <= ~over;
        ending_q   <= (ending_q | stop) & ~over;
        done_q     <= finish & ~cut;
        failed_q   <= cut | settle | refuse;
        if (refuse) begin
          code_q <= BAD_LIST;
        end else if (cut & ~ending_q) begin
          code_q  <= bus_fail_i ? bus_fail_code_i : TIMED_OUT;
          index_q <= bus_fail_i ? bus_fail_index_i : timeout_index_i;
        end else if (stop) begin
          code_q  <= fail_code_i;
          index_q <= fail_index_i;
        end
      end
    end
  end

  assign running_o  = running_q;
  assign done_o     = done_q;
  assign failed_o   = failed_q;
  assign code_o     = {6{failed_q}} & code_q;
  assign index_o    = {16{failed_q}} & index_q;
  assign go_o       = running_q & starting_q & ~bad_list;
  assign enable_o   = active & ~ending_q;
  assign dropping_o = ending_q;
  assign flush_o    = flush_q;
  assign forget_o   = forget_q;
  assign renew_o    = renew_q;

endmodule

`default_nettype wire
