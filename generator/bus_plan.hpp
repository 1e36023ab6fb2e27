// SPDX-License-Identifier: Apache-2.0
// The names that templates of a configuration with a bus can use beside those of plan.hpp.
#pragma once

#include "generator/plan.hpp"
#include "generator/template_context.hpp"

namespace gradloom {

// The flags `axi` and `no_bus` are there in every configuration, and the lists, which are empty
// without a bus.
//
//   values    data_bits beat_bytes beat_shift (log2 of it) address_bits group_w
//             bus_lanes (L) lanes_w (holds L) vector_w (holds the beats of a vector)
//             beats_w (holds the beats of a block) sum_w (holds the sums of addresses)
//             fetch_beats (of a descriptor) fetch_last (less 1) fetch_ptr_w
//   bus_buffers          name NAME code one_hot bytes byte_shift beats last_beat words
//   command_fields       name NAME lsb (in a descriptor) pin_w taken (bits of the field that the
//                        pin takes) extend_w (bits of the pin beyond) cut_lsb cut_w (bits of the
//                        field beyond the pin); flags pin (the core has one) extend cut.
//                        command_pins: those with pin; command_cuts: those with cut
//   reserved_transfer, reserved_compute, reserved_next, reserved_end
//                        lsb (in a descriptor) mask; flag comma
//   bus_registers        name NAME address word access reset meaning; flags page writable locked
//   control_registers    those of them that are neither in the page nor counters
//   run_counters         name NAME index lo hi        lo and hi are words of the bus registers
//   run_errors           name NAME code
void add_bus_context(const Plan& plan, TemplateContext& context);

}  // namespace gradloom
