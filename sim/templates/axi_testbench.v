// SPDX-License-Identifier: Apache-2.0
// <%name%>_tb: self-checking testbench of <%name%>_top, <%config_line%>.
//
// A memory on the AXI4 bus, read from a file, and a host on the AXI4-Lite bus that plays a list of
// register accesses. At the end the memory is compared, beat by beat, with a second file. Ends with
// one line, "PASS <n> checks" ($finish) or "FAIL ..." ($stop).
//
// Plusargs   +dir=DIR      where the files are (default: tb)
//            +stalls=P     chance in percent, 0..90, that a handshake is held off in a cycle (<%stalls%>)
//            +seed=S       seed of the stalls (<%seed%>)
//            +timeout=N    a run of more cycles fails (<%timeout%>)
//            +vcd=FILE     writes waves
// Files      memory.hex    the memory before, a beat of the bus a record, from address BASE on
//            expected.hex  the memory after
//            steps.hex     kind 1 digit, register offset 3, mask 8, data 8
//              kind 0 end; 1 write data; 2 read, compared with data in the bits of mask;
//              3 read again and again until it is data in the bits of mask; 4 wait for irq_o to be
//              data; 5 wait data cycles
// Checks     In every cycle after the reset: no X on a valid, a ready or irq_o, nor on a payload
//            while its valid is 1; offers of the design stay until taken; bursts lie within the
//            memory, with wlast where it belongs; nothing is answered that was not asked; no output
//            changes when inputs do. Payloads to the design are X while their valid is 0.
// Timing     Inputs change and outputs are looked at half a cycle away from the rising edge, so that
//            nothing depends on the order of events in a simulator.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_tb;

  parameter STEPS = <%steps%>;  // records in steps.hex
  parameter BEATS = <%beats%>;  // records in memory.hex and expected.hex
  parameter [63:0] BASE = 64'h<%base%>;  // address of the first

  localparam BITS = <%data_bits%>;
  localparam BYTES = BITS / 8;
  localparam DEPTH = 16;  // bursts that the memory takes in
  localparam DRAIN = 64;  // cycles after the end in which nothing may come

  localparam [3:0] END = 4'd0;
  localparam [3:0] WRITE = 4'd1;
  localparam [3:0] READ = 4'd2;
  localparam [3:0] POLL = 4'd3;
  localparam [3:0] IRQ = 4'd4;
  localparam [3:0] IDLE = 4'd5;

  // Pins.
<%#ports%>
  <%#input%>reg  <%/input%><%^input%>wire <%/input%><%range_pad%><%name%>;
<%/ports%>

  <%name%>_top u_dut (
<%#ports%>
      .<%name%>(<%name%>)<%#comma%>,<%/comma%>
<%/ports%>
  );

  // Files.
  reg [79:0] steps[0:STEPS-1];
  reg [BITS-1:0] memory[0:BEATS-1];
  reg [BITS-1:0] expected[0:BEATS-1];

  // The host.
  integer at;  // step
  reg asked;  // its access is under way
  reg address_due;
  reg data_due;
  reg aw_offered;
  reg w_offered;
  reg ar_offered;
  reg [79:0] step;
  integer wait_left;

  // The memory: bursts of reads and writes in rings, answers to writes still to give.
  reg [63:0] read_at[0:DEPTH-1];
  integer read_left[0:DEPTH-1];
  reg [1:0] read_id[0:DEPTH-1];
  integer read_first;
  integer reads;
  reg [63:0] write_at[0:DEPTH-1];
  integer write_left[0:DEPTH-1];
  reg write_id[0:DEPTH-1];
  integer write_first;
  integer writes;
  reg answer_id[0:DEPTH-1];
  integer answer_first;
  integer answers;
  reg r_offered;
  reg b_offered;

  // State of the run.
  reg [8*1024-1:0] dir;
  reg [8*1024-1:0] vcd;
  reg over;
  reg known;  // the reset is over
  reg [63:0] cycle;
  reg [63:0] checks;
  reg [63:0] timeout;
  reg [63:0] stalls;
  reg [31:0] rng;
  integer reset_left;
  integer drain_left;
  integer i;

  // What the design showed in this cycle, and what must hold in it because of the one before.
  wire [63:0] ar_payload = {m_axi_arid, m_axi_arlen, m_axi_arsize, m_axi_arburst};
  wire [63:0] aw_payload = {m_axi_awid, m_axi_awlen, m_axi_awsize, m_axi_awburst};
  wire [7:0] valids = {
    m_axi_arvalid, m_axi_awvalid, m_axi_wvalid, s_axil_bvalid, s_axil_rvalid, 3'b0
  };
  wire [7:0] readies = {
    m_axi_rready, m_axi_bready, s_axil_awready, s_axil_wready, s_axil_arready, irq_o, 2'b0
  };
  reg [15:0] seen;
  reg hold_ar;
  reg hold_aw;
  reg hold_w;
  reg hold_b;
  reg hold_r;
  reg [<%address_bits%>+64:0] held_ar;
  reg [<%address_bits%>+64:0] held_aw;
  reg [BITS+BYTES:0] held_w;
  reg [1:0] held_b;
  reg [33:0] held_r;

  // --- Verdict ------------------------------------------------------------------------------------

  task fail;
    input [8*60-1:0] what;
    input [63:0] wanted;
    input [63:0] got;
    begin
      if (!over) begin
        $display("FAIL cycle %0d, step %0d: %0s: expected %0h, got %0h", cycle, at, what, wanted, got);
        over = 1'b1;
        $stop(0);
      end
    end
  endtask

  task check_memory;
    begin
      for (i = 0; i < BEATS; i = i + 1) begin
        checks = checks + 1;
        if (memory[i] !== expected[i] && !over) begin
          $display("FAIL memory at 0x%0h: expected %h, got %h", BASE + i * BYTES, expected[i], memory[i]);
          over = 1'b1;
          $stop(0);
        end
      end
    end
  endtask

  task finish_run;
    begin
      if (reads != 0 || writes != 0 || answers != 0) fail("bursts under way at the end", 0, 1);
      check_memory;
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
      if (^{valids, readies} === 1'bx) fail("X on a valid, a ready or irq", 0, {valids, readies});
      if (m_axi_arvalid && ^{m_axi_araddr, ar_payload} === 1'bx) fail("X on AR", 0, m_axi_araddr);
      if (m_axi_awvalid && ^{m_axi_awaddr, aw_payload} === 1'bx) fail("X on AW", 0, m_axi_awaddr);
      if (m_axi_wvalid && ^{m_axi_wdata, m_axi_wstrb, m_axi_wlast} === 1'bx)
        fail("X on W", 0, m_axi_wstrb);
      if (s_axil_bvalid && ^s_axil_bresp === 1'bx) fail("X on bresp", 0, s_axil_bresp);
      if (s_axil_rvalid && ^{s_axil_rdata, s_axil_rresp} === 1'bx)
        fail("X on the read data of a register", 0, s_axil_rdata);
    end
  endtask

  task check_rules;
    begin
      if (hold_ar && {m_axi_arvalid, m_axi_araddr, ar_payload} !== held_ar)
        fail("AR not held", 0, m_axi_araddr);
      if (hold_aw && {m_axi_awvalid, m_axi_awaddr, aw_payload} !== held_aw)
        fail("AW not held", 0, m_axi_awaddr);
      if (hold_w && (!m_axi_wvalid || {m_axi_wdata, m_axi_wstrb, m_axi_wlast} !== held_w))
        fail("W not held", 0, m_axi_wstrb);
      if (hold_b && (!s_axil_bvalid || s_axil_bresp !== held_b)) fail("B not held", held_b, s_axil_bresp);
      if (hold_r && (!s_axil_rvalid || {s_axil_rdata, s_axil_rresp} !== held_r))
        fail("R not held", held_r[33:2], s_axil_rdata);
      if (s_axil_bvalid && !(asked && step[79:76] == WRITE && !address_due && !data_due))
        fail("an answer to no write", 0, 1);
      if (s_axil_rvalid && !(asked && step[79:76] != WRITE && !address_due)) fail("an answer to no read", 0, 1);
    end
  endtask

  task look;
    begin
      seen = {valids, readies};
      if (known) check_known;
      if (known && !over) check_rules;
    end
  endtask

  // --- Inputs -------------------------------------------------------------------------------------

  function is_access;
    input [3:0] kind;
    is_access = kind == WRITE || kind == READ || kind == POLL;
  endfunction

  task next_step;
    begin
      at = at + 1;
      asked = 1'b0;
      step = steps[at];
      wait_left = step[79:76] == IDLE ? step[31:0] : 0;
    end
  endtask

  task drive_host;
    reg hit;
    begin
      if (!asked && is_access(step[79:76]) && rst_ni) begin
        asked = 1'b1;
        address_due = 1'b1;
        data_due = step[79:76] == WRITE;
      end
      draw(hit);
      if (asked && address_due && step[79:76] == WRITE && !hit) aw_offered = 1'b1;
      draw(hit);
      if (asked && data_due && !hit) w_offered = 1'b1;
      draw(hit);
      if (asked && address_due && step[79:76] != WRITE && !hit) ar_offered = 1'b1;
      s_axil_awvalid = aw_offered;
      s_axil_wvalid = w_offered;
      s_axil_arvalid = ar_offered;
      s_axil_awprot = 3'bx;
      s_axil_arprot = 3'bx;
      s_axil_awaddr = s_axil_awvalid ? step[75:64] : 12'bx;
      s_axil_araddr = s_axil_arvalid ? step[75:64] : 12'bx;
      s_axil_wdata = s_axil_wvalid ? step[31:0] : 32'bx;
      s_axil_wstrb = s_axil_wvalid ? 4'b1111 : 4'bx;
      draw(hit);
      s_axil_bready = !hit;
      draw(hit);
      s_axil_rready = !hit;
    end
  endtask

  task drive_memory;
    reg hit;
    begin
      draw(hit);
      m_axi_arready = !hit && reads < DEPTH;
      draw(hit);
      m_axi_awready = !hit && writes < DEPTH;
      draw(hit);
      m_axi_wready = !hit && writes > 0 && answers < DEPTH;
      draw(hit);
      if (!r_offered) begin
        r_offered = reads > 0 && !hit;
        m_axi_rdata = r_offered ? memory[(read_at[read_first]-BASE)/BYTES] : {BITS{1'bx}};
      end
      m_axi_rvalid = r_offered;
      m_axi_rid = r_offered ? read_id[read_first] : 2'bx;
      m_axi_rlast = r_offered ? read_left[read_first] == 1 : 1'bx;
      m_axi_rresp = r_offered ? 2'b00 : 2'bx;
      draw(hit);
      if (!b_offered) b_offered = answers > 0 && !hit;
      m_axi_bvalid = b_offered;
      m_axi_bid = b_offered ? answer_id[answer_first] : 1'bx;
      m_axi_bresp = b_offered ? 2'b00 : 2'bx;
    end
  endtask

  // --- Transfers ----------------------------------------------------------------------------------

  // What was read, against the step. A poll that does not see what it waits for is made again.
  task take_read_data;
    begin
      if (s_axil_rresp !== 2'b00) fail("rresp of a register", 0, s_axil_rresp);
      if ((s_axil_rdata & step[63:32]) === step[31:0]) begin
        checks = checks + 1;
        next_step;
      end else if (step[79:76] == POLL) begin
        asked = 1'b0;
      end else begin
        fail("a register", step[31:0], s_axil_rdata & step[63:32]);
      end
    end
  endtask

  task take_host;
    begin
      if (s_axil_bvalid && s_axil_bready) begin
        if (s_axil_bresp !== 2'b00) fail("bresp of a register", 0, s_axil_bresp);
        checks = checks + 1;
        next_step;
      end else if (s_axil_rvalid && s_axil_rready) begin
        take_read_data;
      end else begin
        if (aw_offered && s_axil_awready || ar_offered && s_axil_arready) address_due = 1'b0;
        if (w_offered && s_axil_wready) data_due = 1'b0;
      end
      if (s_axil_awready) aw_offered = 1'b0;
      if (s_axil_wready) w_offered = 1'b0;
      if (s_axil_arready) ar_offered = 1'b0;
      if (step[79:76] == IRQ && irq_o === step[0]) begin
        checks = checks + 1;
        next_step;
      end else if (step[79:76] == IDLE) begin
        if (wait_left == 0) next_step;
        else wait_left = wait_left - 1;
      end
    end
  endtask

  task check_burst;
    input [63:0] address;
    input [7:0] len;
    input [2:0] size;
    input [1:0] burst;
    begin
      if (burst !== 2'b01 || (1 << size) != BYTES) fail("burst and size of a burst", 1, burst);
      if (address < BASE || (address - BASE) / BYTES + len >= BEATS || address % BYTES != 0)
        fail("a burst outside the memory", BASE, address);
      if (address[63:12] != ((address + len * BYTES) >> 12)) fail("a burst across 4 KiB", 0, address);
    end
  endtask

  task take_reads;
    begin
      if (m_axi_rvalid && m_axi_rready) begin
        read_at[read_first] = read_at[read_first] + BYTES;
        read_left[read_first] = read_left[read_first] - 1;
        if (read_left[read_first] == 0) begin
          read_first = (read_first + 1) % DEPTH;
          reads = reads - 1;
        end
        r_offered = 1'b0;
      end
      if (m_axi_arvalid && m_axi_arready) begin
        check_burst(m_axi_araddr, m_axi_arlen, m_axi_arsize, m_axi_arburst);
        i = (read_first + reads) % DEPTH;
        read_at[i] = m_axi_araddr;
        read_left[i] = m_axi_arlen + 1;
        read_id[i] = m_axi_arid;
        reads = reads + 1;
      end
    end
  endtask

  task take_write_data;
    begin
      for (i = 0; i < BYTES; i = i + 1) begin
        if (m_axi_wstrb[i])
          memory[(write_at[write_first]-BASE)/BYTES][8*i+:8] = m_axi_wdata[8*i+:8];
      end
      write_at[write_first] = write_at[write_first] + BYTES;
      write_left[write_first] = write_left[write_first] - 1;
      if (m_axi_wlast !== (write_left[write_first] == 0)) fail("wlast", write_left[write_first] == 0, m_axi_wlast);
      if (write_left[write_first] == 0) begin
        answer_id[(answer_first+answers)%DEPTH] = write_id[write_first];
        answers = answers + 1;
        write_first = (write_first + 1) % DEPTH;
        writes = writes - 1;
      end
    end
  endtask

  task take_writes;
    begin
      if (m_axi_bvalid && m_axi_bready) begin
        answer_first = (answer_first + 1) % DEPTH;
        answers = answers - 1;
        b_offered = 1'b0;
      end
      if (m_axi_wvalid && m_axi_wready) take_write_data;
      if (m_axi_awvalid && m_axi_awready) begin
        check_burst(m_axi_awaddr, m_axi_awlen, m_axi_awsize, m_axi_awburst);
        i = (write_first + writes) % DEPTH;
        write_at[i] = m_axi_awaddr;
        write_left[i] = m_axi_awlen + 1;
        write_id[i] = m_axi_awid;
        writes = writes + 1;
      end
    end
  endtask

  // What happens at the rising edge, and what must hold after it.
  task transfer;
    begin
      hold_ar = rst_ni && m_axi_arvalid && !m_axi_arready;
      hold_aw = rst_ni && m_axi_awvalid && !m_axi_awready;
      hold_w = rst_ni && m_axi_wvalid && !m_axi_wready;
      hold_b = rst_ni && s_axil_bvalid && !s_axil_bready;
      hold_r = rst_ni && s_axil_rvalid && !s_axil_rready;
      held_ar = {m_axi_arvalid, m_axi_araddr, ar_payload};
      held_aw = {m_axi_awvalid, m_axi_awaddr, aw_payload};
      held_w = {m_axi_wdata, m_axi_wstrb, m_axi_wlast};
      held_b = s_axil_bresp;
      held_r = {s_axil_rdata, s_axil_rresp};
      if (rst_ni) begin
        known = 1'b1;
        take_writes;
        take_reads;
        take_host;
      end else begin
        reset_left = reset_left - 1;
      end
    end
  endtask

  // --- Main loop ----------------------------------------------------------------------------------

  task run_cycle;
    begin
      #5 clk_i = 1'b0;
      look;
      rst_ni = reset_left == 0;
      drive_memory;
      drive_host;
      #4;
      if (known && {valids, readies} !== seen) fail("an output depends on an input", seen, {valids, readies});
      transfer;
      #1 clk_i = 1'b1;
      cycle = cycle + 1;
      if (cycle > timeout) fail("more cycles than the timeout", timeout, cycle);
    end
  endtask

  // Ends the run once nothing has come for a while after the end of the steps.
  task check_end;
    begin
      if (step[79:76] == END) begin
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
      {over, known, asked, address_due, data_due} = 5'd0;
      {aw_offered, w_offered, ar_offered, r_offered, b_offered} = 5'd0;
      {hold_ar, hold_aw, hold_w, hold_b, hold_r} = 5'd0;
      {cycle, checks} = 128'd0;
      read_first = 0;
      reads = 0;
      write_first = 0;
      writes = 0;
      answer_first = 0;
      answers = 0;
      reset_left = 3;
      drain_left = DRAIN;
      clk_i = 1'b1;
      at = -1;
      next_step;
    end
  endtask

  initial begin
    read_plusargs;
    $readmemh({dir, "/steps.hex"}, steps);
    $readmemh({dir, "/memory.hex"}, memory);
    $readmemh({dir, "/expected.hex"}, expected);
    start;
    while (!over) begin
      run_cycle;
      check_end;
    end
  end

endmodule

`default_nettype wire
