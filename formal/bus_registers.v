// SPDX-License-Identifier: Apache-2.0
// bus_registers: what a read gives, what a write sets, what is refused
`default_nettype none

module bus_registers_formal (
    input wire        clk,
    input wire        rst_n,
    input wire        access,
    input wire        write,
    input wire [11:0] addr,
    input wire [31:0] wdata,
    input wire [ 3:0] wstrb,
    input wire [31:0] reg_data,
    input wire [31:0] count_data,
    input wire        running,
    input wire        done,
    input wire        failed,
    input wire        draining,
    input wire [ 5:0] code,
    input wire [15:0] index,
    input wire [15:0] iteration,
    input wire        set_done,
    input wire        set_error
);

  wire        error;
  wire [31:0] rdata;
  wire [ 5:0] reg_index;
  wire        reg_read;
  wire        clear;
  wire        seed_valid;
  wire        host_error;
  wire [ 9:0] count_word;
  wire        start;
  wire        soft_reset;
  wire        force_reset;
  wire [63:0] list_addr;
  wire [15:0] list_length;
  wire [15:0] batches;
  wire [31:0] timeout;
  wire        irq;

  dut_bus_registers u_dut (
      .clk_i        (clk),
      .rst_ni       (rst_n),
      .access_i     (access),
      .write_i      (write),
      .addr_i       (addr),
      .wdata_i      (wdata),
      .wstrb_i      (wstrb),
      .error_o      (error),
      .rdata_o      (rdata),
      .reg_index_o  (reg_index),
      .reg_read_o   (reg_read),
      .reg_data_i   (reg_data),
      .clear_o      (clear),
      .seed_valid_o (seed_valid),
      .host_error_o (host_error),
      .count_word_o (count_word),
      .count_data_i (count_data),
      .start_o      (start),
      .soft_reset_o (soft_reset),
      .force_o      (force_reset),
      .list_addr_o  (list_addr),
      .list_length_o(list_length),
      .batches_o    (batches),
      .timeout_o    (timeout),
      .running_i    (running),
      .done_i       (done),
      .failed_i     (failed),
      .draining_i   (draining),
      .code_i       (code),
      .index_i      (index),
      .iteration_i  (iteration),
      .set_done_i   (set_done),
      .set_error_i  (set_error),
      .irq_o        (irq)
  );

  // Registers of the block, for induction.
  wire [ 1:0] in_enable;  // inside: u_dut.irq_enable_q
  wire [ 1:0] in_status;  // inside: u_dut.irq_status_q
  wire        in_page;  // inside: u_dut.page_q
  wire [31:0] in_value;  // inside: u_dut.value_q

  reg begun = 0;
  always @(posedge clk) begun <= 1;
  always @* if (!begun) assume (!rst_n);

  // What is where, in bytes: docs/bus.md.
  localparam [11:0] CLEAR = 12'h018, SEED = 12'h01c, CONTROL = 12'h100, RUN_STATUS = 12'h104, ERROR_INDEX = 12'h108,
      LIST_ADDR_LO = 12'h10c, LIST_ADDR_HI = 12'h110, LIST_LENGTH = 12'h114, BATCHES = 12'h118, TIMEOUT = 12'h11c,
      IRQ_ENABLE = 12'h120, IRQ_STATUS = 12'h124, ITERATION = 12'h128, BUS = 12'h12c, FIRST_COUNTER = 12'h140,
      LAST_COUNTER = 12'h17c;

  wire counter = addr >= FIRST_COUNTER && addr <= LAST_COUNTER;
  wire locked = addr == CLEAR || addr == SEED || (addr >= LIST_ADDR_LO && addr <= TIMEOUT);
  wire writable = locked || addr == CONTROL || addr == IRQ_ENABLE || addr == IRQ_STATUS;
  // The page of the core is the registers' own business: which of its words exist differs.
  wire in_core = addr < CONTROL;
  wire exists = (addr >= CONTROL && addr <= BUS) || counter;
  wire bad_start = addr == CONTROL && wdata[0] && (running || draining || wdata[1]);
  wire bad_write = !writable || wstrb != 4'hf || (locked && running) || bad_start;
  wire refused = addr[1:0] != 0 || (!in_core && !exists) || (write && bad_write);
  wire go = access && write && !error;

  always @* begin
    if (refused) assert (error);
    if (!refused && (!in_core || addr == CLEAR)) assert (!error);
    assert (clear == (go && addr == CLEAR));
    assert (seed_valid == (go && addr == SEED));
    assert (start == (go && addr == CONTROL && wdata[0]));
    assert (soft_reset == (go && addr == CONTROL && wdata[1]));
    assert (force_reset == (soft_reset && wdata[2]));
    assert (reg_read == (access && !write && !error && in_core));
    if (reg_read) assert (reg_index == addr[7:2]);
    if (access && counter) assert (count_word == addr[11:2]);
  end

  // Registers of our own.
  reg [63:0] my_list_addr;
  reg [15:0] my_list_length;
  reg [15:0] my_batches;
  reg [31:0] my_timeout;
  reg [ 1:0] my_enable;
  reg [ 1:0] my_status;
  reg        my_error;
  reg        read_core;  // where the last good read was
  reg [31:0] read_value;

  always @(posedge clk) begin
    if (go && addr == LIST_ADDR_LO) my_list_addr[31:0] <= wdata;
    if (go && addr == LIST_ADDR_HI) my_list_addr[63:32] <= wdata;
    if (go && addr == LIST_LENGTH) my_list_length <= wdata[15:0];
    if (go && addr == BATCHES) my_batches <= wdata[15:0];
    if (go && addr == TIMEOUT) my_timeout <= wdata;
    if (go && addr == IRQ_ENABLE) my_enable <= wdata[1:0];
    if (go && addr == IRQ_STATUS) my_status <= (my_status & ~wdata[1:0]) | {set_error, set_done};
    else my_status <= my_status | {set_error, set_done};
    my_error <= access && error;
    if (access && !write && !error) begin
      read_core <= in_core;
      case (addr)
        CONTROL: read_value <= 0;
        RUN_STATUS: read_value <= {18'd0, code, 4'd0, draining, failed, done, running};
        ERROR_INDEX: read_value <= {16'd0, index};
        LIST_ADDR_LO: read_value <= my_list_addr[31:0];
        LIST_ADDR_HI: read_value <= my_list_addr[63:32];
        LIST_LENGTH: read_value <= {16'd0, my_list_length};
        BATCHES: read_value <= {16'd0, my_batches};
        TIMEOUT: read_value <= my_timeout;
        IRQ_ENABLE: read_value <= {30'd0, my_enable};
        IRQ_STATUS: read_value <= {30'd0, my_status};
        ITERATION: read_value <= {16'd0, iteration};
        BUS: read_value <= {8'd0, 8'd`ADDRESS_BITS, 16'd`DATA_BITS};
        default: read_value <= count_data;
      endcase
    end
    if (!rst_n) begin
      my_list_addr   <= 0;
      my_list_length <= 0;
      my_batches     <= 0;
      my_timeout     <= 65536;
      my_enable      <= 0;
      my_status      <= 0;
      my_error       <= 0;
      read_core      <= 0;
      read_value     <= 0;
    end
  end

  always @*
    if (begun) begin
      assert (list_addr == my_list_addr && list_length == my_list_length);
      assert (batches == my_batches && timeout == my_timeout);
      assert (in_enable == my_enable && in_status == my_status);
      assert (irq == ((my_enable & my_status) != 0));
      assert (host_error == my_error);
      assert (in_page == read_core);
      if (!read_core) assert (in_value == read_value && rdata == read_value);
      if (read_core) assert (rdata == reg_data);
    end

  always @(posedge clk)
    if (begun && rst_n) begin
      cover (irq && my_status == 3);
      cover (host_error);
      cover (!read_core && read_value == 32'h12345678 && my_timeout == 5);
      cover (start && my_batches == 2 && my_list_length == 7);
      cover ($past(my_status == 3 && rst_n) && my_status == 1);
    end

endmodule

`default_nettype wire
