# OpenROAD-flow-scripts, from its directory flow/:
#   make DESIGN_CONFIG=<this file>
# PLATFORM, the utilization and the rest can be given on the command line or in the environment.
# Made by gradloom 0.1.0, configuration e4c31fd60046672e.

GRADLOOM_DESIGN := $(patsubst %/handoff/orfs/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))

export PLATFORM ?= sky130hd
export DESIGN_NAME = gl3x5_int4_top
export DESIGN_NICKNAME = gl3x5_int4

export VERILOG_FILES =
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl3x5_int4_ram.v
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl3x5_int4_fifo.v
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl3x5_int4_add.v
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl3x5_int4_place.v
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl3x5_int4_pe.v
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl3x5_int4_row_lane.v
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl3x5_int4_col_lane.v
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl3x5_int4_tile_walker.v
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl3x5_int4_psum_writer.v
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl3x5_int4_drain_writer.v
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl3x5_int4_array.v
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl3x5_int4_planner.v
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl3x5_int4_sequencer.v
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl3x5_int4_counters.v
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl3x5_int4_core.v
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl3x5_int4_host_port.v
VERILOG_FILES += $(GRADLOOM_DESIGN)/rtl/gl3x5_int4_top.v
export SDC_FILE = $(GRADLOOM_DESIGN)/handoff/orfs/constraint.sdc

export CORE_UTILIZATION ?= 40
export PLACE_DENSITY_LB_ADDON ?= 0.20
export TNS_END_PERCENT ?= 100
export SYNTH_HIERARCHICAL ?= 1

# The RAMs are flip-flops until a macro takes the place of gl3x5_int4_ram; the largest has this many bits.
export SYNTH_MEMORY_MAX_BITS ?= 20480
