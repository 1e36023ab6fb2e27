# Timing constraints of gl2x2_int8_top for OpenROAD-flow-scripts, in nanoseconds: for a platform whose library
# counts in picoseconds (asap7), multiply clk_period, clk_uncertainty and clk_io_delay by 1000.
# Made by gradloom 0.1.0, configuration ea51a9188179f74c.

current_design gl2x2_int8_top

set clk_name core_clk
set clk_port_name clk_i
set clk_period 10
set clk_uncertainty 0.5
set clk_io_delay 2

create_clock -name $clk_name -period $clk_period [get_ports $clk_port_name]
set_clock_uncertainty $clk_uncertainty [get_clocks $clk_name]

# 20 % of the period is spent outside.
set_input_delay $clk_io_delay -clock $clk_name [get_ports {rst_ni}]
set_input_delay $clk_io_delay -clock $clk_name [get_ports {cmd_valid_i}]
set_input_delay $clk_io_delay -clock $clk_name [get_ports {cmd_op_i[*]}]
set_input_delay $clk_io_delay -clock $clk_name [get_ports {cmd_sched_i[*]}]
set_input_delay $clk_io_delay -clock $clk_name [get_ports {cmd_acc_psum_i}]
set_input_delay $clk_io_delay -clock $clk_name [get_ports {cmd_acc_dw_i}]
set_input_delay $clk_io_delay -clock $clk_name [get_ports {cmd_m_i[*]}]
set_input_delay $clk_io_delay -clock $clk_name [get_ports {cmd_n_i[*]}]
set_input_delay $clk_io_delay -clock $clk_name [get_ports {cmd_b_i[*]}]
set_input_delay $clk_io_delay -clock $clk_name [get_ports {cmd_x_base_i[*]}]
set_input_delay $clk_io_delay -clock $clk_name [get_ports {cmd_delta_base_i[*]}]
set_input_delay $clk_io_delay -clock $clk_name [get_ports {cmd_w_base_i[*]}]
set_input_delay $clk_io_delay -clock $clk_name [get_ports {cmd_y_base_i[*]}]
set_input_delay $clk_io_delay -clock $clk_name [get_ports {cmd_dx_base_i[*]}]
set_input_delay $clk_io_delay -clock $clk_name [get_ports {cmd_dw_base_i[*]}]
set_input_delay $clk_io_delay -clock $clk_name [get_ports {done_ready_i}]
set_input_delay $clk_io_delay -clock $clk_name [get_ports {host_valid_i}]
set_input_delay $clk_io_delay -clock $clk_name [get_ports {host_write_i}]
set_input_delay $clk_io_delay -clock $clk_name [get_ports {host_sel_i[*]}]
set_input_delay $clk_io_delay -clock $clk_name [get_ports {host_lane_i}]
set_input_delay $clk_io_delay -clock $clk_name [get_ports {host_addr_i[*]}]
set_input_delay $clk_io_delay -clock $clk_name [get_ports {host_wdata_i[*]}]
set_input_delay $clk_io_delay -clock $clk_name [get_ports {rsp_ready_i}]
set_output_delay $clk_io_delay -clock $clk_name [get_ports {cmd_ready_o}]
set_output_delay $clk_io_delay -clock $clk_name [get_ports {done_valid_o}]
set_output_delay $clk_io_delay -clock $clk_name [get_ports {done_code_o[*]}]
set_output_delay $clk_io_delay -clock $clk_name [get_ports {host_ready_o}]
set_output_delay $clk_io_delay -clock $clk_name [get_ports {rsp_valid_o}]
set_output_delay $clk_io_delay -clock $clk_name [get_ports {rsp_data_o[*]}]
set_output_delay $clk_io_delay -clock $clk_name [get_ports {rsp_error_o}]
set_output_delay $clk_io_delay -clock $clk_name [get_ports {busy_o}]
