// SPDX-License-Identifier: Apache-2.0
// <%name%>_tb: self-checking testbench of <%name%>_top, <%config_line%>.
//
// Plays a program of host accesses and commands, read from two files of hexadecimal records, on the
// pins, and compares every answer with the one recorded there. Ends with one line, "PASS <n> checks"
// ($finish) or "FAIL ..." ($stop).
//
// Plusargs   +dir=DIR      where program.hex and commands.hex are (default: tb)
//            +stalls=P     chance in percent, 0..90, that a handshake is held off in a cycle (<%stalls%>)
//            +seed=S       seed of the stalls (<%seed%>)
//            +timeout=N    a run of more cycles fails (<%timeout%>)
//            +vcd=FILE     writes waves
// Program    One step a record; fields from the top, in hexadecimal digits:
//              program.hex   kind 1, flags 1, sel 1, lane 2, addr 4, data 16
//                kind 0 end; 1 write; 2 read, data expected; 3 command, data is its place in
//                commands.hex; 4 barrier; 5 idle and 6 reset, data is the number of cycles
//                flags bit 0: the answer is compared; bit 1: an error is expected
//              commands.hex  flags 1, code 1, op 1, schedule 1, M 8, N 8, B 8,
//                            bases 4 each of DW, DX, Y, W, DELTA, X
//                flags bit 0: the code is compared; bit 1: acc_psum; bit 2: acc_dw
<%#training%>
//                above them, upwards, the fields of training, with their digits:
<%/training%>
<%#training_fields%>
//                <%name%> <%digits%>
<%/training_fields%>
//            Accesses are offered in order and commands are offered in order, each port on its own. A
//            barrier waits until all of both is answered and busy_o is 0; idle and reset until all is
//            taken. A reset drops what is not answered.
// Checks     Besides the answers, in every cycle: no X on an output after the first reset; offers of
//            the design stay until taken, and its readys until used; nothing is answered that was not
//            asked; busy_o is 1 after a command was taken; responses are 0 while not valid; no output
//            changes when inputs do. Payloads are X while their valid is 0.
// Timing     Inputs change and outputs are looked at half a cycle away from the rising edge, so that
//            nothing depends on the order of events in a simulator.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_tb;

  parameter STEPS = <%steps%>;  // records in program.hex
  parameter COMMANDS = <%commands%>;  // records in commands.hex

  localparam [3:0] END = 4'd0;
  localparam [3:0] WRITE = 4'd1;
  localparam [3:0] READ = 4'd2;
  localparam [3:0] COMMAND = 4'd3;
  localparam [3:0] BARRIER = 4'd4;
  localparam [3:0] IDLE = 4'd5;
  localparam [3:0] RESET = 4'd6;
  localparam DRAIN = 64;  // cycles after the end in which nothing may come

  // Pins.
<%#ports%>
  <%#input%>reg  <%/input%><%^input%>wire <%/input%><%range_pad%><%name%>;
<%/ports%>

  <%name%>_top u_dut (
<%#ports%>
      .<%name%>(<%name%>)<%#comma%>,<%/comma%>
<%/ports%>
  );

  // Program.
  reg [99:0] steps[0:STEPS-1];
  reg [<%command_top%>:0] commands[0:COMMANDS-1];
  integer host_at;  // step of the access that is offered or comes next
  integer command_at;  // step of the command that is offered or comes next
  integer answer_at;  // step of the oldest read that is not answered
  integer complete_at;  // step of the oldest command that is not completed
  integer reads;  // reads that are not answered
  integer runs;  // commands that are not completed
  reg host_offered;
  reg command_offered;
  integer wait_left;
  integer reset_left;
  integer drain_left;

  // State of the run.
  reg [8*1024-1:0] dir;
  reg [8*1024-1:0] vcd;
  reg over;
  reg known;  // the first reset has been
  reg [63:0] cycle;
  reg [63:0] checks;
  reg [63:0] timeout;
  reg [63:0] stalls;
  reg [31:0] rng;
  reg [<%command_top%>:0] record;

  // What the design showed in this cycle, and what must hold in it because of the one before.
  wire [<%host_w%>+9:0] outputs = {
    cmd_ready_o, done_valid_o, done_code_o, host_ready_o, rsp_valid_o, rsp_error_o, rsp_data_o, busy_o
  };
  reg [<%host_w%>+9:0] seen;
  reg after_reset;
  reg hold_done;
  reg [3:0] held_code;
  reg hold_rsp;
  reg [<%host_w%>:0] held_rsp;
  reg hold_cmd_ready;
  reg hold_host_ready;
  reg expect_busy;

  function [3:0] kind;
    input integer at;
    kind = steps[at][99:96];
  endfunction

  function is_access;
    input integer at;
    is_access = steps[at][99:96] == WRITE || steps[at][99:96] == READ;
  endfunction

  function compared;
    input integer at;
    compared = steps[at][92];
  endfunction

  // --- Verdict ------------------------------------------------------------------------------------

  task fail;
    input integer at;
    input [8*60-1:0] what;
    input [63:0] expected;
    input [63:0] got;
    begin
      if (!over) begin
        $display("FAIL cycle %0d, step %0d: %0s: expected %0h, got %0h", cycle, at, what, expected, got);
        over = 1'b1;
        $stop(0);
      end
    end
  endtask

  task fail_unknown;
    input integer at;
    input [8*60-1:0] what;
    input [63:0] got;
    begin
      if (!over) begin
        $display("FAIL cycle %0d, step %0d: X on %0s: %0b", cycle, at, what, got);
        over = 1'b1;
        $stop(0);
      end
    end
  endtask

  task finish_run;
    begin
      if (checks == 0) fail(host_at, "checks", 1, 0);
      if (!over) begin
        $display("PASS %0d checks", checks);
        over = 1'b1;
        $finish(0);
      end
    end
  endtask

  // --- Stalls: xorshift ---------------------------------------------------------------------------

  task draw;
    output hit;
    if (stalls == 0) begin
      hit = 1'b0;
    end else begin
      rng = rng ^ (rng << 13);
      rng = rng ^ (rng >> 17);
      rng = rng ^ (rng << 5);
      hit = rng % 100 < stalls;
    end
  endtask

  // --- Outputs ------------------------------------------------------------------------------------

  task check_known;
    begin
      if (^{cmd_ready_o, done_valid_o, host_ready_o, rsp_valid_o, busy_o} === 1'bx)
        fail_unknown(host_at, "cmd_ready, done_valid, host_ready, rsp_valid, busy",
                     {cmd_ready_o, done_valid_o, host_ready_o, rsp_valid_o, busy_o});
      if (^{done_code_o, rsp_error_o} === 1'bx)
        fail_unknown(host_at, "done_code, rsp_error", {done_code_o, rsp_error_o});
      // The words that a read without comparison returns may never have been written.
      if (^rsp_data_o === 1'bx && !(rsp_valid_o === 1'b1 && reads > 0 && !compared(answer_at)))
        fail_unknown(answer_at, "rsp_data", rsp_data_o);
    end
  endtask

  task check_reset;
    begin
      if ({cmd_ready_o, host_ready_o} !== 2'b11)
        fail(host_at, "cmd_ready, host_ready after reset", 3, {cmd_ready_o, host_ready_o});
      if ({done_valid_o, rsp_valid_o, busy_o} !== 3'b000)
        fail(host_at, "done_valid, rsp_valid, busy after reset", 0, {done_valid_o, rsp_valid_o, busy_o});
    end
  endtask

  task check_rules;
    begin
      if (hold_done && {done_valid_o, done_code_o} !== {1'b1, held_code})
        fail(complete_at, "done_valid, done_code not held", {1'b1, held_code}, {done_valid_o, done_code_o});
      if (hold_rsp && !rsp_valid_o) fail(answer_at, "rsp_valid not held", 1, 0);
      if (hold_rsp && {rsp_error_o, rsp_data_o} !== held_rsp)
        fail(answer_at, "rsp_data or rsp_error not held", held_rsp[<%host_w%>-1:0], rsp_data_o);
      if (hold_cmd_ready && !cmd_ready_o) fail(command_at, "cmd_ready not held", 1, 0);
      if (hold_host_ready && !host_ready_o) fail(host_at, "host_ready not held", 1, 0);
      if (expect_busy && !busy_o) fail(command_at, "busy after a command was taken", 1, 0);
      if (done_valid_o && runs == 0) fail(complete_at, "done_valid without a command", 0, 1);
      if (rsp_valid_o && reads == 0) fail(answer_at, "rsp_valid without a read", 0, 1);
      if (!rsp_valid_o && {rsp_error_o, rsp_data_o} !== {(<%host_w%> + 1) {1'b0}})
        fail(answer_at, "rsp_data or rsp_error without rsp_valid", 0, rsp_data_o);
    end
  endtask

  task look;
    begin
      seen = outputs;
      while (reads > 0 && kind(answer_at) != READ) answer_at = answer_at + 1;
      while (runs > 0 && kind(complete_at) != COMMAND) complete_at = complete_at + 1;
      if (known) check_known;
      if (known && after_reset) check_reset;
      if (known && !over) check_rules;
    end
  endtask

  // --- Inputs -------------------------------------------------------------------------------------

  // Moves each port on to its next access or command, and both over what they need not wait for any
  // longer.
  task advance;
    reg going;
    begin
      going = 1'b1;
      while (going) begin
        while (kind(host_at) == COMMAND) host_at = host_at + 1;
        while (is_access(command_at)) command_at = command_at + 1;
        going = 1'b0;
        if (host_at == command_at && wait_left == 0 && reset_left == 0) begin
          case (kind(host_at))
            BARRIER: going = reads == 0 && runs == 0 && !busy_o;
            IDLE: begin
              wait_left = steps[host_at][31:0];
              going = 1'b1;
            end
            RESET: begin
              reset_left = steps[host_at][31:0];
              going = 1'b1;
            end
            default: going = 1'b0;
          endcase
        end
        if (going) begin
          host_at = host_at + 1;
          command_at = command_at + 1;
        end
      end
    end
  endtask

  task drive_host;
    reg hit;
    begin
      draw(hit);
      if (!rst_ni) host_offered = 1'b0;
      else if (!host_offered && wait_left == 0 && is_access(host_at))
        host_offered = !hit;
      host_valid_i = host_offered;
      record = steps[host_at];
      host_write_i = host_valid_i ? kind(host_at) == WRITE : 1'bx;
      host_sel_i = host_valid_i ? record[88+:<%sel_w%>] : {<%sel_w%>{1'bx}};
      host_lane_i = host_valid_i ? record[80+:<%lane_w%>] : {<%lane_w%>{1'bx}};
      host_addr_i = host_valid_i ? record[64+:<%host_addr_w%>] : {<%host_addr_w%>{1'bx}};
      host_wdata_i = host_valid_i && host_write_i ? record[0+:<%host_w%>] : {<%host_w%>{1'bx}};
    end
  endtask

  task drive_command;
    reg hit;
    begin
      draw(hit);
      if (!rst_ni) command_offered = 1'b0;
      else if (!command_offered && wait_left == 0 && kind(command_at) == COMMAND)
        command_offered = !hit;
      cmd_valid_i = command_offered;
      record = cmd_valid_i ? commands[steps[command_at][31:0]] : <%command_bits%>'bx;
      cmd_op_i = record[197:196];
      cmd_sched_i = record[193:192];
      cmd_acc_psum_i = record[205];
      cmd_acc_dw_i = record[206];
      cmd_m_i = record[160+:<%dim_w%>];
      cmd_n_i = record[128+:<%dim_w%>];
      cmd_b_i = record[96+:<%dim_w%>];
<%#command_fields%>
      <%name%> = record[<%first%>+:<%width%>];
<%/command_fields%>
    end
  endtask

  task drive;
    reg hit;
    begin
      advance;
      rst_ni = reset_left == 0;
      drive_command;
      drive_host;
      draw(hit);
      done_ready_i = !hit;
      draw(hit);
      rsp_ready_i = !hit;
    end
  endtask

  // --- Transfers ----------------------------------------------------------------------------------

  task take_response;
    begin
      if (compared(answer_at)) begin
        checks = checks + 1;
        if (rsp_error_o !== steps[answer_at][93])
          fail(answer_at, "rsp_error of a read", steps[answer_at][93], rsp_error_o);
        if (rsp_data_o !== steps[answer_at][<%host_w%>-1:0])
          fail(answer_at, "rsp_data of a read", steps[answer_at][<%host_w%>-1:0], rsp_data_o);
      end
      answer_at = answer_at + 1;
      reads = reads - 1;
    end
  endtask

  task take_completion;
    begin
      record = commands[steps[complete_at][31:0]];
      if (record[204]) begin
        checks = checks + 1;
        if (done_code_o !== record[203:200])
          fail(complete_at, "done_code of a command", record[203:200], done_code_o);
      end
      complete_at = complete_at + 1;
      runs = runs - 1;
    end
  endtask

  task offers_taken;
    begin
      if (host_valid_i && host_ready_o) begin
        if (kind(host_at) == READ) reads = reads + 1;
        host_at = host_at + 1;
        host_offered = 1'b0;
      end
      if (cmd_valid_i && cmd_ready_o) begin
        runs = runs + 1;
        command_at = command_at + 1;
        command_offered = 1'b0;
      end
    end
  endtask

  // What happens at the rising edge, and what must hold after it.
  task transfer;
    begin
      after_reset = !rst_ni;
      hold_done = rst_ni && done_valid_o && !done_ready_i;
      held_code = done_code_o;
      hold_rsp = rst_ni && rsp_valid_o && !rsp_ready_i;
      held_rsp = {rsp_error_o, rsp_data_o};
      hold_cmd_ready = rst_ni && cmd_ready_o && !cmd_valid_i;
      hold_host_ready = rst_ni && host_ready_o && !host_valid_i;
      expect_busy = rst_ni && cmd_ready_o && cmd_valid_i;
      if (rst_ni) begin
        if (rsp_valid_o && rsp_ready_i) take_response;
        if (done_valid_o && done_ready_i) take_completion;
        offers_taken;
        if (wait_left > 0) wait_left = wait_left - 1;
      end else begin
        answer_at = host_at;
        complete_at = command_at;
        reads = 0;
        runs = 0;
        reset_left = reset_left - 1;
        known = 1'b1;
      end
    end
  endtask

  // --- Main loop ----------------------------------------------------------------------------------

  task run_cycle;
    begin
      #5 clk_i = 1'b0;
      look;
      drive;
      #4;
      if (known && outputs !== seen) fail(host_at, "an output depends on an input", seen, outputs);
      transfer;
      #1 clk_i = 1'b1;
      cycle = cycle + 1;
      if (cycle > timeout) fail(host_at, "more cycles than the timeout", timeout, cycle);
    end
  endtask

  // Ends the run once nothing has come for a while after the end of the program.
  task check_end;
    begin
      if (kind(host_at) == END && kind(command_at) == END && reads == 0 && runs == 0 && !busy_o &&
          wait_left == 0 && reset_left == 0) begin
        drain_left = drain_left - 1;
        if (drain_left == 0) finish_run;
      end
    end
  endtask

  task read_plusargs;
    reg [63:0] seed;
    begin
      if (!$value$plusargs("dir=%s", dir)) dir = "tb";
      if (!$value$plusargs("stalls=%d", stalls)) stalls = 64'd<%stalls%>;
      if (!$value$plusargs("seed=%d", seed)) seed = 64'd<%seed%>;
      if (!$value$plusargs("timeout=%d", timeout)) timeout = 64'd<%timeout%>;
      rng = (seed[31:0] ^ seed[63:32]) * 32'h9e3779b1 + 32'h7f4a7c15;
      if (rng == 0) rng = 32'd1;
      if ($value$plusargs("vcd=%s", vcd)) begin
        $dumpfile(vcd);
        $dumpvars(0, <%name%>_tb);
      end
    end
  endtask

  task start;
    begin
      {over, known, host_offered, command_offered} = 4'd0;
      {after_reset, hold_done, hold_rsp, hold_cmd_ready, hold_host_ready, expect_busy} = 6'd0;
      {cycle, checks} = 128'd0;
      host_at = 0;
      command_at = 0;
      answer_at = 0;
      complete_at = 0;
      reads = 0;
      runs = 0;
      wait_left = 0;
      reset_left = 1;
      drain_left = DRAIN;
      clk_i = 1'b1;
    end
  endtask

  initial begin
    read_plusargs;
    $readmemh({dir, "/program.hex"}, steps);
    $readmemh({dir, "/commands.hex"}, commands);
    start;
    while (!over) begin
      run_cycle;
      check_end;
    end
  end

endmodule

`default_nettype wire
