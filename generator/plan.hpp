// SPDX-License-Identifier: Apache-2.0
// All that the templates need, computed before any text is made.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "generator/template_context.hpp"
#include "golden/config.hpp"
#include "golden/ports.hpp"

namespace gradloom {

/// floor(x / d) == (x * value) >> shift for all 0 <= x < 2^(dim_w+1).
struct Reciprocal {
  std::int64_t value = 0;
  int shift = 0;
};
Reciprocal reciprocal(int divisor, int dim_w);

struct BufferPlan {
  Buffer code = Buffer::x;
  std::string name;
  bool built = false;
  int banks = 0;
  int words = 0;
  int bits = 0;
  int addr_bits = 0;  ///< index_bits(words)
};

struct Plan {
  Config config;
  std::string version;      ///< of the tool
  std::string config_hash;  ///< 16 hexadecimal digits
  std::string config_line;  ///< the configuration in words, one line
  Derived widths;
  int row_idx_w = 0;  ///< index_bits(rows)
  int col_idx_w = 0;
  int row_cnt_w = 0;  ///< index_bits(rows + 1): holds a count of rows
  int col_cnt_w = 0;
  Reciprocal recip_rows;
  Reciprocal recip_cols;
  int recip_w = 0;                  ///< bits of both reciprocals, at least dim_w + 2
  std::vector<BufferPlan> buffers;  ///< all, in the order of enum Buffer
  std::vector<Port> ports;
  std::vector<Register> registers;
};

Plan make_plan(const Config& config);

// The names that a template can use (docs/architecture.md, "Derived widths"). Values are text,
// flags open sections (<%#flag%> ... <%/flag%>, <%^flag%> for "not"), lists repeat theirs.
//
//   values    name version config_hash hash_hi hash_lo config_line overflow
//             rows cols rows_1 cols_1 operand_bits accumulator_bits queue_depth
//             depth_<buffer> abits_<buffer>     for x delta w y dx dw bias deriv; depth 0 if not
//                                               built
//             limit_m limit_n limit_batch
//             addr_w dim_w host_w trace_w lane_w host_addr_w
//             row_idx_w col_idx_w row_cnt_w col_cnt_w
//             recip_rows recip_rows_shift recip_cols recip_cols_shift recip_w
//             master_bits (bits of a word of W) step_bits rate_shift_w sel_w
//             deriv_bits (of a word of DERIV) table_bits (index of a table)
//             lag (cycles from a product to its sum) result_lag (the same for a complete sum)
//             low_w high_w (bits of the halves of a split addition)
//             act_mask (Verilog literal, a bit for each activation code that is built)
//   flags     fprop dgrad wgrad                 operations built
//             backward (dgrad and wgrad)        backward_any (dgrad or wgrad)
//             weights (fprop or dgrad)          psum (the same: partial sums leave the array)
//             x_stream, south_writers, needs_col_tiles (each: fprop or wgrad)
//             saturate                          overflow is saturate
//             lagged (lag > 0) lag_2 (lag is 2) mult_1 mult_2 (mult_stages is 1 or 2)
//             split_add (add_stages is 2) zero_gating
//             has_<buffer>
//             training stochastic decay         what of the training hardware is built
//             deriv_wide                        DERIV words have operand_bits, not one bit
//             act_<activation>                  built: relu leaky_relu hard_sigmoid hard_tanh
//                                               sigmoid tanh
//             act_table                         sigmoid or tanh
//   ports, trace_ports   name dir range range_pad width description; flags trace, comma, wide
//                        dir is "input " or "output", range "[7:0]" or "" for one bit, range_pad
//                        the same filled with blanks to one width for all ports; comma is false on
//                        the last of each list; wide: more than one bit
//   registers            index name access description      access is "read" or "read/write"
//   counters             name NAME index lo hi amount_w     lo and hi are register indexes;
//   amount_w
//                        is Verilog for the bits of one increment. All that the design has;
//                        counter_list has only those of operations and buffers that are built
//   buffers              name NAME code banks words bits addr_bits per    (built ones only; per is
//                        "row" or "column"); buffer_list is the same
//   sigmoid_table, tanh_table   index out d             empty if not built. index: the upper bits
//                               of z, unsigned; out: the operand as an unsigned number; d: the
//                               derivative code
//   operations, schedules, statuses   code name             (operations: built ones only)
//   modules              name file                          (set by the emitter)
TemplateContext make_context(const Plan& plan);

}  // namespace gradloom
