# OpenROAD-flow-scripts, from its directory flow/:
#   make DESIGN_CONFIG=<this file>
# PLATFORM, the utilization and the rest can be given on the command line or in the environment.
# Made by gradloom <%version%>, configuration <%config_hash%>.

GRADLOOM_DESIGN := $(patsubst %/handoff/orfs/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))

export PLATFORM ?= sky130hd
export DESIGN_NAME = <%top%>
export DESIGN_NICKNAME = <%name%>

export VERILOG_FILES =
<%#rtl_files%>
VERILOG_FILES += $(GRADLOOM_DESIGN)/<%file%>
<%/rtl_files%>
export SDC_FILE = $(GRADLOOM_DESIGN)/handoff/orfs/constraint.sdc

export CORE_UTILIZATION ?= 40
export PLACE_DENSITY_LB_ADDON ?= 0.20
export TNS_END_PERCENT ?= 100
export SYNTH_HIERARCHICAL ?= 1

# The RAMs are flip-flops until a macro takes the place of <%name%>_ram; the largest has this many bits.
export SYNTH_MEMORY_MAX_BITS ?= <%largest_ram_bits%>
