// gl2x2_int8_ram without contents: what a RAM macro, or a wrapper around one, replaces. Ports and parameters are
// those of rtl/gl2x2_int8_ram.v; handoff/rams.json lists the shapes that the design uses.
// Made by gradloom 0.1.0, configuration ea51a9188179f74c.
`default_nettype none

(* blackbox *)
module gl2x2_int8_ram #(
    parameter WIDTH  = 8,
    parameter DEPTH  = 1024,
    parameter ADDR_W = 10
) (
    input  wire              clk_i,
    input  wire              we_i,
    input  wire [ADDR_W-1:0] waddr_i,
    input  wire [ WIDTH-1:0] wdata_i,
    input  wire              re_i,
    input  wire [ADDR_W-1:0] raddr_i,
    output wire [ WIDTH-1:0] rdata_o
);
endmodule

`default_nettype wire
