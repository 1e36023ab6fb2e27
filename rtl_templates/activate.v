// SPDX-License-Identifier: Apache-2.0
// <%name%>_activate: activation function and derivative code of a requantized sum.
//
// Contract   Combinational. act_i: 0 identity, 1 ReLU, 2 leaky ReLU (slope 2^-leak_i), 3 hard sigmoid,
//            4 hard tanh, 5 sigmoid, 6 tanh. A code that is not built acts as identity.
<%#deriv_wide%>
//            code_o is the derivative in units of 2^-(OP_W-1), 0 .. 2^(OP_W-1).
<%/deriv_wide%>
<%^deriv_wide%>
//            code_o is 1 for a derivative of 1 and 0 for 0.
<%/deriv_wide%>
// Parameters OP_W operand bits, CODE_W bits of the code.
// Made by gradloom <%version%>, configuration <%config_hash%>.
`default_nettype none

module <%name%>_activate #(
    parameter OP_W   = <%operand_bits%>,
    parameter CODE_W = <%deriv_bits%>
) (
    input  wire [       2:0] act_i,
    input  wire [       2:0] leak_i,
    input  wire [  OP_W-1:0] value_i,
    output reg  [  OP_W-1:0] value_o,
    output reg  [CODE_W-1:0] code_o
);

  localparam [OP_W-1:0] ZERO = {OP_W{1'b0}};
  // 1 as a derivative.
<%#deriv_wide%>
  localparam [CODE_W-1:0] ONE = {1'b1, {(CODE_W - 1) {1'b0}}};
<%/deriv_wide%>
<%^deriv_wide%>
  localparam [CODE_W-1:0] ONE = {CODE_W{1'b1}};
<%/deriv_wide%>
  localparam [CODE_W-1:0] NONE = {CODE_W{1'b0}};

  wire negative = value_i[OP_W-1];
  wire positive = ~negative & (value_i != ZERO);
<%#act_leaky_relu%>

  // Leaky ReLU: value / 2^leak to nearest, ties to even. Seven bits of fraction hold all that is shifted out.
  wire signed [OP_W+6:0] leak_fixed = {value_i, 7'd0};
  wire signed [OP_W+6:0] leak_shifted = leak_fixed >>> leak_i;
  wire        [OP_W-1:0] leak_whole = leak_shifted[OP_W+6:7];
  wire                   leak_up = leak_shifted[6] & ((|leak_shifted[5:0]) | leak_whole[0]);
  wire        [OP_W-1:0] leaky = leak_whole + {{(OP_W - 1) {1'b0}}, leak_up};
<%/act_leaky_relu%>
<%#act_hard_sigmoid%>

  // Hard sigmoid: value + 2^(OP_W-2) between 0 and 2^(OP_W-1)-1.
  localparam [OP_W:0] QUARTER = 1 << (OP_W - 2);
  localparam [OP_W-1:0] TOP = {1'b0, {(OP_W - 1) {1'b1}}};
  wire [OP_W:0] raised = {value_i[OP_W-1], value_i} + QUARTER;
  wire          raised_low = raised[OP_W] | (raised == {(OP_W + 1) {1'b0}});
  wire          raised_high = ~raised[OP_W] & (raised[OP_W-1] | (raised[OP_W-1:0] == TOP));
<%/act_hard_sigmoid%>
<%#act_hard_tanh%>

  // Hard tanh: the symmetric range. Its ends have derivative 0.
  localparam [OP_W-1:0] LEAST = {1'b1, {(OP_W - 1) {1'b0}}};
  localparam [OP_W-1:0] MINUS_MAX = LEAST | {{(OP_W - 1) {1'b0}}, 1'b1};
  wire at_low = (value_i == LEAST) | (value_i == MINUS_MAX);
  wire at_high = value_i == ~LEAST;
<%/act_hard_tanh%>
<%#act_table%>

  // Tables, indexed by the upper bits of the value.
  wire [<%table_bits%>-1:0] index = value_i[OP_W-1-:<%table_bits%>];
<%/act_table%>
<%#act_sigmoid%>
  reg  [  OP_W-1:0] sigmoid_value;
  reg  [CODE_W-1:0] sigmoid_code;

  always @* begin
    case (index)
<%#sigmoid_table%>
      <%table_bits%>'d<%index%>: {sigmoid_value, sigmoid_code} = {<%operand_bits%>'d<%out%>, <%operand_bits%>'d<%d%>};
<%/sigmoid_table%>
      default: {sigmoid_value, sigmoid_code} = {2 * OP_W{1'b0}};
    endcase
  end
<%/act_sigmoid%>
<%#act_tanh%>
  reg  [  OP_W-1:0] tanh_value;
  reg  [CODE_W-1:0] tanh_code;

  always @* begin
    case (index)
<%#tanh_table%>
      <%table_bits%>'d<%index%>: {tanh_value, tanh_code} = {<%operand_bits%>'d<%out%>, <%operand_bits%>'d<%d%>};
<%/tanh_table%>
      default: {tanh_value, tanh_code} = {2 * OP_W{1'b0}};
    endcase
  end
<%/act_tanh%>

  always @* begin
    value_o = value_i;
    code_o  = ONE;
    case (act_i)
<%#act_relu%>
      3'd1: begin
        value_o = positive ? value_i : ZERO;
        code_o  = positive ? ONE : NONE;
      end
<%/act_relu%>
<%#act_leaky_relu%>
      3'd2: begin
        value_o = negative ? leaky : value_i;
        code_o  = positive ? ONE : ONE >> leak_i;
      end
<%/act_leaky_relu%>
<%#act_hard_sigmoid%>
      3'd3: begin
        value_o = raised[OP_W] ? ZERO : raised_high ? TOP : raised[OP_W-1:0];
        code_o  = (raised_low | raised_high) ? NONE : ONE;
      end
<%/act_hard_sigmoid%>
<%#act_hard_tanh%>
      3'd4: begin
        value_o = (value_i == LEAST) ? MINUS_MAX : value_i;
        code_o  = (at_low | at_high) ? NONE : ONE;
      end
<%/act_hard_tanh%>
<%#act_sigmoid%>
      3'd5: begin
        value_o = sigmoid_value;
        code_o  = sigmoid_code;
      end
<%/act_sigmoid%>
<%#act_tanh%>
      3'd6: begin
        value_o = tanh_value;
        code_o  = tanh_code;
      end
<%/act_tanh%>
      default: begin
      end
    endcase
  end

  // Not every activation needs them.
  wire unused = &{1'b0, leak_i, negative, positive, NONE, 1'b0};

endmodule

`default_nettype wire
