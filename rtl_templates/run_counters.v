// SPDX-License-Identifier: Apache-2.0
// <%name%>_run_counters: cycles and beats of a run, 48 bits each.
//
// Contract   While run_i is 1 a cycle counts as one of a run, and as exactly one of slot, waiting, draining and
//            everything else. A beat counts in the cycle of its handshake. clear_i sets all to 0; it comes before
//            the first cycle of a run. data_o is the word word_i of the registers, in the same cycle.
// Parameters None.
// Reset      Synchronous: all 0.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_run_counters (
    input  wire        clk_i,
    input  wire        rst_ni,
    input  wire        clear_i,
    input  wire        run_i,
    input  wire        slot_i,
    input  wire        waiting_i,
    input  wire        draining_i,
    input  wire        read_beat_i,
    input  wire        write_beat_i,
    input  wire        fetch_beat_i,
    input  wire [ 9:0] word_i,
    output reg  [31:0] data_o
);

  localparam WIDTH = 48;

  wire add_run_cycles = run_i;
  wire add_compute_cycles = run_i & slot_i;
  wire add_load_cycles = run_i & ~slot_i & waiting_i;
  wire add_drain_cycles = run_i & ~slot_i & ~waiting_i & draining_i;
  wire add_bus_cycles = run_i & ~slot_i & ~waiting_i & ~draining_i;
  wire add_read_beats = read_beat_i;
  wire add_write_beats = write_beat_i;
  wire add_fetch_beats = fetch_beat_i;
<%#run_counters%>
  reg [WIDTH-1:0] <%name%>_q;
<%/run_counters%>

  always @(posedge clk_i) begin
    if (!rst_ni | clear_i) begin
<%#run_counters%>
      <%name%>_q <= {WIDTH{1'b0}};
<%/run_counters%>
    end else begin
<%#run_counters%>
      <%name%>_q <= <%name%>_q + {{(WIDTH - 1) {1'b0}}, add_<%name%>};
<%/run_counters%>
    end
  end

  always @* begin
    case (word_i)
<%#run_counters%>
      10'd<%lo%>: data_o = <%name%>_q[31:0];
      10'd<%hi%>: data_o = {16'd0, <%name%>_q[47:32]};
<%/run_counters%>
      default: data_o = 32'd0;
    endcase
  end

endmodule

`default_nettype wire
