// SPDX-License-Identifier: Apache-2.0
// What the operations of a whole network cost, layer by layer.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "golden/config.hpp"
#include "model/cost.hpp"
#include "model/layer.hpp"

namespace gradloom::model {

/// backward: dgrad and wgrad, of a layer with needs_dx false wgrad alone. update: the new weights
/// from dW. step: fprop, backward and update.
enum class ModelOp : std::uint8_t { fprop, dgrad, wgrad, backward, update, step };
inline constexpr std::array kModelOps{ModelOp::fprop,    ModelOp::dgrad,  ModelOp::wgrad,
                                      ModelOp::backward, ModelOp::update, ModelOp::step};
const char* name(ModelOp op);

/// Where weights are updated. in_pe: within the wgrad pass, by the training hardware; a layer where
/// the PEs cannot do it (update_runs()) falls back to outside. outside: beside the array, in no
/// cycles of it: memory words only, dW and W read, W written.
enum class UpdatePlace : std::uint8_t { in_pe, outside };
/// in_pe with training hardware.
UpdatePlace default_update(const Config& config);

/// One operation of one layer: all its products, for the whole batch.
struct LayerCost {
  std::size_t layer = 0;  ///< index in ModelNetwork::layers
  GemmShape shape;
  /// Never step. backward and wgrad with `update_in_pe` have the update in them; update with
  /// `update_in_pe`, which only network_cost(.., ModelOp::update) gives, is what it adds to
  /// backward (words of dW are then taken away).
  ModelOp op = ModelOp::fprop;
  bool update_in_pe = false;
  Cost cost;
  bool operator==(const LayerCost&) const = default;
};

struct NetworkCost {
  std::vector<LayerCost> layers;  ///< in the order of the network; up to three of a layer in a step
  Cost total;
  bool operator==(const NetworkCost&) const = default;
};

/// The cost of `op` of a network for a batch, each product after the other. Layers without a part
/// in it are left out: those with needs_dx false in dgrad, activation products in update. Throws
/// InputError as product_cost(), and if a count leaves 64 bits.
NetworkCost network_cost(const Config& config, const ModelNetwork& network, std::int64_t batch,
                         ModelSchedule schedule, ModelOp op, UpdatePlace update,
                         golden::LoopOrder order = golden::LoopOrder::fixed);
/// A step, with default_update().
NetworkCost network_cost(const Config& config, const ModelNetwork& network, std::int64_t batch,
                         ModelSchedule schedule);

/// Operations of the array that `op` of a layer consists of.
std::vector<ModelOp> parts(const Layer& layer, ModelOp op);

/// False if overflow is `refuse` and a sum that `op` of the layer forms could leave the
/// accumulator: a design with a wider accumulator would be needed for it.
bool sums_fit(const Config& config, const Layer& layer, std::int64_t batch, ModelOp op);
bool sums_fit(const Config& config, const ModelNetwork& network, std::int64_t batch, ModelOp op);

}  // namespace gradloom::model
