# Timing constraints of <%top%> for OpenROAD-flow-scripts, in nanoseconds: for a platform whose library
# counts in picoseconds (asap7), multiply clk_period, clk_uncertainty and clk_io_delay by 1000.
# Made by gradloom <%version%>, configuration <%config_hash%>.

current_design <%top%>

set clk_name core_clk
set clk_port_name <%clock_port%>
set clk_period <%period_ns%>
set clk_uncertainty <%uncertainty_ns%>
set clk_io_delay <%io_delay_ns%>

create_clock -name $clk_name -period $clk_period [get_ports $clk_port_name]
set_clock_uncertainty $clk_uncertainty [get_clocks $clk_name]

# <%io_delay_percent%> % of the period is spent outside.
<%#input_ports%>
set_input_delay $clk_io_delay -clock $clk_name [get_ports {<%pattern%>}]
<%/input_ports%>
<%#output_ports%>
set_output_delay $clk_io_delay -clock $clk_name [get_ports {<%pattern%>}]
<%/output_ports%>
