// <%name%>_ram without contents: what a RAM macro, or a wrapper around one, replaces. Ports and parameters are
// those of rtl/<%name%>_ram.v; handoff/rams.json lists the shapes that the design uses.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

(* blackbox *)
module <%name%>_ram #(
    parameter WIDTH  = <%operand_bits%>,
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
