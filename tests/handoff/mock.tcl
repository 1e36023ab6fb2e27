# SPDX-License-Identifier: Apache-2.0
# Runs the scripts for Vivado and Quartus with commands that only record how they are called.
#   tclsh mock.tcl vivado|quartus SCRIPT TOP PORTS FILELIST
# PORTS: lines "input|output NAME WIDTH", as Yosys finds them in the RTL. FILELIST: the RTL in order. Exits 1
# with a line for each thing that is wrong; else prints how much was checked.

lassign $argv tool script top ports_file filelist
set calls {}
set checks 0
set failures 0
proc fail {text} {
  puts "FAIL: $text"
  incr ::failures
}
proc check {condition text} {
  incr ::checks
  if {![uplevel 1 [list expr $condition]]} { fail $text }
}
proc lines {file} {
  set handle [open $file]
  set text [string trim [read $handle]]
  close $handle
  return [split $text \n]
}
foreach line [lines $ports_file] {
  lassign $line direction name width
  set port($name) [list $direction $width]
}

# The port that a pattern "name" or "name[*]" means.
proc resolve {pattern} {
  global port
  set wide [regexp {^(.*)\[\*\]$} $pattern -> name]
  if {!$wide} { set name $pattern }
  if {![info exists port($name)]} {
    fail "no port $pattern"
    return ""
  }
  check {([lindex $::port($name) 1] > 1) == $wide} "$pattern: bits of a port of [lindex $port($name) 1] bits"
  return $name
}

# --- timing constraints, in an interpreter that has nothing else: an XDC file is no Tcl ---------------

proc c_get_ports {pattern} { return [list port [resolve $pattern]] }
proc c_get_clocks {name} { return [list clock $name] }
proc c_create_clock {args} {
  array set o [lrange $args 0 end-1]
  check {$o(-period) > 0} "period $o(-period)"
  lappend ::clocks $o(-name) [lindex $args end] $o(-period)
}
proc c_set_clock_uncertainty {value clock} {
  check {$value >= 0} "uncertainty $value"
  lappend ::uncertain $clock
}
proc delay {direction value flag clock target} {
  global delayed port
  set name [lindex $target 1]
  if {$name eq ""} return
  check {$flag eq "-clock" && $clock eq [lindex $::clocks 0]} "$name: $flag $clock"
  check {[lindex $::port($name) 0] eq $direction} "$name: a delay for an $direction"
  check {![info exists ::delayed($name)]} "$name: a second delay"
  check {$value >= 0 && $value < [lindex $::clocks 2]} "$name: delay $value"
  set delayed($name) $value
}
proc c_set_input_delay {args} { delay input {*}$args }
proc c_set_output_delay {args} { delay output {*}$args }
proc constraints {file} {
  global clocks uncertain delayed port
  set clocks {}
  set uncertain {}
  array unset delayed
  set inner [interp create -safe]
  foreach command [$inner eval {info commands}] { $inner hide $command }
  foreach command {get_ports get_clocks create_clock set_clock_uncertainty set_input_delay set_output_delay} {
    $inner alias $command c_$command
  }
  set handle [open $file]
  set text [read $handle]
  close $handle
  if {[catch {$inner eval $text} message]} { fail "$file: $message" }
  interp delete $inner
  check {[llength $::clocks] == 3 && [lindex $::clocks 1] eq {port clk_i}} "$file: clocks: $clocks"
  check {$::uncertain eq [list [list clock [lindex $::clocks 0]]]} "$file: uncertainty of: $uncertain"
  foreach name [array names port] {
    check {$name eq "clk_i" || [info exists ::delayed($name)]} "$file: $name has no delay"
  }
}

# --- the tools --------------------------------------------------------------------------------------

proc record {name args} {
  lappend ::calls [list $name {*}$args]
  foreach word $args {
    if {[string match /* $word]} { check {[file exists $word]} "$name: no file $word" }
  }
}
proc all_calls {name} { return [lsearch -all -inline -index 0 $::calls $name] }
# The tool must call these in this order, whatever else it calls.
proc check_order {names} {
  set place -1
  foreach name $names {
    set next [lsearch -start [expr {$place + 1}] -index 0 $::calls $name]
    check {$next > $place} "no $name after [lindex $::calls $place]"
    if {$next > $place} { set place $next }
  }
}
proc check_rtl {found} {
  set wanted {}
  foreach file [lines $::filelist] { lappend wanted [file tail $file] }
  set tails {}
  foreach file $found { lappend tails [file tail $file] }
  check {$tails eq $wanted && [llength $wanted] > 0} "RTL is $tails"
}

# The script runs in an interpreter of its own, where these commands are record.
proc run {commands packages} {
  set inner [interp create]
  $inner eval {set argv {}}
  foreach name $commands { $inner alias $name record $name }
  foreach name $packages { $inner eval [list package provide $name 1] }
  $inner eval [list source $::script]
  interp delete $inner
}

if {$tool eq "vivado"} {
  run {read_verilog read_xdc synth_design write_checkpoint report_utilization opt_design place_design
      phys_opt_design route_design report_timing_summary report_drc} {}
  check_order {read_verilog read_xdc synth_design opt_design place_design route_design report_timing_summary}
  set rtl {}
  foreach call [all_calls read_verilog] { lappend rtl [lindex $call 1] }
  check_rtl $rtl
  check {[lrange [lindex [all_calls synth_design] 0] 1 2] eq [list -top $::top]} "top: [all_calls synth_design]"
  check {[llength [all_calls read_xdc]] == 1} "XDC files: [all_calls read_xdc]"
  constraints [lindex [all_calls read_xdc] 0 1]
} else {
  run {project_new set_global_assignment set_instance_assignment execute_flow project_close} \
    {::quartus::project ::quartus::flow}
  check_order {project_new set_global_assignment set_instance_assignment execute_flow project_close}
  set rtl {}
  set sdc {}
  set tops {}
  foreach call [all_calls set_global_assignment] {
    lassign $call command flag name value
    check {$flag eq "-name"} "$call"
    if {$name eq "VERILOG_FILE"} { lappend rtl $value }
    if {$name eq "SDC_FILE"} { lappend sdc $value }
    if {$name eq "TOP_LEVEL_ENTITY"} { lappend tops $value }
  }
  check_rtl $rtl
  check {$::tops eq [list $::top]} "top: $tops"
  check {[llength $::sdc] == 1} "SDC files: $sdc"
  constraints [lindex $sdc 0]
  set virtual {}
  foreach call [all_calls set_instance_assignment] {
    check {[lrange $call 0 4] eq {set_instance_assignment -name VIRTUAL_PIN ON -to}} "$call"
    lappend virtual [resolve [lindex $call 5]]
  }
  check {[lsort [concat clk_i $::virtual]] eq [lsort [array names ::port]]} "virtual pins: $virtual"
}
puts "$tool: [llength $calls] calls, $checks checks, $failures failures"
exit [expr {$failures > 0 || $checks == 0}]
