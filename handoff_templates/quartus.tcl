# Quartus: a project of <%top%> in the working directory, and its compilation.
#   quartus_sh -t handoff/quartus.tcl [FAMILY [DEVICE]]
# FAMILY is "Cyclone V" and DEVICE AUTO unless given. All pins but the clock are virtual: the design is
# a block, not a chip.
# Made by gradloom <%version%>, configuration <%config_hash%>.

package require ::quartus::project
package require ::quartus::flow

set family "Cyclone V"
set device AUTO
if {[info exists quartus(args)] && [llength $quartus(args)] > 0} { set family [lindex $quartus(args) 0] }
if {[info exists quartus(args)] && [llength $quartus(args)] > 1} { set device [lindex $quartus(args) 1] }
set root [file normalize [file join [file dirname [info script]] ..]]

project_new -overwrite -revision <%name%> <%name%>
set_global_assignment -name FAMILY $family
set_global_assignment -name DEVICE $device
set_global_assignment -name TOP_LEVEL_ENTITY <%top%>
set_global_assignment -name VERILOG_INPUT_VERSION VERILOG_2001

set rtl {
<%#rtl_files%>
  <%file%>
<%/rtl_files%>
}
foreach file $rtl {
  set_global_assignment -name VERILOG_FILE [file join $root $file]
}
set_global_assignment -name SDC_FILE [file join $root handoff/<%name%>.sdc]
set ports {
<%#input_ports%>
  <%pattern%>
<%/input_ports%>
<%#output_ports%>
  <%pattern%>
<%/output_ports%>
}
foreach port $ports {
  set_instance_assignment -name VIRTUAL_PIN ON -to $port
}

execute_flow -compile
project_close
