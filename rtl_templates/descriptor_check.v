// SPDX-License-Identifier: Apache-2.0
// <%name%>_descriptor_check: is a descriptor good?
//
// Contract   Combinational. code_o is the first error code that applies (docs/bus.md, section 5: 2..13), 0 if the
//            descriptor is good. bank_end_i is the bank address behind the last one, memory_end_i the address
//            behind the last byte; both are for LOAD and STORE only, and right if no lower code applies.
// Parameters ADDRESS_BITS, SUM_W (bits of memory_end_i), SHIFT = log2 of the bytes of a beat.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_descriptor_check #(
    parameter ADDRESS_BITS = <%address_bits%>,
    parameter SUM_W        = <%sum_w%>,
    parameter SHIFT        = <%beat_shift%>
) (
    input  wire [    511:0] words_i,
    input  wire [     15:0] index_i,
    input  wire [     15:0] list_length_i,
    input  wire [     33:0] bank_end_i,
    input  wire [SUM_W-1:0] memory_end_i,
    output wire             is_end_o,
    output wire             is_transfer_o,
    output wire             is_next_o,
    output wire [      2:0] engine_o,
    output reg  [      7:0] buffer_o,
    output wire [      5:0] code_o
);

  localparam [SUM_W-1:0] MEMORY_ONE = 1;
  localparam [SUM_W-1:0] MEMORY_ROOM = MEMORY_ONE << ADDRESS_BITS;

  // Word 0.
  wire [3:0] kind = words_i[3:0];
  wire [2:0] waits = words_i[10:8];
  wire [2:0] signals = words_i[13:11];
  wire       ahead = words_i[14];
  wire       is_load = kind == 4'd1;
  wire       is_store = kind == 4'd2;
  wire       is_compute = kind == 4'd3;

  assign is_end_o      = kind == 4'd0;
  assign is_transfer_o = is_load | is_store;
  assign is_next_o     = kind == 4'd4;
  assign engine_o      = {is_store, is_compute, is_load};

  wire reserved_end = |{<%#reserved_end%>
      words_i[<%lsb%>+:32] & 32'h<%mask%><%#comma%>,<%/comma%><%/reserved_end%>
  };
  wire reserved_transfer = |{<%#reserved_transfer%>
      words_i[<%lsb%>+:32] & 32'h<%mask%><%#comma%>,<%/comma%><%/reserved_transfer%>
  };
  wire reserved_compute = |{<%#reserved_compute%>
      words_i[<%lsb%>+:32] & 32'h<%mask%><%#comma%>,<%/comma%><%/reserved_compute%>
  };
  wire reserved_next = |{<%#reserved_next%>
      words_i[<%lsb%>+:32] & 32'h<%mask%><%#comma%>,<%/comma%><%/reserved_next%>
  };

  wire bad_version = words_i[7:4] != 4'd1;
  wire bad_kind = kind > 4'd4;
  wire reserved = (is_end_o & reserved_end) | (is_transfer_o & reserved_transfer) |
      (is_compute & reserved_compute) | (is_next_o & reserved_next);
  wire bad_sync = (|((waits | signals) & engine_o)) | (ahead & ~is_load) |
      ((engine_o == 3'b000) & (|(waits | signals)));

  // LOAD and STORE.
  reg [16:0] depth;

  always @* begin
    buffer_o = 8'd0;
    depth    = 17'd0;
    case (words_i[99:96])
<%#bus_buffers%>
      4'd<%code%>: begin
        buffer_o = <%one_hot%>;
        depth    = 17'd<%words%>;
      end
<%/bus_buffers%>
      default: begin
      end
    endcase
  end

  wire [63:0] address = words_i[95:32];
  wire [63:0] address_above = address >> (ADDRESS_BITS - 1) >> 1;
  wire [SHIFT-1:0] unaligned = address[SHIFT-1:0] | words_i[160+:SHIFT] | words_i[192+:SHIFT];
  wire bad_buffer = buffer_o == 8'd0;
  wire zero_size = (words_i[143:128] == 16'd0) | (words_i[159:144] == 16'd0);
  wire no_fit = bank_end_i > {17'd0, depth};
  wire bad_address = (unaligned != {SHIFT{1'b0}}) | (address_above != 64'd0) |
      (memory_end_i > MEMORY_ROOM);
  wire bad_lanes = (words_i[255:240] == 16'd0) | (words_i[255:240] > 16'd<%bus_lanes%>);

  // NEXT, and the end of the list.
  wire bad_more = words_i[63:32] > {16'd0, index_i};
  wire bad_done = (words_i[95:64] <= {16'd0, index_i}) | (words_i[95:64] >= {16'd0, list_length_i});
  wire last = index_i == (list_length_i - 16'd1);
  wire no_end = last & ~is_end_o & ~is_next_o;

  // COMPUTE: fields that are wider than the pins of the core.
  wire bad_field = |{<%#command_cuts%>
      words_i[<%cut_lsb%>+:<%cut_w%>],  // <%name%><%/command_cuts%>
      1'b0
  };

  assign code_o =
      bad_version ? 6'd2 :
      bad_kind ? 6'd3 :
      reserved ? 6'd4 :
      bad_sync ? 6'd5 :
      (is_transfer_o & bad_buffer) ? 6'd6 :
      (is_transfer_o & zero_size) ? 6'd7 :
      (is_transfer_o & no_fit) ? 6'd8 :
      (is_transfer_o & bad_address) ? 6'd9 :
      (is_transfer_o & bad_lanes) ? 6'd10 :
      (is_next_o & (bad_more | bad_done)) ? 6'd11 :
      no_end ? 6'd12 :
      (is_compute & bad_field) ? 6'd13 : 6'd0;

endmodule

`default_nettype wire
