// SPDX-License-Identifier: Apache-2.0
#include "model/onnx_graph.hpp"

#include <fmt/format.h>

#include <functional>
#include <queue>

#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "model/layer.hpp"

namespace gradloom::model {
namespace {

using Makers = std::unordered_map<std::string, std::size_t>;

/// The node that makes each tensor.
Makers makers_of(const OnnxGraph& graph, const std::string& file) {
  Makers makers;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    for (const std::string& output : graph.nodes[i].outputs) {
      if (output.empty()) continue;
      if (graph.constants.contains(output) || !makers.emplace(output, i).second) {
        throw InputError(fmt::format("{}: {}: found the output \"{}\" a second time, allowed once",
                                     file, describe(graph.nodes[i]), printable(output)));
      }
    }
  }
  return makers;
}

/// For each node those whose outputs it takes.
std::vector<std::vector<std::size_t>> sources_of(const OnnxGraph& graph, const std::string& file) {
  const Makers makers = makers_of(graph, file);
  Makers given;
  for (const std::string& input : graph.inputs) given.emplace(input, 0);
  std::vector<std::vector<std::size_t>> sources(graph.nodes.size());
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    for (const std::string& input : graph.nodes[i].inputs) {
      const auto maker = makers.find(input);
      if (maker != makers.end()) {
        sources[i].push_back(maker->second);
      } else if (!input.empty() && !graph.constants.contains(input) && !given.contains(input)) {
        throw InputError(
            fmt::format("{}: {}: found the input \"{}\", allowed an input of the "
                        "graph, an initializer, an output of a node",
                        file, describe(graph.nodes[i]), printable(input)));
      }
    }
  }
  return sources;
}

/// Every node in `open` has a source in `open`, so walking from source to source comes round.
[[noreturn]] void reject_cycle(const OnnxGraph& graph, const std::string& file,
                               const std::vector<std::vector<std::size_t>>& sources,
                               const std::vector<bool>& done) {
  std::size_t node = 0;
  while (done[node]) ++node;
  std::vector<bool> seen(done.size());
  while (!seen[node]) {
    seen[node] = true;
    for (const std::size_t source : sources[node]) {
      if (done[source]) continue;
      node = source;
      break;
    }
  }
  throw InputError(fmt::format("{}: {}: found a cycle through this node, allowed a graph without",
                               file, describe(graph.nodes[node])));
}

}  // namespace

std::optional<std::int64_t> volume(const OnnxShape& shape) {
  std::int64_t product = 1;
  for (const std::int64_t size : shape) {
    if (size < 0) return std::nullopt;
    if (size != 0 && product > kMaxCount / size) return std::nullopt;
    product *= size;
  }
  return product;
}

std::vector<std::size_t> node_order(const OnnxGraph& graph, const std::string& file) {
  const auto sources = sources_of(graph, file);
  std::vector<std::vector<std::size_t>> users(sources.size());
  std::vector<std::size_t> missing(sources.size());
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    missing[i] = sources[i].size();
    for (const std::size_t source : sources[i]) users[source].push_back(i);
    if (missing[i] == 0) ready.push(i);
  }
  std::vector<std::size_t> order;
  std::vector<bool> done(sources.size());
  while (!ready.empty()) {
    const std::size_t node = ready.top();
    ready.pop();
    done[node] = true;
    order.push_back(node);
    for (const std::size_t user : users[node]) {
      if (--missing[user] == 0) ready.push(user);
    }
  }
  if (order.size() < sources.size()) reject_cycle(graph, file, sources, done);
  return order;
}

std::string describe(const OnnxNode& node) {
  return fmt::format("node \"{}\" ({})", printable(node.name), printable(node.op));
}

}  // namespace gradloom::model
