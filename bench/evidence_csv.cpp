// SPDX-License-Identifier: Apache-2.0
#include "bench/evidence_csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "model/baseline.hpp"

namespace gradloom::evidence {
namespace {

using model::ModelNetwork;

constexpr const char* kColumns =
    "rows,cols,batch,b_over_r_low,b_over_r_high,accounting,schedule,cycles,accesses,dram_words,"
    "energy_pj_mac,energy_pj_buffer,energy_pj_dram,energy_pj_idle,energy_pj_total,cycles_ratio,"
    "accesses_ratio\n";

std::string optional_number(const std::optional<double>& value) {
  return value ? fmt::format("{:.0f}", *value) : "";
}

std::string energy_cells(const std::optional<model::EnergySplit>& e) {
  if (!e) return ",,,,";
  return fmt::format("{:.6g},{:.6g},{:.6g},{:.6g},{:.6g}", e->mac, e->buffer, e->dram, e->idle,
                     e->total());
}

/// A line for each accounting and schedule; ratios are those to interleaved of the same line.
std::string lines(const Study& study, const std::string& label, const ModelNetwork& network,
                  const Array& array, std::int64_t batch) {
  std::string out;
  const Span span = batch_span(network, batch, array.rows);
  for (const Accounting accounting : kAccountings) {
    const Figures ours = study.contest.figures(network, batch, array, contenders()[0], accounting);
    for (const Contender& c : contenders()) {
      const Figures& f = study.contest.figures(network, batch, array, c, accounting);
      out +=
          fmt::format("{},{},{},{},{:.6g},{:.6g},{},{},{:.0f},{:.0f},{},{},{:.4f},{:.4f}\n", label,
                      array.rows, array.cols, batch, span.low, span.high, name(accounting), c.name,
                      f.cycles, f.accesses, optional_number(f.dram), energy_cells(f.energy),
                      f.cycles / ours.cycles, f.accesses / ours.accesses);
    }
  }
  return out;
}

std::string layers_csv(const Study& study) {
  std::string out = std::string("network,layer,") + kColumns;
  const Array array{study.array, study.array, study.words};
  for (const ModelNetwork& network : study.networks) {
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
      out += lines(study, network.name + "," + network.layers[i].name, only(network, i), array,
                   study.batch);
    }
  }
  return out;
}

std::vector<std::int64_t> sweep_batches(const ModelNetwork& network, int side) {
  const ModelNetwork fc = fully_connected(network);
  if (fc.layers.size() < network.layers.size()) return {kBatches.begin(), kBatches.end()};
  std::vector<std::int64_t> batches;
  for (const Ratio& ratio : kRatios) {
    if (const std::int64_t batch = batch_of(ratio, side); batch > 0) batches.push_back(batch);
  }
  return batches;
}

std::string sweep_csv(const Study& study) {
  std::string out = std::string("network,") + kColumns;
  std::vector<ModelNetwork> networks = study.networks;
  networks.push_back(fully_connected(find_network(study, "alexnet")));
  networks.back().name = "alexnet_fc";
  for (const ModelNetwork& network : networks) {
    for (const int side : kArrays) {
      for (const std::int64_t batch : sweep_batches(network, side)) {
        out += lines(study, network.name, network, {side, side, study.words}, batch);
      }
    }
  }
  return out;
}

}  // namespace

void write_csv(const Study& study, const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw InputError(folder + ": cannot be made: " + error.message());
  replace_text_file(folder + "/layers.csv", layers_csv(study));
  replace_text_file(folder + "/sweep.csv", sweep_csv(study));
}

std::string product_csv(const std::vector<ModelNetwork>& networks, int rows, int cols,
                        std::int64_t batch) {
  std::string out = "name,rows,cols,m,n,k,dataflow,cycles,a_read,b_read,c_written\n";
  std::set<std::array<std::int64_t, 3>> seen;
  for (const ModelNetwork& network : networks) {
    for (const model::Layer& layer : network.layers) {
      for (const Op op : {Op::fprop, Op::dgrad, Op::wgrad}) {
        const auto p = model::scalesim_product(op, model::lower(layer, batch));
        if (!seen.insert({p.m, p.n, p.k}).second) continue;
        for (const auto dataflow : model::kScaleSimDataflows) {
          const auto cost = model::scalesim_cost(dataflow, rows, cols, p);
          out += fmt::format("{}_{}_{},{},{},{},{},{},{},{},{},{},{}\n", network.name, layer.name,
                             name(op), rows, cols, p.m, p.n, p.k, model::name(dataflow),
                             cost.cycles, cost.a_read, cost.b_read, cost.c_written);
        }
      }
    }
  }
  return out;
}

}  // namespace gradloom::evidence
