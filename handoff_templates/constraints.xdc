# Timing constraints of <%top%> for Vivado, in nanoseconds. No pins: the design is a block, not a chip.
# Made by gradloom <%version%>, configuration <%config_hash%>.
#
# One clock. All inputs and outputs are synchronous to it, the reset too. No exceptions: the design has
# no false and no multicycle paths. What drives the inputs, and the load of the outputs, is not said here.

create_clock -name core_clk -period <%period_ns%> [get_ports {<%clock_port%>}]
set_clock_uncertainty <%uncertainty_ns%> [get_clocks {core_clk}]

# <%io_delay_percent%> % of the period is spent outside.
<%#input_ports%>
set_input_delay <%io_delay_ns%> -clock core_clk [get_ports {<%pattern%>}]
<%/input_ports%>
<%#output_ports%>
set_output_delay <%io_delay_ns%> -clock core_clk [get_ports {<%pattern%>}]
<%/output_ports%>
