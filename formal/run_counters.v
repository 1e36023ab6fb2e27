// SPDX-License-Identifier: Apache-2.0
// run_counters: every counter counts what it is for, in all of its 48 bits; every word of it can be read
`default_nettype none

module run_counters_formal (
    input wire       clk,
    input wire       rst_n,
    input wire       clear,
    input wire       run,
    input wire       slot,
    input wire       waiting,
    input wire       draining,
    input wire       read_beat,
    input wire       write_beat,
    input wire       fetch_beat,
    input wire [9:0] word
);

  localparam [9:0] FIRST_WORD = 10'h140 / 4;  // RUN_CYCLES_LO
  localparam [9:0] WORDS = 16;

  wire [31:0] data;

  dut_run_counters u_dut (
      .clk_i       (clk),
      .rst_ni      (rst_n),
      .clear_i     (clear),
      .run_i       (run),
      .slot_i      (slot),
      .waiting_i   (waiting),
      .draining_i  (draining),
      .read_beat_i (read_beat),
      .write_beat_i(write_beat),
      .fetch_beat_i(fetch_beat),
      .word_i      (word),
      .data_o      (data)
  );

  // Registers of the block, for induction.
  wire [47:0] in_run;  // inside: u_dut.run_cycles_q
  wire [47:0] in_compute;  // inside: u_dut.compute_cycles_q
  wire [47:0] in_load;  // inside: u_dut.load_cycles_q
  wire [47:0] in_drain;  // inside: u_dut.drain_cycles_q
  wire [47:0] in_bus;  // inside: u_dut.bus_cycles_q
  wire [47:0] in_read;  // inside: u_dut.read_beats_q
  wire [47:0] in_write;  // inside: u_dut.write_beats_q
  wire [47:0] in_fetch;  // inside: u_dut.fetch_beats_q

  reg begun = 0;
  always @(posedge clk) begun <= 1;
  always @* if (!begun) assume (!rst_n);

  // Counters of our own, in the order of their addresses.
  reg  [47:0] count[0:7];
  wire [ 7:0] adds = {
    fetch_beat,
    write_beat,
    read_beat,
    run && !slot && !waiting && !draining,
    run && !slot && !waiting && draining,
    run && !slot && waiting,
    run && slot,
    run
  };
  integer i;

  always @(posedge clk)
    for (i = 0; i < 8; i = i + 1)
      if (!rst_n || clear) count[i] <= 0;
      else count[i] <= count[i] + adds[i];

  wire [ 9:0] at = word - FIRST_WORD;
  wire [47:0] named = count[at[3:1]];
  wire [31:0] expected = at >= WORDS ? 32'd0 : at[0] ? {16'd0, named[47:32]} : named[31:0];

  always @* begin
    if (begun) begin
      assert ({in_fetch, in_write, in_read, in_bus} == {count[7], count[6], count[5], count[4]});
      assert ({in_drain, in_load, in_compute, in_run} == {count[3], count[2], count[1], count[0]});
      assert (data == expected);
    end
  end

  always @(posedge clk)
    if (begun && rst_n) begin
      cover (data == 3 && word == FIRST_WORD + 14);
      cover (in_run == 3 && in_compute == 1 && in_load == 1 && in_bus == 1);
      cover ($past(in_run == 2) && in_run == 0);
    end

endmodule

`default_nettype wire
