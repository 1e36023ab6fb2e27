# Timing constraints of gl2x2_int8_top for Vivado, in nanoseconds. No pins: the design is a block, not a chip.
# Made by gradloom 0.1.0, configuration ea51a9188179f74c.
#
# One clock. All inputs and outputs are synchronous to it, the reset too. No exceptions: the design has
# no false and no multicycle paths. What drives the inputs, and the load of the outputs, is not said here.

create_clock -name core_clk -period 10 [get_ports {clk_i}]
set_clock_uncertainty 0.5 [get_clocks {core_clk}]

# 20 % of the period is spent outside.
set_input_delay 2 -clock core_clk [get_ports {rst_ni}]
set_input_delay 2 -clock core_clk [get_ports {cmd_valid_i}]
set_input_delay 2 -clock core_clk [get_ports {cmd_op_i[*]}]
set_input_delay 2 -clock core_clk [get_ports {cmd_sched_i[*]}]
set_input_delay 2 -clock core_clk [get_ports {cmd_acc_psum_i}]
set_input_delay 2 -clock core_clk [get_ports {cmd_acc_dw_i}]
set_input_delay 2 -clock core_clk [get_ports {cmd_m_i[*]}]
set_input_delay 2 -clock core_clk [get_ports {cmd_n_i[*]}]
set_input_delay 2 -clock core_clk [get_ports {cmd_b_i[*]}]
set_input_delay 2 -clock core_clk [get_ports {cmd_x_base_i[*]}]
set_input_delay 2 -clock core_clk [get_ports {cmd_delta_base_i[*]}]
set_input_delay 2 -clock core_clk [get_ports {cmd_w_base_i[*]}]
set_input_delay 2 -clock core_clk [get_ports {cmd_y_base_i[*]}]
set_input_delay 2 -clock core_clk [get_ports {cmd_dx_base_i[*]}]
set_input_delay 2 -clock core_clk [get_ports {cmd_dw_base_i[*]}]
set_input_delay 2 -clock core_clk [get_ports {done_ready_i}]
set_input_delay 2 -clock core_clk [get_ports {host_valid_i}]
set_input_delay 2 -clock core_clk [get_ports {host_write_i}]
set_input_delay 2 -clock core_clk [get_ports {host_sel_i[*]}]
set_input_delay 2 -clock core_clk [get_ports {host_lane_i}]
set_input_delay 2 -clock core_clk [get_ports {host_addr_i[*]}]
set_input_delay 2 -clock core_clk [get_ports {host_wdata_i[*]}]
set_input_delay 2 -clock core_clk [get_ports {rsp_ready_i}]
set_output_delay 2 -clock core_clk [get_ports {cmd_ready_o}]
set_output_delay 2 -clock core_clk [get_ports {done_valid_o}]
set_output_delay 2 -clock core_clk [get_ports {done_code_o[*]}]
set_output_delay 2 -clock core_clk [get_ports {host_ready_o}]
set_output_delay 2 -clock core_clk [get_ports {rsp_valid_o}]
set_output_delay 2 -clock core_clk [get_ports {rsp_data_o[*]}]
set_output_delay 2 -clock core_clk [get_ports {rsp_error_o}]
set_output_delay 2 -clock core_clk [get_ports {busy_o}]
