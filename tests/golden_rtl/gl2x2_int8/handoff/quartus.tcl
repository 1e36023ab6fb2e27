# Quartus: a project of gl2x2_int8_top in the working directory, and its compilation.
#   quartus_sh -t handoff/quartus.tcl [FAMILY [DEVICE]]
# FAMILY is "Cyclone V" and DEVICE AUTO unless given. All pins but the clock are virtual: the design is
# a block, not a chip.
# Made by gradloom 0.1.0, configuration ea51a9188179f74c.

package require ::quartus::project
package require ::quartus::flow

set family "Cyclone V"
set device AUTO
if {[info exists quartus(args)] && [llength $quartus(args)] > 0} { set family [lindex $quartus(args) 0] }
if {[info exists quartus(args)] && [llength $quartus(args)] > 1} { set device [lindex $quartus(args) 1] }
set root [file normalize [file join [file dirname [info script]] ..]]

project_new -overwrite -revision gl2x2_int8 gl2x2_int8
set_global_assignment -name FAMILY $family
set_global_assignment -name DEVICE $device
set_global_assignment -name TOP_LEVEL_ENTITY gl2x2_int8_top
set_global_assignment -name VERILOG_INPUT_VERSION VERILOG_2001

set rtl {
  rtl/gl2x2_int8_ram.v
  rtl/gl2x2_int8_fifo.v
  rtl/gl2x2_int8_add.v
  rtl/gl2x2_int8_place.v
  rtl/gl2x2_int8_pe.v
  rtl/gl2x2_int8_row_lane.v
  rtl/gl2x2_int8_col_lane.v
  rtl/gl2x2_int8_tile_walker.v
  rtl/gl2x2_int8_psum_writer.v
  rtl/gl2x2_int8_drain_writer.v
  rtl/gl2x2_int8_array.v
  rtl/gl2x2_int8_planner.v
  rtl/gl2x2_int8_sequencer.v
  rtl/gl2x2_int8_counters.v
  rtl/gl2x2_int8_core.v
  rtl/gl2x2_int8_host_port.v
  rtl/gl2x2_int8_top.v
}
foreach file $rtl {
  set_global_assignment -name VERILOG_FILE [file join $root $file]
}
set_global_assignment -name SDC_FILE [file join $root handoff/gl2x2_int8.sdc]
set ports {
  rst_ni
  cmd_valid_i
  cmd_op_i[*]
  cmd_sched_i[*]
  cmd_acc_psum_i
  cmd_acc_dw_i
  cmd_m_i[*]
  cmd_n_i[*]
  cmd_b_i[*]
  cmd_x_base_i[*]
  cmd_delta_base_i[*]
  cmd_w_base_i[*]
  cmd_y_base_i[*]
  cmd_dx_base_i[*]
  cmd_dw_base_i[*]
  done_ready_i
  host_valid_i
  host_write_i
  host_sel_i[*]
  host_lane_i
  host_addr_i[*]
  host_wdata_i[*]
  rsp_ready_i
  cmd_ready_o
  done_valid_o
  done_code_o[*]
  host_ready_o
  rsp_valid_o
  rsp_data_o[*]
  rsp_error_o
  busy_o
}
foreach port $ports {
  set_instance_assignment -name VIRTUAL_PIN ON -to $port
}

execute_flow -compile
project_close
