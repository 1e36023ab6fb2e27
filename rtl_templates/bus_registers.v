// SPDX-License-Identifier: Apache-2.0
// <%name%>_bus_registers: the registers of the AXI4-Lite slave, and the interrupt.
//
// Contract   An access (access_i) is carried out in its cycle; error_o is 1 in the same cycle if it is refused, and
//            then it changes nothing. Data of a read are there one cycle later. Registers of the page are those
//            of the core. start_o, soft_reset_o, force_o, clear_o, seed_valid_o and host_error_o last one cycle.
//            Refused: an address that is not a multiple of 4 or names no register; a write with a strobe 0, to a
//            read-only register, of list, batches, time-out, SEED or CLEAR during a run, of START during a run,
//            while draining or together with SOFT_RESET.
// Parameters None.
// Reset      Synchronous: all registers at their reset values.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_bus_registers (
    input  wire        clk_i,
    input  wire        rst_ni,
    // Register bus.
    input  wire        access_i,
    input  wire        write_i,
    input  wire [11:0] addr_i,
    input  wire [31:0] wdata_i,
    input  wire [ 3:0] wstrb_i,
    output wire        error_o,
    output wire [31:0] rdata_o,
    // Register page of the core.
    output wire [ 5:0] reg_index_o,
    output wire        reg_read_o,
    input  wire [31:0] reg_data_i,
    output wire        clear_o,
    output wire        seed_valid_o,
    output wire        host_error_o,
    // Counters of the run.
    output wire [ 9:0] count_word_o,
    input  wire [31:0] count_data_i,
    // The run.
    output wire        start_o,
    output wire        soft_reset_o,
    output wire        force_o,
    output wire [63:0] list_addr_o,
    output wire [15:0] list_length_o,
    output wire [15:0] batches_o,
    output wire [31:0] timeout_o,
    input  wire        running_i,
    input  wire        done_i,
    input  wire        failed_i,
    input  wire        draining_i,
    input  wire [ 5:0] code_i,
    input  wire [15:0] index_i,
    input  wire [15:0] iteration_i,
    // Interrupt: set_done_i and set_error_i last one cycle.
    input  wire        set_done_i,
    input  wire        set_error_i,
    output wire        irq_o
);

  reg  [31:0] list_addr_lo_q;
  reg  [31:0] list_addr_hi_q;
  reg  [15:0] list_length_q;
  reg  [15:0] batches_q;
  reg  [31:0] timeout_q;
  reg  [ 1:0] irq_enable_q;
  reg  [ 1:0] irq_status_q;
  reg         host_error_q;

  // What the address names.
  wire [ 9:0] word = addr_i[11:2];
  reg         exists;
  reg         page;
  reg         writable;
  reg         locked;

  always @* begin
    exists   = 1'b1;
    page     = 1'b0;
    writable = 1'b0;
    locked   = 1'b0;
    case (word)
<%#bus_registers%>
      10'd<%word%>: begin  // <%NAME%>
<%#page%>
        page = 1'b1;
<%/page%>
<%#writable%>
        writable = 1'b1;
<%/writable%>
<%#locked%>
        locked = 1'b1;
<%/locked%>
      end
<%/bus_registers%>
      default: exists = 1'b0;
    endcase
  end

<%#control_registers%>
<%#writable%>
  localparam [9:0] <%NAME%> = 10'd<%word%>;
<%/writable%>
<%/control_registers%>
  localparam [9:0] CLEAR = 10'd6;
  localparam [9:0] SEED = 10'd7;

  wire start_refused = (word == CONTROL) & wdata_i[0] & (running_i | draining_i | wdata_i[1]);
  wire write_refused = ~writable | (wstrb_i != 4'b1111) | (locked & running_i) | start_refused;
  wire refused = (addr_i[1:0] != 2'b00) | ~exists | (write_i & write_refused);
  wire write_go = access_i & write_i & ~refused;
  wire read_go = access_i & ~write_i & ~refused;
  wire control_go = write_go & (word == CONTROL);

  assign error_o      = refused;
  assign host_error_o = host_error_q;
  assign start_o      = control_go & wdata_i[0];
  assign soft_reset_o = control_go & wdata_i[1];
  assign force_o      = control_go & wdata_i[1] & wdata_i[2];
  assign clear_o      = write_go & (word == CLEAR);
  assign seed_valid_o = write_go & (word == SEED);
  assign reg_index_o  = word[5:0];
  assign reg_read_o   = read_go & page;
  assign count_word_o = word;

  // Writes.
  wire [1:0] irq_clear = {2{write_go & (word == IRQ_STATUS)}} & wdata_i[1:0];

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      list_addr_lo_q <= 32'd0;
      list_addr_hi_q <= 32'd0;
      list_length_q  <= 16'd0;
      batches_q      <= 16'd0;
      timeout_q      <= 32'd65536;
      irq_enable_q   <= 2'b00;
      irq_status_q   <= 2'b00;
      host_error_q   <= 1'b0;
    end else begin
      // A cycle later: an access that follows a soft reset counts, though the core is in reset then.
      host_error_q <= access_i & refused;
      if (write_go & (word == LIST_ADDR_LO)) list_addr_lo_q <= wdata_i;
      if (write_go & (word == LIST_ADDR_HI)) list_addr_hi_q <= wdata_i;
      if (write_go & (word == LIST_LENGTH)) list_length_q <= wdata_i[15:0];
      if (write_go & (word == BATCHES)) batches_q <= wdata_i[15:0];
      if (write_go & (word == TIMEOUT)) timeout_q <= wdata_i;
      if (write_go & (word == IRQ_ENABLE)) irq_enable_q <= wdata_i[1:0];
      irq_status_q <= (irq_status_q & ~irq_clear) | {set_error_i, set_done_i};
    end
  end

  assign list_addr_o   = {list_addr_hi_q, list_addr_lo_q};
  assign list_length_o = list_length_q;
  assign batches_o     = batches_q;
  assign timeout_o     = timeout_q;
  assign irq_o         = |(irq_status_q & irq_enable_q);

  // Reads. What is not in the list of values here is 0: CONTROL.
  wire [31:0] run_status = {16'd0, 2'b00, code_i, 4'd0, draining_i, failed_i, done_i, running_i};
  wire [31:0] error_index = {16'd0, index_i};
  wire [31:0] list_addr_lo = list_addr_lo_q;
  wire [31:0] list_addr_hi = list_addr_hi_q;
  wire [31:0] list_length = {16'd0, list_length_q};
  wire [31:0] batches = {16'd0, batches_q};
  wire [31:0] timeout = timeout_q;
  wire [31:0] irq_enable = {30'd0, irq_enable_q};
  wire [31:0] irq_status = {30'd0, irq_status_q};
  wire [31:0] iteration = {16'd0, iteration_i};
  wire [31:0] bus = {8'd0, 8'd<%address_bits%>, 16'd<%data_bits%>};
  wire [31:0] control = 32'd0;
  reg  [31:0] value;
  reg  [31:0] value_q;
  reg         page_q;

  always @* begin
    case (word)
<%#control_registers%>
      10'd<%word%>: value = <%name%>;
<%/control_registers%>
      default: value = count_data_i;
    endcase
  end

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      page_q  <= 1'b0;
      value_q <= 32'd0;
    end else if (read_go) begin
      page_q  <= page;
      value_q <= value;
    end
  end

  assign rdata_o = page_q ? reg_data_i : value_q;

endmodule

`default_nettype wire
