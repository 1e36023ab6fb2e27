# Vivado without a project: synthesis, placement and routing of gl3x5_int4_top out of context.
#   vivado -mode batch -source handoff/vivado.tcl [-tclargs PART [DIRECTORY]]
# PART is xc7a200tfbg676-2, DIRECTORY vivado_out (below the working directory) unless given.
# Made by gradloom 0.1.0, configuration e4c31fd60046672e.

set part xc7a200tfbg676-2
set out vivado_out
if {[info exists argv] && [llength $argv] > 0} { set part [lindex $argv 0] }
if {[info exists argv] && [llength $argv] > 1} { set out [lindex $argv 1] }
set root [file normalize [file join [file dirname [info script]] ..]]
file mkdir $out

set rtl {
  rtl/gl3x5_int4_ram.v
  rtl/gl3x5_int4_fifo.v
  rtl/gl3x5_int4_add.v
  rtl/gl3x5_int4_place.v
  rtl/gl3x5_int4_pe.v
  rtl/gl3x5_int4_row_lane.v
  rtl/gl3x5_int4_col_lane.v
  rtl/gl3x5_int4_tile_walker.v
  rtl/gl3x5_int4_psum_writer.v
  rtl/gl3x5_int4_drain_writer.v
  rtl/gl3x5_int4_array.v
  rtl/gl3x5_int4_planner.v
  rtl/gl3x5_int4_sequencer.v
  rtl/gl3x5_int4_counters.v
  rtl/gl3x5_int4_core.v
  rtl/gl3x5_int4_host_port.v
  rtl/gl3x5_int4_top.v
}
foreach file $rtl {
  read_verilog [file join $root $file]
}
read_xdc [file join $root handoff/gl3x5_int4.xdc]

synth_design -top gl3x5_int4_top -part $part -mode out_of_context
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
