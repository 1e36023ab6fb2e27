# Vivado without a project: synthesis, placement and routing of <%top%> out of context.
#   vivado -mode batch -source handoff/vivado.tcl [-tclargs PART [DIRECTORY]]
# PART is xc7a200tfbg676-2, DIRECTORY vivado_out (below the working directory) unless given.
# Made by gradloom <%version%>, configuration <%config_hash%>.

set part xc7a200tfbg676-2
set out vivado_out
if {[info exists argv] && [llength $argv] > 0} { set part [lindex $argv 0] }
if {[info exists argv] && [llength $argv] > 1} { set out [lindex $argv 1] }
set root [file normalize [file join [file dirname [info script]] ..]]
file mkdir $out

set rtl {
<%#rtl_files%>
  <%file%>
<%/rtl_files%>
}
foreach file $rtl {
  read_verilog [file join $root $file]
}
read_xdc [file join $root handoff/<%name%>.xdc]

synth_design -top <%top%> -part $part -mode out_of_context
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
