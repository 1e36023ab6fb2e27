# Vivado without a project: synthesis, placement and routing of gl2x2_int8_top out of context.
#   vivado -mode batch -source handoff/vivado.tcl [-tclargs PART [DIRECTORY]]
# PART is xc7a200tfbg676-2, DIRECTORY vivado_out (below the working directory) unless given.
# Made by gradloom 0.1.0, configuration ea51a9188179f74c.

set part xc7a200tfbg676-2
set out vivado_out
if {[info exists argv] && [llength $argv] > 0} { set part [lindex $argv 0] }
if {[info exists argv] && [llength $argv] > 1} { set out [lindex $argv 1] }
set root [file normalize [file join [file dirname [info script]] ..]]
file mkdir $out

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
  read_verilog [file join $root $file]
}
read_xdc [file join $root handoff/gl2x2_int8.xdc]

synth_design -top gl2x2_int8_top -part $part -mode out_of_context
write_checkpoint -force [file join $out synth.dcp]
report_utilization -hierarchical -file [file join $out synth_utilization.rpt]

opt_design
place_design
phys_opt_design
route_design

write_checkpoint -force [file join $out route.dcp]
report_utilization -hierarchical -file [file join $out utilization.rpt]
report_timing_summary -file [file join $out timing.rpt]
report_drc -file [file join $out drc.rpt]
