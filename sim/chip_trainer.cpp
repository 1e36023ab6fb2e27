// SPDX-License-Identifier: Apache-2.0
#include "sim/chip_trainer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "sim/run_counters.hpp"

namespace gradloom {
namespace {

constexpr std::uint64_t kPage = 4096;
constexpr std::int64_t kIdleCycles = 32;

void require(gradloom_result result, const char* what) {
  if (result == GRADLOOM_OK) return;
  throw CheckError(fmt::format("{}: the driver answers {}", what, static_cast<int>(result)), {});
}

AxiBenchOptions with_memory(AxiBenchOptions options, const compiler::CompiledNet& net) {
  options.memory.base = net.map.base;
  options.memory.bytes = (net.end - net.map.base + kPage - 1) / kPage * kPage;
  return options;
}

golden::Operands rows_of(const golden::Operands& all, int first, int count) {
  golden::Operands part(count, all.cols);
  const int there = std::min(count, all.rows - first);
  std::copy_n(all.row(first), static_cast<std::size_t>(there) * static_cast<std::size_t>(all.cols),
              part.data.begin());
  return part;
}

int wait_for_interrupt(void* user) {
  auto* bench = static_cast<AxiBench*>(user);
  for (std::int64_t i = 0; i < kIdleCycles || !bench->irq(); ++i) {
    bench->cycle();
    if (bench->irq()) break;
  }
  return 0;
}

std::int64_t require_equal(const std::vector<golden::LayerState>& chip,
                           const std::vector<golden::LayerState>& golden, int epoch) {
  std::int64_t words = 0;
  for (std::size_t k = 0; k < golden.size(); ++k) {
    if (chip.at(k) != golden[k]) {
      throw CheckError(fmt::format("after epoch {}: weights or biases of layer {} differ from "
                                   "those of the golden model",
                                   epoch, k + 1),
                       {});
    }
    words += static_cast<std::int64_t>(golden[k].masters.size() + golden[k].bias.size());
  }
  return words;
}

}  // namespace

compiler::CompiledNet compile_for_epochs(const Config& config, const Network& network,
                                         const OnChipPlan& plan) {
  const int rows = static_cast<int>(plan.split.train.size());
  if (rows < network.training.batch) {
    throw InputError(
        fmt::format("training.batch: found {}, allowed at most the {} rows that are "
                    "trained on",
                    network.training.batch, rows));
  }
  compiler::LowerOptions options;
  options.batches = rows / network.training.batch;
  return compiler::lower(config, plan.net.numbers, options);
}

ChipTrainer::ChipTrainer(const Config& config, const OnChipPlan& plan, compiler::CompiledNet net,
                         const std::filesystem::path& library, const AxiBenchOptions& options)
    : config_(config),
      net_(std::move(net)),
      batches_(net_.map.areas.at(net_.map.inputs).batches),
      image_(compiler::memory_image(config, net_, plan.initial.layers)),
      bench_(config, library, with_memory(options, net_)),
      softmax_(plan.net, plan.seed) {
  bench_.memory().bytes().write(net_.map.base, image_);
  gradloom_device* device = &bench_.device();
  require(gradloom_probe(device), "probe");
  require(gradloom_set_seed(device, plan.seed), "seed");
  gradloom_irq_enable(device, GRADLOOM_IRQ_DONE | GRADLOOM_IRQ_ERROR);
}

void ChipTrainer::put(std::size_t area, int batch, const golden::Operands& values) {
  compiler::write_batch(config_, net_, area, batch, values, image_);
  const compiler::TensorArea& place = net_.map.areas.at(area);
  const std::uint64_t address =
      place.address + place.batch_bytes * static_cast<std::uint64_t>(batch);
  bench_.memory().bytes().write(
      address, std::span(image_).subspan(address - net_.map.base, place.batch_bytes));
}

golden::Operands ChipTrainer::get(std::size_t area, int batch) {
  const compiler::TensorArea& place = net_.map.areas.at(area);
  const std::uint64_t address =
      place.address + place.batch_bytes * static_cast<std::uint64_t>(batch);
  bench_.memory().bytes().read(
      address, std::span(image_).subspan(address - net_.map.base, place.batch_bytes));
  return compiler::read_batch(config_, net_, area, batch, image_);
}

gradloom_run_counters ChipTrainer::run(const std::string& list, int batches) {
  const compiler::CompiledList& compiled = net_.list(list);
  gradloom_device* device = &bench_.device();
  require(gradloom_set_list(device, compiled.address, compiled.length()), "list");
  require(gradloom_set_batches(device, static_cast<std::uint32_t>(batches)), "batches");
  require(gradloom_start(device), "start");
  gradloom_status status{};
  if (gradloom_wait(device, wait_for_interrupt, &bench_, 0, &status) != GRADLOOM_OK) {
    throw CheckError(fmt::format("list {} ended with error {} of descriptor {}", list, status.code,
                                 status.index),
                     {});
  }
  gradloom_run_counters counters{};
  gradloom_get_run_counters(device, &counters);
  if (counters.compute_cycles + counters.load_cycles + counters.drain_cycles +
          counters.bus_cycles !=
      counters.run_cycles) {
    throw CheckError("the counters of a run do not add up", {});
  }
  return counters;
}

void ChipTrainer::train(const std::string& list, int batches) {
  add_counters(counters_.sum, run(list, batches));
  ++counters_.runs;
}

void ChipTrainer::host_loss_epoch(const EpochData& data) {
  const int batch = net_.numbers.batch;
  train("load", 1);
  for (int first = 0; first < data.x.rows; first += batch) {
    put(net_.map.inputs, 0, rows_of(data.x, first, batch));
    train("forward", 1);
    const std::span<const int> labels(&data.labels[static_cast<std::size_t>(first)],
                                      static_cast<std::size_t>(batch));
    put(net_.map.targets, 0, softmax_(get(net_.map.outputs, 0), labels));
    train("backward", 1);
  }
  train("save", 1);
}

std::vector<golden::LayerState> ChipTrainer::epoch(const EpochData& data) {
  const int batch = net_.numbers.batch;
  const int batches = data.x.rows / batch;
  if (net_.numbers.loss_on_chip) {
    for (int k = 0; k < batches; ++k) {
      put(net_.map.inputs, k, rows_of(data.x, k * batch, batch));
      put(net_.map.targets, k, rows_of(data.targets, k * batch, batch));
    }
    train("train", batches);
  } else {
    host_loss_epoch(data);
  }
  counters_.batches += batches;
  bench_.memory().bytes().read(net_.map.base, image_);
  return compiler::read_state(config_, net_, image_);
}

golden::Operands ChipTrainer::infer(const golden::Operands& x) {
  const int batch = net_.numbers.batch;
  const int all = (x.rows + batch - 1) / batch;
  golden::Operands out(x.rows, net_.numbers.layers.back().n);
  for (int done = 0; done < all; done += batches_) {
    const int now = std::min(batches_, all - done);
    for (int k = 0; k < now; ++k) {
      put(net_.map.inputs, k, rows_of(x, (done + k) * batch, batch));
    }
    run("infer", now);
    for (int k = 0; k < now; ++k) {
      const golden::Operands part = get(net_.map.outputs, k);
      const int first = (done + k) * batch;
      const auto words = static_cast<std::size_t>(std::min(batch, x.rows - first)) *
                         static_cast<std::size_t>(out.cols);
      std::copy_n(part.data.begin(), words, out.row(first));
    }
  }
  return out;
}

ChipTraining train_chip(const Config& config, const Network& network, const Dataset& data,
                        const std::filesystem::path& library, const ChipTrainingOptions& options) {
  OnChipPlan plan = plan_on_chip(config, network, data);
  ChipTrainer trainer(config, plan, compile_for_epochs(config, network, plan), library,
                      options.bench);
  ChipTraining result;
  OnChipOptions golden;
  golden.cuts = trainer.net().layer_cuts();
  golden.on_epoch = options.on_epoch;
  int number = 0;
  golden.on_state = [&](const EpochData& epoch, const golden::NetState& state) {
    result.words_compared += require_equal(trainer.epoch(epoch), state.layers, ++number);
  };
  golden.on_held_out = [&](const golden::Operands& x, const golden::Operands& outputs) {
    if (number < network.training.epochs) return;
    if (trainer.infer(x) != outputs) {
      throw CheckError("outputs for the held-out rows differ from those of the golden model", {});
    }
    result.words_compared += static_cast<std::int64_t>(outputs.data.size());
  };
  result.golden = run_on_chip(config, network, data, std::move(plan), golden);
  result.net = trainer.net();
  result.counters = trainer.counters();
  result.cycles = trainer.cycles();
  result.checks = trainer.checks();
  return result;
}

}  // namespace gradloom
