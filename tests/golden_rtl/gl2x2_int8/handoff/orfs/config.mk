# OpenROAD-flow-scripts, from its directory flow/:
#   make DESIGN_CONFIG=<this file>
# PLATFORM, the utilization and the rest can be given on the command line or in the environment.
# Made by gradloom 0.1.0, configuration ea51a9188179f74c.

GRADLOOM_DESIGN := $(patsubst %/handoff/orfs/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))

export PLATFORM ?= sky130hd
export DESIGN_NAME = gl2x2_int8_top
export DESIGN_NICKNAME = gl2x2_int8

export VERILOG_FILES =
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl2x2_int8_ram.v
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl2x2_int8_fifo.v
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl2x2_int8_add.v
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl2x2_int8_place.v
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl2x2_int8_pe.v
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl2x2_int8_row_lane.v
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl2x2_int8_col_lane.v
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl2x2_int8_tile_walker.v
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl2x2_int8_psum_writer.v
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl2x2_int8_drain_writer.v
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl2x2_int8_array.v
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl2x2_int8_planner.v
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl2x2_int8_sequencer.v
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl2x2_int8_counters.v
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl2x2_int8_core.v
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl2x2_int8_host_port.v
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl2x2_int8_top.v
export SDC_FILE = $(GRADLOOM_DESIGN)/handoff/orfs/constraint.sdc

export CORE_UTILIZATION ?= 40
export PLACE_DENSITY_LB_ADDON ?= 0.20
export TNS_END_PERCENT ?= 100
export SYNTH_HIERARCHICAL ?= 1

# The RAMs are flip-flops until a macro takes the place of gl2x2_int8_ram; the largest has this many bits.
export SYNTH_MEMORY_MAX_BITS ?= 2048
