// SPDX-License-Identifier: Apache-2.0
// Smoke test of a design with host.bus axi in a 4-state simulation: registers, transfers of all buffers there and
// back, tokens, loops, one refused descriptor for every error code, bus errors, time-out, soft reset. The numbers
// are checked elsewhere; this test is about the bus. No output may be X once reset has been applied.
// Defines: TOP, DATA_BITS, ADDRESS_BITS, LANES, HASH_LO, HASH_HI, BYTES_<buffer>, WORDS_<buffer>.
// Plusargs: +seed=N, +stall=P (chance of a held handshake in percent), +latency=N.
`timescale 1ns / 1ps
`default_nettype none

module bus_smoke_tb;

  localparam BB = `DATA_BITS / 8;
  localparam [63:0] BASE = 64'h2000_0000;
  localparam MEMORY = 1 << 18;
  localparam LIST = 32'h0;  // offsets of the list and of the data
  localparam DATA = 32'h4000;
  localparam BACK = 32'h2_0000;

  integer seed = 1;
  integer stall = 0;
  integer latency = 20;
  integer checks = 0;
  integer failures = 0;
  integer cycle = 0;

  reg clk = 0;
  reg rst_n = 0;
  always #5 clk = ~clk;
  always @(posedge clk) cycle = cycle + 1;

  function stalled(input dummy);
    stalled = ($unsigned($random(seed)) % 100) < stall;
  endfunction

  task check(input ok, input [8*48-1:0] what);
    begin
      checks = checks + 1;
      if (ok !== 1'b1) begin
        failures = failures + 1;
        if (failures <= 20) $display("FAIL at cycle %0d: %0s", cycle, what);
      end
    end
  endtask

  // --- the design ------------------------------------------------------------------------------

  reg [11:0] awaddr = 0, araddr = 0;
  reg awvalid = 0, wvalid = 0, bready = 0, arvalid = 0, rready = 0;
  reg [31:0] wdata = 0;
  reg [3:0] wstrb = 0;
  wire awready, wready, bvalid, arready, rvalid, irq;
  wire [1:0] bresp, rresp;
  wire [31:0] rdata;

  wire [1:0] m_arid;
  wire [`ADDRESS_BITS-1:0] m_araddr, m_awaddr;
  wire [7:0] m_arlen, m_awlen;
  wire [2:0] m_arsize, m_awsize, m_arprot, m_awprot;
  wire [1:0] m_arburst, m_awburst;
  wire m_arlock, m_awlock, m_arvalid, m_rready, m_awid, m_awvalid, m_wlast, m_wvalid, m_bready;
  wire [3:0] m_arcache, m_awcache;
  wire [`DATA_BITS-1:0] m_wdata;
  wire [BB-1:0] m_wstrb;
  reg m_arready = 0, m_rvalid = 0, m_rlast = 0, m_awready = 0, m_wready = 0, m_bvalid = 0, m_bid = 0;
  reg [1:0] m_rid = 0, m_rresp = 0, m_bresp = 0;
  reg [`DATA_BITS-1:0] m_rdata = 0;

  `TOP dut (
      .clk_i(clk), .rst_ni(rst_n), .irq_o(irq),
      .s_axil_awaddr(awaddr), .s_axil_awprot(3'd0), .s_axil_awvalid(awvalid), .s_axil_awready(awready),
      .s_axil_wdata(wdata), .s_axil_wstrb(wstrb), .s_axil_wvalid(wvalid), .s_axil_wready(wready),
      .s_axil_bresp(bresp), .s_axil_bvalid(bvalid), .s_axil_bready(bready),
      .s_axil_araddr(araddr), .s_axil_arprot(3'd0), .s_axil_arvalid(arvalid), .s_axil_arready(arready),
      .s_axil_rdata(rdata), .s_axil_rresp(rresp), .s_axil_rvalid(rvalid), .s_axil_rready(rready),
      .m_axi_arid(m_arid), .m_axi_araddr(m_araddr), .m_axi_arlen(m_arlen), .m_axi_arsize(m_arsize),
      .m_axi_arburst(m_arburst), .m_axi_arlock(m_arlock), .m_axi_arcache(m_arcache),
      .m_axi_arprot(m_arprot), .m_axi_arvalid(m_arvalid), .m_axi_arready(m_arready),
      .m_axi_rid(m_rid), .m_axi_rdata(m_rdata), .m_axi_rresp(m_rresp), .m_axi_rlast(m_rlast),
      .m_axi_rvalid(m_rvalid), .m_axi_rready(m_rready),
      .m_axi_awid(m_awid), .m_axi_awaddr(m_awaddr), .m_axi_awlen(m_awlen), .m_axi_awsize(m_awsize),
      .m_axi_awburst(m_awburst), .m_axi_awlock(m_awlock), .m_axi_awcache(m_awcache),
      .m_axi_awprot(m_awprot), .m_axi_awvalid(m_awvalid), .m_axi_awready(m_awready),
      .m_axi_wdata(m_wdata), .m_axi_wstrb(m_wstrb), .m_axi_wlast(m_wlast), .m_axi_wvalid(m_wvalid),
      .m_axi_wready(m_wready), .m_axi_bid(m_bid), .m_axi_bresp(m_bresp), .m_axi_bvalid(m_bvalid),
      .m_axi_bready(m_bready)
  );

  reg was_reset = 0;
  always @(negedge clk) begin
    if (!rst_n) was_reset <= 1;
    if (was_reset)
      check(^{awready, wready, bvalid, bresp, arready, rvalid, rresp, rdata, irq, m_arid, m_araddr, m_arlen, m_arsize,
              m_arburst, m_arlock, m_arcache, m_arprot, m_arvalid, m_rready, m_awid, m_awaddr, m_awlen, m_awsize,
              m_awburst, m_awlock, m_awcache, m_awprot, m_awvalid, m_wdata, m_wstrb, m_wlast, m_wvalid, m_bready}
            !== 1'bx, "an output is X");
  end

  // --- memory ----------------------------------------------------------------------------------

  reg [7:0] mem[0:MEMORY-1];
  reg dead = 0;  // answers nothing more
  reg [63:0] bad_addr = ~64'd0;  // a beat there is answered with bad_resp
  reg [1:0] bad_resp = 2'b10;
  integer i, j;

  // Read bursts by id bit 0, in order; the two take turns by burst.
  reg [63:0] ar_addr[0:31];
  reg [7:0] ar_len[0:31];
  reg [1:0] ar_id[0:31];
  integer ar_time[0:31];
  integer ar_head[0:1], ar_tail[0:1];
  integer serving = -1, beat = 0;
  integer aw_head = 0, aw_tail = 0, w_beat = 0, b_head = 0, b_tail = 0;
  reg [63:0] aw_addr[0:31];
  reg [7:0] aw_len[0:31];
  reg aw_id[0:31];
  integer b_time[0:31];
  reg b_id[0:31];
  reg [1:0] b_code[0:31];
  reg [1:0] w_code = 0;
  integer read_beats = 0, write_beats = 0, read_bursts = 0, max_reads = 0, max_writes = 0, strobe0 = 0;

  task drop_bus;
    begin
      ar_head[0] = 0; ar_tail[0] = 0; ar_head[1] = 0; ar_tail[1] = 0; serving = -1;
      aw_head = 0; aw_tail = 0; w_beat = 0; b_head = 0; b_tail = 0; w_code = 0;
      m_rvalid = 0; m_bvalid = 0;
    end
  endtask

  initial drop_bus;

  task check_burst(input [63:0] addr, input [7:0] len);
    begin
      check(len < 64, "burst too long");
      check((addr & (BB - 1)) == 0, "address of a burst");
      check((addr & ~64'hfff) == ((addr + (len + 1) * BB - 1) & ~64'hfff), "burst across 4 KiB");
    end
  endtask

  function [1:0] code_of(input [63:0] addr);
    code_of = addr == bad_addr ? bad_resp : (addr < BASE || addr >= BASE + MEMORY) ? 2'b11 : 2'b00;
  endfunction

  integer k, q;
  reg [63:0] here;
  always @(posedge clk) if (rst_n) begin
    // AR, R
    if (m_arvalid && m_arready) begin
      q = m_arid[0];
      check_burst(m_araddr, m_arlen);
      ar_addr[q*16+ar_tail[q]%16] = m_araddr;
      ar_len[q*16+ar_tail[q]%16] = m_arlen;
      ar_id[q*16+ar_tail[q]%16] = m_arid;
      ar_time[q*16+ar_tail[q]%16] = cycle + latency;
      ar_tail[q] = ar_tail[q] + 1;
      read_bursts = read_bursts + 1;
      if (ar_tail[0] - ar_head[0] + ar_tail[1] - ar_head[1] > max_reads)
        max_reads = ar_tail[0] - ar_head[0] + ar_tail[1] - ar_head[1];
    end
    if (m_rvalid && m_rready) begin
      read_beats = read_beats + 1;
      if (m_rlast) begin
        ar_head[serving] = ar_head[serving] + 1;
        serving = -1;
      end else beat = beat + 1;
    end
    // AW, W, B
    if (m_awvalid && m_awready) begin
      check_burst(m_awaddr, m_awlen);
      aw_addr[aw_tail%32] = m_awaddr;
      aw_len[aw_tail%32] = m_awlen;
      aw_id[aw_tail%32] = m_awid;
      aw_tail = aw_tail + 1;
      if (aw_tail - b_head > max_writes) max_writes = aw_tail - b_head;
    end
    if (m_bvalid && m_bready) b_head = b_head + 1;
    if (m_wvalid && m_wready) begin
      write_beats = write_beats + 1;
      check(aw_head < aw_tail, "data without an address");
      check(m_wlast == (w_beat == aw_len[aw_head%32]), "wlast");
      if (m_wstrb == 0) strobe0 = strobe0 + 1;
      else check(&m_wstrb, "wstrb");
      here = aw_addr[aw_head%32] + w_beat * BB;
      w_code = w_code | code_of(here);
      for (k = 0; k < BB; k = k + 1)
        if (m_wstrb[k] && code_of(here) == 0) mem[(here - BASE + k) % MEMORY] = m_wdata[8*k+:8];
      if (m_wlast) begin
        b_time[b_tail%32] = cycle + latency;
        b_id[b_tail%32] = aw_id[aw_head%32];
        b_code[b_tail%32] = w_code;
        b_tail = b_tail + 1;
        aw_head = aw_head + 1;
        w_beat = 0;
        w_code = 0;
      end else w_beat = w_beat + 1;
    end
  end

  // What is offered in the next cycle; a valid that was not taken stays.
  always @(negedge clk) begin
    m_arready = !stalled(0) && !dead;
    m_awready = !stalled(0) && !dead;
    m_wready  = aw_head < aw_tail && !stalled(0) && !dead;
    if (serving < 0) m_rvalid = 0;
    if (!(m_rvalid && serving >= 0 && beat_offered == beat)) begin
      m_rvalid = 0;
      if (serving < 0) begin
        q = $unsigned($random(seed)) % 2;
        if (ar_head[q] == ar_tail[q] || ar_time[q*16+ar_head[q]%16] > cycle) q = 1 - q;
        if (ar_head[q] != ar_tail[q] && ar_time[q*16+ar_head[q]%16] <= cycle) begin
          serving = q;
          beat = 0;
        end
      end
      if (serving >= 0 && !stalled(0) && !dead) begin
        here = ar_addr[serving*16+ar_head[serving]%16] + beat * BB;
        m_rvalid = 1;
        beat_offered = beat;
        m_rid = ar_id[serving*16+ar_head[serving]%16];
        m_rlast = beat == ar_len[serving*16+ar_head[serving]%16];
        m_rresp = code_of(here);
        for (k = 0; k < BB; k = k + 1)
          m_rdata[8*k+:8] = code_of(here) == 0 ? mem[(here - BASE + k) % MEMORY] : 8'hxx;
      end
    end
    m_bvalid = m_bvalid && b_offered == b_head;
    if (!m_bvalid && b_head < b_tail && b_time[b_head%32] <= cycle && !stalled(0) && !dead) begin
      m_bvalid = 1;
      b_offered = b_head;
      m_bid = b_id[b_head%32];
      m_bresp = b_code[b_head%32];
    end
  end
  integer beat_offered = 0, b_offered = 0;

  // --- registers -------------------------------------------------------------------------------

  reg [1:0] resp;
  task wr(input [11:0] addr, input [31:0] data);
    wr_strb(addr, data, 4'hf);
  endtask

  task wr_strb(input [11:0] addr, input [31:0] data, input [3:0] strb);
    integer order;
    begin
      order = $unsigned($random(seed)) % 3;
      @(negedge clk);
      bready = order[0];
      awaddr = addr; wdata = data; wstrb = strb;
      awvalid = order != 1; wvalid = order != 0;
      while (awvalid || wvalid || order < 2) begin
        @(posedge clk);
        #1;
        @(negedge clk);
        if (order == 0 && !awvalid) begin wvalid = 1; order = 2; end
        if (order == 1 && !wvalid) begin awvalid = 1; order = 2; end
      end
      while (!bvalid) @(negedge clk);
      bready = 1;
      resp = bresp;
      @(negedge clk);
      bready = 0;
    end
  endtask
  always @(posedge clk) begin
    if (awvalid && awready) awvalid <= 0;
    if (wvalid && wready) wvalid <= 0;
    if (arvalid && arready) arvalid <= 0;
  end

  reg [31:0] value;
  task rd(input [11:0] addr);
    begin
      @(negedge clk);
      araddr = addr;
      arvalid = 1;
      while (!rvalid) @(negedge clk);
      while (stalled(0)) @(negedge clk);
      rready = 1;
      value = rdata;
      resp = rresp;
      @(negedge clk);
      rready = 0;
    end
  endtask

  task expect_reg(input [11:0] addr, input [31:0] want, input [8*48-1:0] what);
    begin
      rd(addr);
      check(resp == 0, what);
      check(value === want, what);
      if (value !== want) $display("  register %03x: %08x, expected %08x", addr, value, want);
    end
  endtask

  integer refused = 0;
  task refuse_write(input [11:0] addr, input [31:0] data, input [3:0] strb);
    begin
      wr_strb(addr, data, strb);
      check(resp == 2'b10, "a write was not refused");
      refused = refused + 1;
    end
  endtask

  task refuse_read(input [11:0] addr);
    begin
      rd(addr);
      check(resp == 2'b10 && value == 0, "a read was not refused");
      refused = refused + 1;
    end
  endtask

  // --- descriptors -----------------------------------------------------------------------------

  integer n = 0;  // length of the list
  reg [511:0] d;
  task put;
    begin
      for (i = 0; i < 64; i = i + 1) mem[LIST+64*n+i] = d[8*i+:8];
      n = n + 1;
    end
  endtask

  task word0(input [3:0] kind, input [2:0] waits, input [2:0] signals, input ahead);
    d = {ahead, signals, waits, 4'd1, kind};
  endtask

  task move(input [3:0] kind, input [2:0] waits, input [2:0] signals, input [3:0] buffer, input [31:0] offset,
            input [15:0] base, input [15:0] vectors, input [15:0] blocks, input [31:0] stride, input [15:0] banks,
            input [15:0] lanes);
    begin
      word0(kind, waits, signals, 0);
      d[95:32] = BASE + offset;
      d[99:96] = buffer;
      d[127:112] = base;
      d[143:128] = vectors;
      d[159:144] = blocks;
      d[191:160] = stride;
      d[239:224] = banks;
      d[255:240] = lanes;
    end
  endtask

  task finish_list;
    begin
      word0(0, 0, 0, 0);
      put;
    end
  endtask

  task run(input [5:0] code, input [15:0] index, input [8*48-1:0] what);
    integer limit;
    begin
      rd(12'h104);
      while (value[3]) rd(12'h104);
      wr(12'h114, n);
      wr(12'h100, 1);
      check(resp == 0, "START");
      limit = cycle + 200000;
      while (!irq && cycle < limit) @(negedge clk);
      check(irq, what);
      rd(12'h104);
      check(value[15:8] == code && value[0] == 0 && value[2] == (code != 0) && value[1] == (code == 0), what);
      if (value[15:8] != code) $display("  %0s: RUN_STATUS %08x, expected code %0d", what, value, code);
      rd(12'h108);
      check(value == index, what);
      if (value != index) $display("  %0s: ERROR_INDEX %0d, expected %0d", what, value, index);
      wr(12'h124, 3);
      check(!irq, "irq");
      n = 0;
    end
  endtask

  integer bytes_of[0:8], words_of[0:8];
  function integer vector_bytes(input integer buffer);
    vector_bytes = ((`LANES * bytes_of[buffer] + BB - 1) / BB) * BB;
  endfunction

  function integer least(input integer a, input integer b);
    least = a < b ? a : b;
  endfunction

  // One buffer there and back, in blocks; lanes beyond `lanes` of the last block come back as 0.
  task round_trip(input integer buffer, input integer vectors, input integer blocks, input integer lanes);
    integer vb, stride, l, v, b, c, good;
    reg [7:0] want;
    begin
      vb = vector_bytes(buffer);
      stride = vectors * vb + BB;
      for (i = 0; i < blocks * stride; i = i + 1) begin
        mem[DATA+i] = $random(seed);
        mem[BACK+i] = 8'ha5;
      end
      move(1, 0, 3'b100, buffer, DATA, 1, vectors, blocks, stride, vectors, `LANES);
      put;
      move(2, 3'b001, 0, buffer, BACK, 1, vectors, blocks, stride, vectors, lanes);
      put;
      finish_list;
      run(0, 0, "round trip");
      for (b = 0; b < blocks; b = b + 1)
        for (v = 0; v < vectors; v = v + 1)
          for (c = 0; c < vb; c = c + 1) begin
            l = c / bytes_of[buffer];
            want = mem[DATA+b*stride+v*vb+c];
            if (l >= `LANES || (b == blocks - 1 && l >= lanes)) want = 0;
            // DERIV may hold one bit a word.
            if (buffer == 8 && `DERIV_BITS == 1) want = want & ((c % bytes_of[8]) == 0);
            check(mem[BACK+b*stride+v*vb+c] === want, "data of a round trip");
          end
      for (b = 0; b < blocks; b = b + 1)
        for (c = 0; c < BB; c = c + 1)
          check(mem[BACK+b*stride+vectors*vb+c] === 8'ha5, "bytes between the blocks");
    end
  endtask

  // A good LOAD or STORE to spoil.
  task good_move(input [3:0] kind);
    move(kind, 0, 0, 0, DATA, 0, 2, 2, 64, 2, `LANES);
  endtask

  task spoiled(input [5:0] code);
    begin
      put;
      finish_list;
      run(code, 0, "a spoiled descriptor");
    end
  endtask

  integer earlier, stride, wide;
  initial begin
    bytes_of[0] = `BYTES_X; bytes_of[1] = `BYTES_DELTA; bytes_of[2] = `BYTES_W; bytes_of[3] = `BYTES_Y;
    bytes_of[4] = `BYTES_DX; bytes_of[5] = `BYTES_DW; bytes_of[6] = `BYTES_BIAS; bytes_of[7] = 0;
    bytes_of[8] = `BYTES_DERIV;
    words_of[0] = `WORDS_X; words_of[1] = `WORDS_DELTA; words_of[2] = `WORDS_W; words_of[3] = `WORDS_Y;
    words_of[4] = `WORDS_DX; words_of[5] = `WORDS_DW; words_of[6] = `WORDS_BIAS; words_of[7] = 0;
    words_of[8] = `WORDS_X;
    if (!$value$plusargs("seed=%d", seed)) seed = 1;
    if (!$value$plusargs("stall=%d", stall)) stall = 0;
    if (!$value$plusargs("latency=%d", latency)) latency = 20;
    for (i = 0; i < MEMORY; i = i + 1) mem[i] = 0;
    repeat (3) @(negedge clk);
    rst_n = 1;
    @(negedge clk);

    // Registers.
    expect_reg(12'h000, 32'h474c0001, "ID");
    expect_reg(12'h004, `HASH_LO, "HASH_LO");
    expect_reg(12'h008, `HASH_HI, "HASH_HI");
    expect_reg(12'h00c, `LANES * 65537, "SHAPE");
    expect_reg(12'h104, 0, "RUN_STATUS");
    expect_reg(12'h11c, 65536, "TIMEOUT");
    expect_reg(12'h12c, `DATA_BITS + 65536 * `ADDRESS_BITS, "BUS");
    expect_reg(12'h100, 0, "CONTROL");
    refuse_read(12'h001);
    refuse_read(12'h0fc);
    refuse_read(12'h130);
    refuse_read(12'h180);
    refuse_write(12'h118, 5, 4'b0111);
    refuse_write(12'h000, 0, 4'b1111);
    refuse_write(12'h104, 0, 4'b1111);
    refuse_write(12'h11e, 0, 4'b1111);
    refuse_write(12'h100, 3, 4'b1111);
    expect_reg(12'h014, refused, "HOST_ERRORS");
    wr(12'h118, 3);
    expect_reg(12'h118, 3, "BATCHES");
    wr(12'h01c, 32'h12345678);
    expect_reg(12'h01c, 32'h12345678, "SEED");
    wr(12'h018, 0);
    expect_reg(12'h014, 0, "HOST_ERRORS after CLEAR");
    wr(12'h10c, BASE + LIST);
    wr(12'h110, 0);
    wr(12'h120, 3);

    // START of a bad list.
    n = 0;
    run(1, 0, "empty list");
    wr(12'h10c, BASE + LIST + 32);
    finish_list;
    run(1, 0, "list not aligned");
    wr(12'h10c, BASE + LIST);
    wr(12'h118, 0);
    finish_list;
    run(1, 0, "no batches");
    wr(12'h118, 1);
    if (`ADDRESS_BITS < 64) begin
      wr(12'h110, 64'd1 << (`ADDRESS_BITS - 32));
      finish_list;
      run(1, 0, "list beyond the addresses");
    end
    wr(12'h110, (64'd1 << (`ADDRESS_BITS - 32)) - 1);
    wr(12'h10c, 32'hffff_ffc0);
    n = 2;
    run(1, 0, "list that wraps");
    wr(12'h110, 0);
    wr(12'h10c, BASE + LIST);

    // An empty run, then all buffers.
    finish_list;
    run(0, 0, "only END");
    expect_reg(12'h178, 64 / BB, "FETCH_BEATS");
    for (j = 0; j < 9; j = j + 1)
      if (j != 7) begin
        round_trip(j, words_of[j] >= 9 ? 4 : 1, 2, `LANES > 1 ? `LANES - 1 : 1);
        round_trip(j, words_of[j] > 200 ? 150 : words_of[j] - 1, 1, `LANES);
      end

    // A loop: three iterations, the input of the next one loaded ahead, into the other half of X.
    wr(12'h118, 3);
    stride = 4 * vector_bytes(0);
    for (i = 0; i < 3 * stride; i = i + 1) begin
      mem[DATA+i] = $random(seed);
      mem[BACK+i] = 8'h5a;
    end
    move(1, 0, 3'b100, 0, DATA, 0, 4, 1, 0, 0, `LANES);
    d[223:192] = stride;
    put;
    move(1, 0, 3'b100, 0, DATA, 4, 4, 1, 0, 0, `LANES);  // ahead
    d[223:192] = stride;
    d[14] = 1;
    put;
    move(2, 3'b001, 3'b001, 0, BACK, 0, 4, 1, 0, 0, `LANES);
    d[223:192] = stride;
    put;
    move(1, 3'b100, 3'b100, 0, BACK, 0, 4, 1, 0, 0, `LANES);  // what was just stored
    d[223:192] = stride;
    put;
    word0(4, 0, 0, 0);
    d[63:32] = 1;
    d[95:64] = 5;
    put;
    move(2, 3'b001, 0, 0, BACK + 3 * stride, 4, 4, 1, 0, 0, `LANES);
    put;
    finish_list;
    run(0, 0, "loop");
    expect_reg(12'h128, 2, "ITERATION");
    for (i = 0; i < stride; i = i + 1)
      if (i % vector_bytes(0) < `LANES * bytes_of[0])
        check(mem[BACK+3*stride+i] === mem[DATA+2*stride+i], "loaded ahead");
    wr(12'h118, 1);

    // Commands: one that is good (fprop), one that the core refuses.
    move(1, 0, 3'b010, 0, DATA, 0, 4, 1, 0, 0, `LANES);
    put;
    move(1, 0, 3'b010, 2, DATA, 0, `LANES, 1, 0, 0, `LANES);
    put;
    word0(3, 3'b001, 0, 0);
    d[95:64] = `LANES * 65537;
    d[111:96] = 4;
    put;
    word0(3, 3'b001, 3'b100, 0);
    d[95:64] = `LANES * 65537;
    d[111:96] = 4;
    put;
    move(2, 3'b010, 0, 3, BACK, 0, 4, 1, 0, 0, `LANES);
    put;
    finish_list;
    run(0, 0, "fprop");
    rd(12'h140);
    earlier = value;
    rd(12'h148);
    check(value == 8, "COMPUTE_CYCLES");
    earlier = earlier - value;
    rd(12'h150);
    earlier = earlier - value;
    rd(12'h158);
    earlier = earlier - value;
    rd(12'h160);
    check(earlier == value, "sum of cycles");
    word0(3, 0, 0, 0);
    d[95:64] = {16'd0, 16'd1};
    d[111:96] = 4;
    put;
    finish_list;
    run(16 + 4, 0, "refused command");

    // One descriptor for every error code.
    good_move(1); d[7:4] = 2; spoiled(2);
    good_move(1); d[3:0] = 5; spoiled(3);
    good_move(1); d[3:0] = 15; d[63:60] = 1; spoiled(3);
    good_move(1); d[15] = 1; spoiled(4);
    good_move(2); d[100] = 1; spoiled(4);
    good_move(1); d[511] = 1; spoiled(4);
    word0(0, 0, 0, 0); d[32] = 1; spoiled(4);
    word0(4, 0, 0, 0); d[96] = 1; spoiled(4);
    word0(3, 0, 0, 0); d[52] = 1; spoiled(4);
    word0(3, 0, 0, 0); d[351] = 1; spoiled(4);
    good_move(1); d[8] = 1; spoiled(5);
    good_move(2); d[13] = 1; spoiled(5);
    good_move(2); d[14] = 1; spoiled(5);
    word0(3, 0, 3'b010, 0); spoiled(5);
    word0(4, 3'b001, 0, 0); spoiled(5);
    word0(0, 0, 0, 1); spoiled(5);
    good_move(1); d[99:96] = 7; spoiled(6);
    good_move(2); d[99:96] = 9; spoiled(6);
    good_move(1); d[143:128] = 0; spoiled(7);
    good_move(1); d[159:144] = 0; spoiled(7);
    good_move(1); d[127:112] = words_of[0] - 3; spoiled(8);
    good_move(2); d[239:224] = 16'hffff; spoiled(8);
    good_move(1); d[143:128] = words_of[0] + 1; d[159:144] = 1; spoiled(8);
    good_move(1); d[32] = 1; spoiled(9);
    good_move(2); d[160] = 1; spoiled(9);
    good_move(2); d[193] = 1; spoiled(9);
    if (`ADDRESS_BITS < 64) begin good_move(1); d[32+`ADDRESS_BITS] = 1; spoiled(9); end
    good_move(1); d[95:32] = (~64'd0 >> (64 - `ADDRESS_BITS)) & ~64'd0 << $clog2(BB); spoiled(9);
    good_move(1); d[255:240] = 0; spoiled(10);
    good_move(2); d[255:240] = `LANES + 1; spoiled(10);
    word0(4, 0, 0, 0); d[63:32] = 1; d[95:64] = 1; spoiled(11);
    word0(4, 0, 0, 0); d[95:64] = 0; spoiled(11);
    word0(4, 0, 0, 0); d[95:64] = 2; spoiled(11);
    word0(4, 0, 0, 0); d[95:64] = 32'h10001; spoiled(11);
    good_move(1); put; good_move(2); put; run(12, 1, "no END");
    word0(3, 0, 0, 0); d[351:320] = 32'hffff; spoiled(13);
    // Tokens: 256 from load to store, none taken.
    wr(12'h118, 300);
    good_move(1); d[11+2] = 1; put;
    word0(4, 0, 0, 0); d[95:64] = 2; put;
    finish_list;
    run(14, 0, "token overflow");
    wr(12'h118, 1);
    // Deadlock: the store waits for a second token of the load.
    good_move(1); d[13] = 1; put;
    good_move(2); d[8] = 1; put;
    good_move(2); d[8] = 1; put;
    finish_list;
    run(15, 2, "deadlock");
    for (j = 0; j < 20; j = j + 1) begin good_move(2); d[8] = 1; put; end
    good_move(1); d[9] = 1; put;
    finish_list;
    run(15, 0, "deadlock with a full queue");

    // Errors of the bus.
    bad_addr = BASE + DATA + 64;
    good_move(2); d[95:32] = BASE + BACK; put; good_move(1); put; finish_list;
    run(33, 1, "SLVERR of a read");
    bad_resp = 2'b11;
    good_move(2); put; finish_list;
    run(36, 0, "DECERR of a write");
    bad_addr = BASE + LIST + 64;
    good_move(1); put; finish_list;
    run(34, 1, "DECERR of a descriptor");
    bad_addr = ~64'd0;
    rd(12'h104);
    while (value[3]) rd(12'h104);

    // Time-out, draining, soft reset.
    wr(12'h11c, 300);
    dead = 1;
    move(1, 0, 3'b100, 0, DATA, 0, 4, 1, 0, 0, `LANES);
    put;
    finish_list;
    run(37, 0, "time-out");
    wr(12'h114, 1);
    rd(12'h104);
    check(value[3], "draining");
    wr(12'h100, 1);
    check(resp == 2'b10, "START while draining");
    wr(12'h100, 2);
    rd(12'h104);
    check(value == 8, "soft reset keeps draining");
    wr(12'h100, 6);
    drop_bus;
    rd(12'h104);
    check(value == 0, "FORCE");
    dead = 0;
    round_trip(0, 4, 2, `LANES);

    // A soft reset in the middle of transfers: what is owed comes to its end.
    for (j = 0; j < 30; j = j + 1) begin
      n = 0;
      move(1, 0, 3'b100, 0, DATA, 0, least(words_of[0], 256), 1, 0, 0, `LANES);
      put;
      move(2, 3'b001, 0, 3, BACK, 0, least(words_of[3], 256), 1, 0, 0, `LANES);
      put;
      move(2, 0, 0, 3, BACK, 0, least(words_of[3], 256), 1, 0, 0, `LANES);
      put;
      finish_list;
      wr(12'h114, n);
      wr(12'h100, 1);
      repeat ($unsigned($random(seed)) % 600) @(negedge clk);
      wr(12'h100, 2);
      rd(12'h104);
      while (value[3]) rd(12'h104);
      check(value == 0, "status after a soft reset");
      check(ar_head[0] == ar_tail[0] && ar_head[1] == ar_tail[1] && b_head == aw_tail, "all was answered");
      wr(12'h124, 3);
      n = 0;
    end
    round_trip(3, 4, 2, `LANES);
    check(max_reads <= 8 && max_writes <= 8, "outstanding bursts");

    // Speed: one beat a cycle without stalls.
    if (stall == 0) begin
      wide = least(words_of[2], 256);
      move(1, 0, 0, 2, DATA, 0, wide, 1, 0, 0, `LANES);
      put; put; put; put;
      finish_list;
      run(0, 0, "loads");
      rd(12'h140);
      earlier = value;
      rd(12'h168);
      $display("4 LOADs of W: %0d beats, %0d cycles", value, earlier);
      check(earlier < value + 150 || value < 512, "speed of LOADs");
      move(2, 0, 0, 2, BACK, 0, wide, 1, 0, 0, `LANES);
      put; put; put; put;
      finish_list;
      run(0, 0, "stores");
      rd(12'h140);
      earlier = value;
      rd(12'h170);
      $display("4 STOREs of W: %0d beats, %0d cycles", value, earlier);
      check(earlier < value + 150 || value < 512, "speed of STOREs");
    end

    if (failures == 0) $display("PASS %0d checks, %0d cycles", checks, cycle);
    else $display("FAILED %0d of %0d checks", failures, checks);
    $finish;
  end

endmodule
