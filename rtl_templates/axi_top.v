// SPDX-License-Identifier: Apache-2.0
// <%name%>_top: training systolic array on AXI4, <%config_line%>.
//
// Contract   Control through an AXI4-Lite slave; a run works through a list of descriptors in memory: transfers
//            between memory and the buffers, and commands of the array, in the order that tokens ask for.
//            Descriptors and data go over an AXI4 master of <%data_bits%> data and <%address_bits%> address bits.
//            irq_o tells the end of a run. Every output is registered or derived from registers: no combinational
//            path from an input to an output.
// Parameters None: this module has them baked in.
// Numerics   Signed operands of <%operand_bits%> bits, accumulators of <%accumulator_bits%> bits, overflow policy <%overflow%>.
// Reset      Synchronous, active low: idle at once, whatever runs; nothing is outstanding on the bus, so its other
//            side must be reset too. Bank contents stay. One cycle is enough.
// Trace      With GRADLOOM_TRACE defined, trace_* outputs show every access of the array to its banks.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_top (
<%#ports%>
    <%dir%> wire <%range_pad%><%name%><%#comma%>,<%/comma%>  // <%description%>
<%/ports%>
`ifdef GRADLOOM_TRACE
<%#trace_ports%>
    , output wire <%range_pad%><%name%>  // <%description%>
<%/trace_ports%>
`endif
);

  localparam DATA_W = <%data_bits%>;
  localparam ADDRESS_BITS = <%address_bits%>;
  localparam ADDR_W = <%addr_w%>;
  localparam GROUP_W = <%group_w%>;
  localparam BEATS_W = <%beats_w%>;
  localparam LANES_W = <%lanes_w%>;
  localparam AGE_W = 38;  // iteration, index, wait, signal
  localparam MOVE_W = AGE_W + 72 + 2 * ADDR_W + ADDRESS_BITS + BEATS_W;
  localparam COMMAND_W = AGE_W<%#command_pins%> + <%pin_w%><%/command_pins%>;

  // Registers.
  wire                    access;
  wire                    access_write;
  wire [            11:0] access_addr;
  wire [            31:0] access_wdata;
  wire [             3:0] access_wstrb;
  wire                    access_error;
  wire [            31:0] access_rdata;

  <%name%>_axil_slave u_slave (
      .clk_i    (clk_i),
      .rst_ni   (rst_ni),
      .awaddr_i (s_axil_awaddr),
      .awvalid_i(s_axil_awvalid),
      .awready_o(s_axil_awready),
      .wdata_i  (s_axil_wdata),
      .wstrb_i  (s_axil_wstrb),
      .wvalid_i (s_axil_wvalid),
      .wready_o (s_axil_wready),
      .bresp_o  (s_axil_bresp),
      .bvalid_o (s_axil_bvalid),
      .bready_i (s_axil_bready),
      .araddr_i (s_axil_araddr),
      .arvalid_i(s_axil_arvalid),
      .arready_o(s_axil_arready),
      .rdata_o  (s_axil_rdata),
      .rresp_o  (s_axil_rresp),
      .rvalid_o (s_axil_rvalid),
      .rready_i (s_axil_rready),
      .access_o (access),
      .write_o  (access_write),
      .addr_o   (access_addr),
      .wdata_o  (access_wdata),
      .wstrb_o  (access_wstrb),
      .error_i  (access_error),
      .rdata_i  (access_rdata)
  );

  wire [             5:0] reg_index;
  wire                    reg_read;
  wire [            31:0] reg_data;
  wire                    clear;
  wire                    seed_valid;
  wire                    host_error;
  wire [             9:0] count_word;
  wire [            31:0] count_data;
  wire                    start;
  wire                    soft_reset;
  wire                    force_reset;
  wire [            63:0] list_addr;
  wire [            15:0] list_length;
  wire [            15:0] batches;
  wire [            31:0] timeout;
  wire                    running;
  wire                    run_done;
  wire                    run_failed;
  wire                    bus_busy;
  wire [             5:0] run_code;
  wire [            15:0] run_index;
  wire [            15:0] iteration;
  wire                    set_done;
  wire                    set_error;

  <%name%>_bus_registers u_registers (
      .clk_i        (clk_i),
      .rst_ni       (rst_ni),
      .access_i     (access),
      .write_i      (access_write),
      .addr_i       (access_addr),
      .wdata_i      (access_wdata),
      .wstrb_i      (access_wstrb),
      .error_o      (access_error),
      .rdata_o      (access_rdata),
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
      .done_i       (run_done),
      .failed_i     (run_failed),
      .draining_i   (bus_busy & ~running),
      .code_i       (run_code),
      .index_i      (run_index),
      .iteration_i  (iteration),
      .set_done_i   (set_done),
      .set_error_i  (set_error),
      .irq_o        (irq_o)
  );

  // The run. Engines: 0 load, 1 compute, 2 store.
  wire                    go;
  wire                    enable;
  wire                    dropping;
  wire                    flush;
  wire                    forget;
  wire                    renew;
  wire                    fetch_ended;
  wire                    fetch_blocked;
  wire                    fetch_fail;
  wire                    fetch_bus_fail;
  wire [             5:0] fetch_code;
  wire [            15:0] fetch_index;
  wire [            15:0] coming_index;
  wire [             2:0] head_valid;
  wire [             2:0] head_start;
  wire [            31:0] load_age;
  wire [            31:0] compute_age;
  wire [            31:0] store_age;
  wire [             2:0] load_wait;
  wire [             2:0] compute_wait;
  wire [             2:0] store_wait;
  wire [             2:0] engine_ready;
  wire [             2:0] engine_busy;
  wire [             2:0] engine_done;
  wire [             2:0] load_done_signal;
  wire [             2:0] compute_done_signal;
  wire [             2:0] store_done_signal;
  wire [            15:0] load_index;
  wire [            15:0] compute_index;
  wire [            15:0] store_index;
  wire                    compute_done;
  wire [             3:0] compute_code;
  wire                    load_error;
  wire                    load_decerr;
  wire                    store_error;
  wire                    store_decerr;
  wire [             2:0] overflow;
  wire                    deadlock;
  wire [            15:0] oldest;
  wire                    read_busy;
  wire                    read_data_busy;
  wire                    read_moved;
  wire                    write_busy;
  wire                    write_moved;

  wire                    command_fail = compute_done & (compute_code != 4'd0);
  wire                    overflown = overflow != 3'b000;
  wire [             5:0] fail_code =
      command_fail ? {2'b01, compute_code} : overflown ? 6'd14 : fetch_fail ? fetch_code : 6'd15;
  wire [            15:0] overflow_index =
      overflow[0] ? load_index : overflow[1] ? compute_index : store_index;
  wire [            15:0] fail_index =
      command_fail ? compute_index : overflown ? overflow_index : fetch_fail ? fetch_index : oldest;
  wire [             5:0] bus_fail_code =
      load_error ? (load_decerr ? 6'd34 : 6'd33) :
      store_error ? (store_decerr ? 6'd36 : 6'd35) : fetch_code;
  wire [            15:0] bus_fail_index =
      load_error ? load_index : store_error ? store_index : fetch_index;

  assign bus_busy = read_busy | write_busy;

  <%name%>_run_control u_control (
      .clk_i           (clk_i),
      .rst_ni          (rst_ni),
      .start_i         (start),
      .soft_reset_i    (soft_reset),
      .force_i         (force_reset),
      .list_addr_i     (list_addr),
      .list_length_i   (list_length),
      .batches_i       (batches),
      .timeout_i       (timeout),
      .running_o       (running),
      .done_o          (run_done),
      .failed_o        (run_failed),
      .code_o          (run_code),
      .index_o         (run_index),
      .set_done_o      (set_done),
      .set_error_o     (set_error),
      .go_o            (go),
      .enable_o        (enable),
      .dropping_o      (dropping),
      .flush_o         (flush),
      .forget_o        (forget),
      .renew_o         (renew),
      .ended_i         (fetch_ended),
      .waiting_i       (|head_valid),
      .busy_i          (|engine_busy),
      .bus_busy_i      (bus_busy),
      .bus_moved_i     (read_moved | write_moved),
      .fail_i          (command_fail | overflown | fetch_fail | deadlock),
      .fail_code_i     (fail_code),
      .fail_index_i    (fail_index),
      .bus_fail_i      (load_error | store_error | fetch_bus_fail),
      .bus_fail_code_i (bus_fail_code),
      .bus_fail_index_i(bus_fail_index),
      .timeout_index_i (read_data_busy ? load_index : write_busy ? store_index : coming_index)
  );

  <%name%>_tokens u_tokens (
      .clk_i        (clk_i),
      .rst_ni       (rst_ni),
      .clear_i      (go),
      .enable_i     (enable),
      .head_valid_i (head_valid),
      .head_wait_i  ({store_wait, compute_wait, load_wait}),
      .head_age_i   ({store_age, compute_age, load_age}),
      .start_o      (head_start),
      .ready_i      (engine_ready),
      .busy_i       (engine_busy),
      .done_i       (engine_done),
      .signal_i     ({store_done_signal, compute_done_signal, load_done_signal}),
      .overflow_o   (overflow),
      .fetch_stuck_i(fetch_blocked | fetch_ended),
      .deadlock_o   (deadlock),
      .oldest_o     (oldest)
  );

  // Descriptors.
  wire                    fetch_req_valid;
  wire                    fetch_req_ready;
  wire [ADDRESS_BITS-1:0] fetch_req_addr;
  wire                    fetch_beat_valid;
  wire [             2:0] out_valid;
  wire [             2:0] out_ready;
  wire [             2:0] out_wait;
  wire [             2:0] out_signal;
  wire [             7:0] out_buffer;
  wire [      ADDR_W-1:0] out_base;
  wire [            15:0] out_vectors;
  wire [            15:0] out_blocks;
  wire [      ADDR_W-1:0] out_bank_stride;
  wire [ADDRESS_BITS-1:0] out_addr;
  wire [            31:0] out_block_stride;
  wire [     BEATS_W-1:0] out_block_beats;
  wire [     LANES_W-1:0] out_last_lanes;
  wire [           511:0] out_words;

  <%name%>_fetch #(
      .DATA_W      (DATA_W),
      .ADDRESS_BITS(ADDRESS_BITS),
      .ADDR_W      (ADDR_W),
      .BEATS_W     (BEATS_W)
  ) u_fetch (
      .clk_i             (clk_i),
      .rst_ni            (rst_ni),
      .flush_i           (flush | dropping),
      .go_i              (go),
      .list_addr_i       (list_addr[ADDRESS_BITS-1:0]),
      .list_length_i     (list_length),
      .batches_i         (batches),
      .req_valid_o       (fetch_req_valid),
      .req_ready_i       (fetch_req_ready),
      .req_addr_o        (fetch_req_addr),
      .coming_index_o    (coming_index),
      .beat_valid_i      (fetch_beat_valid),
      .beat_data_i       (m_axi_rdata),
      .beat_resp_i       (m_axi_rresp),
      .out_valid_o       (out_valid),
      .out_ready_i       (out_ready),
      .out_wait_o        (out_wait),
      .out_signal_o      (out_signal),
      .out_buffer_o      (out_buffer),
      .out_base_o        (out_base),
      .out_vectors_o     (out_vectors),
      .out_blocks_o      (out_blocks),
      .out_bank_stride_o (out_bank_stride),
      .out_addr_o        (out_addr),
      .out_block_stride_o(out_block_stride),
      .out_block_beats_o (out_block_beats),
      .out_last_lanes_o  (out_last_lanes),
      .out_words_o       (out_words),
      .ended_o           (fetch_ended),
      .blocked_o         (fetch_blocked),
      .fail_o            (fetch_fail),
      .bus_fail_o        (fetch_bus_fail),
      .code_o            (fetch_code),
      .index_o           (fetch_index),
      .iteration_o       (iteration)
  );

  // Queues. The age of a descriptor is {iteration, index}.
  wire                    queue_rst_n = rst_ni & ~flush & ~dropping;
  wire [       AGE_W-1:0] out_age = {out_wait, out_signal, iteration, fetch_index};
  wire [      MOVE_W-1:0] out_move = {
    out_age, out_buffer, out_base, out_vectors, out_blocks, out_bank_stride, out_addr, out_block_stride, out_block_beats
  };
  wire [             2:0] load_signal;
  wire [             7:0] load_buffer;
  wire [      ADDR_W-1:0] load_base;
  wire [            15:0] load_vectors;
  wire [            15:0] load_blocks;
  wire [      ADDR_W-1:0] load_bank_stride;
  wire [ADDRESS_BITS-1:0] load_addr;
  wire [            31:0] load_block_stride;
  wire [     BEATS_W-1:0] load_block_beats;

  <%name%>_fifo #(
      .WIDTH(MOVE_W),
      .DEPTH(<%queue_depth%>),
      .PTR_W(<%queue_ptr_w%>),
      .CNT_W(<%queue_cnt_w%>)
  ) u_load_queue (
      .clk_i      (clk_i),
      .rst_ni     (queue_rst_n),
      .in_valid_i (out_valid[0]),
      .in_ready_o (out_ready[0]),
      .in_data_i  (out_move),
      .out_valid_o(head_valid[0]),
      .out_ready_i(head_start[0]),
      .out_data_o ({
        load_wait, load_signal, load_age, load_buffer, load_base, load_vectors, load_blocks, load_bank_stride,
        load_addr, load_block_stride, load_block_beats
      })
  );

  wire [             2:0] store_signal;
  wire [             7:0] store_buffer;
  wire [      ADDR_W-1:0] store_base;
  wire [            15:0] store_vectors;
  wire [            15:0] store_blocks;
  wire [      ADDR_W-1:0] store_bank_stride;
  wire [ADDRESS_BITS-1:0] store_addr;
  wire [            31:0] store_block_stride;
  wire [     BEATS_W-1:0] store_block_beats;
  wire [     LANES_W-1:0] store_last_lanes;

  <%name%>_fifo #(
      .WIDTH(MOVE_W + LANES_W),
      .DEPTH(<%queue_depth%>),
      .PTR_W(<%queue_ptr_w%>),
      .CNT_W(<%queue_cnt_w%>)
  ) u_store_queue (
      .clk_i      (clk_i),
      .rst_ni     (queue_rst_n),
      .in_valid_i (out_valid[2]),
      .in_ready_o (out_ready[2]),
      .in_data_i  ({out_move, out_last_lanes}),
      .out_valid_o(head_valid[2]),
      .out_ready_i(head_start[2]),
      .out_data_o ({
        store_wait, store_signal, store_age, store_buffer, store_base, store_vectors, store_blocks, store_bank_stride,
        store_addr, store_block_stride, store_block_beats, store_last_lanes
      })
  );

  wire [             2:0] compute_signal;
<%#command_pins%>
  wire [<%pin_w%>-1:0] cmd_<%name%>;
<%/command_pins%>

  <%name%>_fifo #(
      .WIDTH(COMMAND_W),
      .DEPTH(<%queue_depth%>),
      .PTR_W(<%queue_ptr_w%>),
      .CNT_W(<%queue_cnt_w%>)
  ) u_compute_queue (
      .clk_i      (clk_i),
      .rst_ni     (queue_rst_n),
      .in_valid_i (out_valid[1]),
      .in_ready_o (out_ready[1]),
      .in_data_i  ({
<%#command_pins%>
        <%#extend%>{<%extend_w%>{1'b0}}, <%/extend%>out_words[<%lsb%>+:<%taken%>],  // <%name%>
<%/command_pins%>
        out_age
      }),
      .out_valid_o(head_valid[1]),
      .out_ready_i(head_start[1]),
      .out_data_o ({
<%#command_pins%>
        cmd_<%name%>,
<%/command_pins%>
        compute_wait, compute_signal, compute_age
      })
  );

  // Engines, and the AXI4 master.
  wire                    engine_rst_n = rst_ni & ~flush;
  wire                    load_region_valid;
  wire                    load_region_ready;
  wire [ADDRESS_BITS-1:0] load_region_addr;
  wire [     BEATS_W-1:0] load_region_beats;
  wire                    read_beat_valid;
  wire                    read_beat_ready;
  wire [      DATA_W-1:0] read_beat_data;
  wire [             1:0] read_beat_resp;
  wire                    read_data_beat;
  wire                    ld_valid;
  wire                    ld_ready;
  wire [             7:0] ld_buffer;
  wire [     GROUP_W-1:0] ld_group;
  wire [      ADDR_W-1:0] ld_addr;
  wire [      DATA_W-1:0] ld_data;

  <%name%>_dma_load #(
      .DATA_W      (DATA_W),
      .ADDRESS_BITS(ADDRESS_BITS),
      .ADDR_W      (ADDR_W),
      .GROUP_W     (GROUP_W),
      .BEATS_W     (BEATS_W)
  ) u_load (
      .clk_i         (clk_i),
      .rst_ni        (engine_rst_n),
      .ready_o       (engine_ready[0]),
      .start_i       (head_start[0]),
      .buffer_i      (load_buffer),
      .base_i        (load_base),
      .vectors_i     (load_vectors),
      .blocks_i      (load_blocks),
      .bank_stride_i (load_bank_stride),
      .addr_i        (load_addr),
      .block_stride_i(load_block_stride),
      .block_beats_i (load_block_beats),
      .signal_i      (load_signal),
      .index_i       (load_age[15:0]),
      .busy_o        (engine_busy[0]),
      .done_o        (engine_done[0]),
      .signal_o      (load_done_signal),
      .index_o       (load_index),
      .error_o       (load_error),
      .error_decerr_o(load_decerr),
      .region_valid_o(load_region_valid),
      .region_ready_i(load_region_ready),
      .region_addr_o (load_region_addr),
      .region_beats_o(load_region_beats),
      .beat_valid_i  (read_beat_valid),
      .beat_ready_o  (read_beat_ready),
      .beat_data_i   (read_beat_data),
      .beat_resp_i   (read_beat_resp),
      .ld_valid_o    (ld_valid),
      .ld_ready_i    (ld_ready),
      .ld_buffer_o   (ld_buffer),
      .ld_group_o    (ld_group),
      .ld_addr_o     (ld_addr),
      .ld_data_o     (ld_data)
  );

  <%name%>_axi_read #(
      .DATA_W      (DATA_W),
      .ADDRESS_BITS(ADDRESS_BITS),
      .BEATS_W     (BEATS_W)
  ) u_read (
      .clk_i             (clk_i),
      .rst_ni            (rst_ni),
      .flush_i           (flush),
      .forget_i          (forget),
      .renew_i           (renew),
      .busy_o            (read_busy),
      .data_busy_o       (read_data_busy),
      .moved_o           (read_moved),
      .fetch_valid_i     (fetch_req_valid & ~dropping),  // not another one once a run ends
      .fetch_ready_o     (fetch_req_ready),
      .fetch_addr_i      (fetch_req_addr),
      .fetch_beat_valid_o(fetch_beat_valid),
      .region_valid_i    (load_region_valid),
      .region_ready_o    (load_region_ready),
      .region_addr_i     (load_region_addr),
      .region_beats_i    (load_region_beats),
      .data_beat_o       (read_data_beat),
      .beat_valid_o      (read_beat_valid),
      .beat_ready_i      (read_beat_ready),
      .beat_data_o       (read_beat_data),
      .beat_resp_o       (read_beat_resp),
      .arid_o            (m_axi_arid),
      .araddr_o          (m_axi_araddr),
      .arlen_o           (m_axi_arlen),
      .arvalid_o         (m_axi_arvalid),
      .arready_i         (m_axi_arready),
      .rid_i             (m_axi_rid),
      .rdata_i           (m_axi_rdata),
      .rresp_i           (m_axi_rresp),
      .rlast_i           (m_axi_rlast),
      .rvalid_i          (m_axi_rvalid),
      .rready_o          (m_axi_rready)
  );

  wire                    store_region_valid;
  wire                    store_region_ready;
  wire [ADDRESS_BITS-1:0] store_region_addr;
  wire [     BEATS_W-1:0] store_region_beats;
  wire                    store_region_last;
  wire                    store_beat_valid;
  wire                    store_beat_ready;
  wire [      DATA_W-1:0] store_beat_data;
  wire                    store_last_done;
  wire                    write_data_beat;
  wire                    st_valid;
  wire                    st_ready;
  wire [             7:0] st_buffer;
  wire [     GROUP_W-1:0] st_group;
  wire [      ADDR_W-1:0] st_addr;
  wire [      DATA_W-1:0] st_data;

  <%name%>_dma_store #(
      .DATA_W      (DATA_W),
      .ADDRESS_BITS(ADDRESS_BITS),
      .ADDR_W      (ADDR_W),
      .GROUP_W     (GROUP_W),
      .BEATS_W     (BEATS_W),
      .LANES_W     (LANES_W)
  ) u_store (
      .clk_i         (clk_i),
      .rst_ni        (engine_rst_n),
      .ready_o       (engine_ready[2]),
      .start_i       (head_start[2]),
      .buffer_i      (store_buffer),
      .base_i        (store_base),
      .vectors_i     (store_vectors),
      .blocks_i      (store_blocks),
      .bank_stride_i (store_bank_stride),
      .last_lanes_i  (store_last_lanes),
      .addr_i        (store_addr),
      .block_stride_i(store_block_stride),
      .block_beats_i (store_block_beats),
      .signal_i      (store_signal),
      .index_i       (store_age[15:0]),
      .busy_o        (engine_busy[2]),
      .done_o        (engine_done[2]),
      .signal_o      (store_done_signal),
      .index_o       (store_index),
      .region_valid_o(store_region_valid),
      .region_ready_i(store_region_ready),
      .region_addr_o (store_region_addr),
      .region_beats_o(store_region_beats),
      .region_last_o (store_region_last),
      .beat_valid_o  (store_beat_valid),
      .beat_ready_i  (store_beat_ready),
      .beat_data_o   (store_beat_data),
      .last_done_i   (store_last_done),
      .st_valid_o    (st_valid),
      .st_ready_i    (st_ready),
      .st_buffer_o   (st_buffer),
      .st_group_o    (st_group),
      .st_addr_o     (st_addr),
      .st_data_i     (st_data)
  );

  <%name%>_axi_write #(
      .DATA_W      (DATA_W),
      .ADDRESS_BITS(ADDRESS_BITS),
      .BEATS_W     (BEATS_W)
  ) u_write (
      .clk_i         (clk_i),
      .rst_ni        (rst_ni),
      .flush_i       (flush),
      .forget_i      (forget),
      .renew_i       (renew),
      .busy_o        (write_busy),
      .moved_o       (write_moved),
      .data_beat_o   (write_data_beat),
      .region_valid_i(store_region_valid),
      .region_ready_o(store_region_ready),
      .region_addr_i (store_region_addr),
      .region_beats_i(store_region_beats),
      .region_last_i (store_region_last),
      .beat_valid_i  (store_beat_valid),
      .beat_ready_o  (store_beat_ready),
      .beat_data_i   (store_beat_data),
      .last_done_o   (store_last_done),
      .error_o       (store_error),
      .error_decerr_o(store_decerr),
      .awid_o        (m_axi_awid),
      .awaddr_o      (m_axi_awaddr),
      .awlen_o       (m_axi_awlen),
      .awvalid_o     (m_axi_awvalid),
      .awready_i     (m_axi_awready),
      .wdata_o       (m_axi_wdata),
      .wstrb_o       (m_axi_wstrb),
      .wlast_o       (m_axi_wlast),
      .wvalid_o      (m_axi_wvalid),
      .wready_i      (m_axi_wready),
      .bid_i         (m_axi_bid),
      .bresp_i       (m_axi_bresp),
      .bvalid_i      (m_axi_bvalid),
      .bready_o      (m_axi_bready)
  );

  assign m_axi_arsize  = 3'd<%beat_shift%>;
  assign m_axi_arburst = 2'b01;
  assign m_axi_arlock  = 1'b0;
  assign m_axi_arcache = 4'b0011;
  assign m_axi_arprot  = 3'b000;
  assign m_axi_awsize  = 3'd<%beat_shift%>;
  assign m_axi_awburst = 2'b01;
  assign m_axi_awlock  = 1'b0;
  assign m_axi_awcache = 4'b0011;
  assign m_axi_awprot  = 3'b000;

  // Commands, and the core.
  wire                    cmd_valid;
  wire                    cmd_ready;
  wire                    core_done_valid;
  wire                    core_done_ready;
  wire [             3:0] core_done_code;
  wire                    slot;
  wire                    core_waiting;
  wire                    core_draining;
  wire                    unused_core_busy;

  <%name%>_issue u_issue (
      .clk_i       (clk_i),
      .rst_ni      (engine_rst_n),
      .ready_o     (engine_ready[1]),
      .start_i     (head_start[1]),
      .signal_i    (compute_signal),
      .index_i     (compute_age[15:0]),
      .busy_o      (engine_busy[1]),
      .done_o      (compute_done),
      .signal_o    (compute_done_signal),
      .index_o     (compute_index),
      .code_o      (compute_code),
      .cmd_valid_o (cmd_valid),
      .cmd_ready_i (cmd_ready),
      .done_valid_i(core_done_valid),
      .done_ready_o(core_done_ready),
      .done_code_i (core_done_code)
  );

  assign engine_done[1] = compute_done & (compute_code == 4'd0);

  <%name%>_core u_core (
      .clk_i       (clk_i),
      .rst_ni      (engine_rst_n),
      .cmd_valid_i (cmd_valid),
      .cmd_ready_o (cmd_ready),
<%#command_pins%>
      .cmd_<%name%>_i(cmd_<%name%>),
<%/command_pins%>
      .done_valid_o(core_done_valid),
      .done_ready_i(core_done_ready),
      .done_code_o (core_done_code),
      .ld_valid_i  (ld_valid),
      .ld_ready_o  (ld_ready),
      .ld_buffer_i (ld_buffer),
      .ld_group_i  (ld_group),
      .ld_addr_i   (ld_addr),
      .ld_data_i   (ld_data),
      .st_valid_i  (st_valid),
      .st_ready_o  (st_ready),
      .st_buffer_i (st_buffer),
      .st_group_i  (st_group),
      .st_addr_i   (st_addr),
      .st_data_o   (st_data),
      .reg_index_i (reg_index),
      .reg_read_i  (reg_read),
      .reg_data_o  (reg_data),
      .clear_i     (clear),
      .seed_valid_i(seed_valid),
      .seed_i      (access_wdata),
      .host_error_i(host_error),
      .slot_o      (slot),
      .waiting_o   (core_waiting),
      .draining_o  (core_draining),
      .busy_o      (unused_core_busy)
`ifdef GRADLOOM_TRACE
<%#trace_ports%>
      , .<%name%>(<%name%>)
<%/trace_ports%>
`endif
  );

  <%name%>_run_counters u_counters (
      .clk_i       (clk_i),
      .rst_ni      (rst_ni),
      .clear_i     (start),
      .run_i       (running),
      .slot_i      (slot),
      .waiting_i   (core_waiting),
      .draining_i  (core_draining),
      .read_beat_i (read_data_beat & running),
      .write_beat_i(write_data_beat & running),
      .fetch_beat_i(fetch_beat_valid & running),
      .word_i      (count_word),
      .data_o      (count_data)
  );

  wire unused_pins = &{1'b0, s_axil_awprot, s_axil_arprot, out_words};

endmodule

`default_nettype wire
