// SPDX-License-Identifier: Apache-2.0
#include "model/onnx_import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "model/onnx_file.hpp"
#include "model/onnx_graph.hpp"
#include "model/onnx_ops.hpp"
#include "model/onnx_products.hpp"
#include "model/unique_names.hpp"

namespace gradloom::model {
namespace {

using Names = std::unordered_set<std::string>;

/// What the walk over the nodes gathers.
struct Walk {
  ModelNetwork network;
  UniqueNames layer_names;
  Names learnt;       ///< tensors below which something learns
  Names in_products;  ///< tensors that are weights or bias of a product
  std::unordered_set<const OnnxNode*> left_out;
  /// What cannot be imported, and the nodes that it is about.
  std::vector<std::pair<std::string, std::vector<std::string>>> unsupported;
};

/// Constants, and what is made of constants alone.
OnnxFixed fixed_tensors(const OnnxGraph& graph) {
  OnnxFixed fixed;
  for (const auto& [name, constant] : graph.constants) fixed.insert(name);
  for (const OnnxNode& node : graph.nodes) {
    const bool all = std::all_of(
        node.inputs.begin(), node.inputs.end(),
        [&](const std::string& input) { return input.empty() || fixed.contains(input); });
    if (all && !node.inputs.empty()) fixed.insert(node.outputs.begin(), node.outputs.end());
  }
  return fixed;
}

using Users = std::unordered_map<std::string, std::vector<const OnnxNode*>>;

Users users_of(const OnnxGraph& graph) {
  Users users;
  for (const OnnxNode& node : graph.nodes) {
    for (const std::string& input : node.inputs) users[input].push_back(&node);
  }
  return users;
}

/// The bias of a MatMul whose only user adds a constant of the width of the output to it.
std::string added_bias(const OnnxGraph& graph, const Users& users, const OnnxNode& node,
                       const Gemm& gemm) {
  if (gemm.activations || node.outputs.empty()) return "";
  const auto found = users.find(node.outputs[0]);
  if (found == users.end() || found->second.size() != 1) return "";
  const OnnxNode& add = *found->second[0];
  if (add.op != "Add" || !add.domain.empty() || add.inputs.size() != 2) return "";
  const std::string& other = add.inputs[add.inputs[0] == node.outputs[0] ? 1 : 0];
  const auto constant = graph.constants.find(other);
  const OnnxShape width{gemm.n};
  return constant != graph.constants.end() && constant->second.shape == width ? other : "";
}

void note_unsupported(Walk& walk, const std::string& what, const OnnxNode& node) {
  walk.left_out.insert(&node);
  const std::string shown = printable(what, 120);
  auto& list = walk.unsupported;
  auto entry =
      std::find_if(list.begin(), list.end(), [&](const auto& e) { return e.first == shown; });
  if (entry == list.end()) entry = list.insert(list.end(), {shown, {}});
  entry->second.push_back(printable(node.name));
}

void add_product(const OnnxGraph& graph, const OnnxFixed& fixed, const Users& users,
                 const OnnxNode& node, const std::string& file, Walk& walk) {
  OnnxProduct product = onnx_product(graph, fixed, node, file);
  Layer& layer = product.layer;
  if (node.op == "MatMul") {
    const std::string bias = added_bias(graph, users, node, layer.gemm);
    // With the weights on the left the output is transposed, and what is added to its rows no bias.
    layer.bias = !bias.empty() && product.parameters.at(0) == node.inputs.at(1);
    if (layer.bias) product.parameters.push_back(bias);
  }
  layer.name = walk.layer_names.add(printable(node.name.empty() ? node.op : node.name, 200));
  layer.needs_dx = std::any_of(node.inputs.begin(), node.inputs.end(),
                               [&](const auto& input) { return walk.learnt.contains(input); });
  walk.in_products.insert(product.parameters.begin(), product.parameters.end());
  walk.network.layers.push_back(std::move(layer));
}

/// Whether something learns in the node or below it.
bool learns(const OnnxFixed& fixed, const OnnxNode& node, const Names& learnt) {
  const auto any = [&](const Names& names) {
    return std::any_of(node.inputs.begin(), node.inputs.end(),
                       [&](const std::string& input) { return names.contains(input); });
  };
  if (any(learnt)) return true;
  return (onnx_kind(node.domain, node.op) != OnnxKind::no_product || onnx_learns(node.op)) &&
         any(fixed);
}

void visit(const OnnxGraph& graph, const OnnxFixed& fixed, const Users& users, const OnnxNode& node,
           const std::string& file, Walk& walk) {
  if (!node.outputs.empty() && fixed.contains(node.outputs[0])) return;  // work on parameters alone
  const OnnxKind kind = onnx_kind(node.domain, node.op);
  if (kind == OnnxKind::unsupported) {
    note_unsupported(walk, node.domain.empty() ? node.op : node.domain + "." + node.op, node);
  } else if (kind == OnnxKind::product) {
    try {
      add_product(graph, fixed, users, node, file, walk);
    } catch (const OnnxUnsupported& reason) {
      note_unsupported(walk, reason.what, node);
    }
  }
  if (learns(fixed, node, walk.learnt)) {
    walk.learnt.insert(node.outputs.begin(), node.outputs.end());
  }
}

/// Adds the constants of which tensors in products are made.
void trace_to_constants(const OnnxGraph& graph, const OnnxFixed& fixed, Names& in_products) {
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
    const bool used =
        std::any_of(node->outputs.begin(), node->outputs.end(), [&](const std::string& output) {
          return fixed.contains(output) && in_products.contains(output);
        });
    if (used) in_products.insert(node->inputs.begin(), node->inputs.end());
  }
}

/// Parameters that are in no product and in nothing that is left out. Scalars are taken for
/// constants.
std::int64_t count_others(const OnnxGraph& graph, const Walk& walk) {
  Names counted;
  std::int64_t sum = 0;
  for (const OnnxNode& node : graph.nodes) {
    if (walk.left_out.contains(&node)) continue;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const auto constant = graph.constants.find(node.inputs[i]);
      if (constant == graph.constants.end() || !constant->second.real) continue;
      if (constant->second.shape.empty() || walk.in_products.contains(node.inputs[i])) continue;
      if (!onnx_parameter(node.op, i) || !counted.insert(node.inputs[i]).second) continue;
      sum = std::min(sum + volume(constant->second.shape).value_or(kMaxCount), kMaxCount);
    }
  }
  return sum;
}

void report_unsupported(const Walk& walk, const std::string& file, const ImportOptions& options) {
  std::string all;
  for (const auto& [what, nodes] : walk.unsupported) {
    const std::string text = fmt::format("{} ({})", what, fmt::join(nodes, ", "));
    if (options.skip_unsupported && options.notes != nullptr) {
      options.notes->push_back(fmt::format("{}: left out: {}", file, text));
    }
    all += (all.empty() ? "" : "; ") + text;
  }
  if (walk.unsupported.empty() || options.skip_unsupported) return;
  throw InputError(
      fmt::format("{}: found what cannot be imported: {}; allowed with "
                  "--skip-unsupported, which leaves it out",
                  file, all));
}

}  // namespace

ModelNetwork read_onnx(const std::string& path, const ImportOptions& options) {
  const OnnxGraph graph = read_onnx_graph(path, options);
  const std::string file = printable(path, 400);
  const OnnxFixed fixed = fixed_tensors(graph);
  const Users users = users_of(graph);
  Walk walk;
  for (const OnnxNode& node : graph.nodes) visit(graph, fixed, users, node, file, walk);
  report_unsupported(walk, file, options);
  ModelNetwork& network = walk.network;
  if (network.layers.empty()) {
    throw InputError(file + ": found no Conv, Gemm or MatMul, allowed one or more");
  }
  network.name = printable(graph.name.empty() ? "onnx" : graph.name);
  network.source = "ONNX model";
  trace_to_constants(graph, fixed, walk.in_products);
  network.other_parameters = count_others(graph, walk);
  if (const auto fault = find_fault(network)) {
    throw InputError(fmt::format("{}: found {}, allowed {}", file, fault->found, fault->allowed));
  }
  return network;
}

}  // namespace gradloom::model
