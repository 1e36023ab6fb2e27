// SPDX-License-Identifier: Apache-2.0
#include "compiler/steps.hpp"

namespace gradloom::compiler {
namespace {

int area_of(std::size_t first, int layer) { return static_cast<int>(first) + layer; }

class StepMaker {
 public:
  StepMaker(const golden::NetNumbers& numbers, const NetCut& cut, const NetMap& map,
            const StepOptions& options)
      : numbers_(numbers), cut_(cut), map_(map), options_(options) {}

  StepList make() {
    for (int k = 0; k < layers(); ++k) fprop_layer(k);
    list_.forward_steps = list_.steps.size();
    if (options_.purpose == Purpose::infer) return std::move(list_);
    for (int k = layers() - 1; k >= 0; --k) backward_layer(k);
    return std::move(list_);
  }

 private:
  int layers() const { return static_cast<int>(numbers_.layers.size()); }
  bool last(int k) const { return k + 1 == layers(); }
  const WidthCut& in(int k) const { return cut_[static_cast<std::size_t>(k)]; }
  const WidthCut& out(int k) const { return cut_[static_cast<std::size_t>(k) + 1]; }
  const golden::LayerNumbers& layer(int k) const {
    return numbers_.layers[static_cast<std::size_t>(k)];
  }
  bool loss() const { return options_.purpose == Purpose::train; }
  bool outputs() const { return options_.purpose != Purpose::train || options_.keep_outputs; }

  /// A chunk of a tensor with a vector for each sample.
  Use samples(Tensor tensor, Buffer buffer, BaseField field, int k, const WidthCut& cut,
              int i) const {
    Use use;
    use.chunk = {tensor, k, i, 0};
    use.buffer = buffer;
    use.field = field;
    use.tile = cut.first_tile(i);
    use.tiles = cut.tiles_of(i);
    use.vectors = numbers_.batch;
    use.words = use.tiles * use.vectors;
    return use;
  }

  /// The input of layer k.
  Use act(int k, int i, BaseField field) const {
    Use use = samples(Tensor::act, Buffer::x, field, k, in(k), i);
    use.load_area = k == 0 ? static_cast<int>(map_.inputs) : area_of(map_.acts, k);
    return use;
  }

  /// delta of layer k.
  Use delta(int k, int j, BaseField field) const {
    Use use = samples(Tensor::delta, Buffer::delta, field, k, out(k), j);
    use.load_area = area_of(map_.deltas, k);
    if (last(k) && options_.purpose == Purpose::host) {
      use.load_area = static_cast<int>(map_.targets);
    }
    return use;
  }

  golden::Command command(Op op, int k, int i, int j) const {
    return golden::make_command(op, Schedule::interleaved, in(k).features_of(i),
                                out(k).features_of(j), numbers_.batch);
  }

  void fprop_layer(int k) {
    for (int j = 0; j < out(k).chunks(); ++j) {
      for (int i = 0; i < in(k).chunks(); ++i) fprop(k, i, j);
    }
  }

  void fprop(int k, int i, int j) {
    Step step;
    step.command = command(Op::fprop, k, i, j);
    step.command.acc_psum = i > 0;
    step.uses.push_back(reading(act(k, i, BaseField::x)));
    step.uses.push_back(reading(weight_use(cut_, map_, k, i, j)));
    Use sum = samples(Tensor::sum, Buffer::y, BaseField::y, k, out(k), j);
    sum.reads = i > 0;
    sum.writes = true;
    const bool final = i + 1 == in(k).chunks();
    if (final && last(k) && outputs()) sum.store_area = static_cast<int>(map_.outputs);
    step.uses.push_back(sum);
    if (final) add_forward_lane(k, j, step);
    list_.steps.push_back(step);
  }

  void add_forward_lane(int k, int j, Step& step) {
    const golden::LayerNumbers& numbers = layer(k);
    golden::TrainingFields& t = step.command.training;
    t.post = true;
    t.sr_post = numbers_.sr_post && options_.purpose != Purpose::infer;
    t.act = static_cast<std::uint32_t>(numbers.act);
    t.leak = static_cast<std::uint32_t>(numbers.leak);
    t.scale = static_cast<std::uint32_t>(numbers.scale);
    t.shift = static_cast<std::uint32_t>(numbers.shift);
    step.uses.push_back(reading(bias_use(cut_, map_, k, j)));
    if (!last(k)) {
      t.to_x = true;
      Use next = act(k + 1, j, BaseField::next);
      next.writes = true;
      next.deriv = true;
      next.store_area = area_of(map_.acts, k + 1);
      step.uses.push_back(next);
      return;
    }
    t.to_y = outputs();
    if (!loss()) return;
    t.loss = true;
    Use target = delta(k, j, BaseField::delta);
    target.reads = true;
    target.writes = true;
    target.load_area = static_cast<int>(map_.targets);
    target.store_area = area_of(map_.deltas, k);
    step.uses.push_back(target);
  }

  void backward_layer(int k) {
    for (int i = 0; i < in(k).chunks(); ++i) {
      for (int j = 0; j < out(k).chunks(); ++j) backward(k, i, j);
    }
  }

  void backward(int k, int i, int j) {
    const golden::LayerNumbers& numbers = layer(k);
    Step step;
    step.command = command(k == 0 ? Op::wgrad : Op::backward, k, i, j);
    golden::TrainingFields& t = step.command.training;
    t.update = true;
    t.sr_update = numbers_.sr_update;
    t.rate = static_cast<std::uint32_t>(numbers.rate);
    t.rate_shift = static_cast<std::uint32_t>(numbers.rate_shift);
    t.decay = static_cast<std::uint32_t>(numbers.decay);
    Use x = reading(act(k, i, BaseField::x));
    x.deriv = k > 0;
    step.uses.push_back(x);
    step.uses.push_back(reading(delta(k, j, BaseField::delta)));
    Use weights = updating(weight_use(cut_, map_, k, i, j));
    step.uses.push_back(weights);
    if (k > 0) step.command.acc_psum = j > 0;
    if (i == 0) {
      t.bgrad = true;
      t.bias_scale = static_cast<std::uint32_t>(numbers.bias_scale);
      t.bias_shift = static_cast<std::uint32_t>(numbers.bias_shift);
      step.uses.push_back(updating(bias_use(cut_, map_, k, j)));
    }
    if (k > 0 && j + 1 == out(k).chunks()) {
      t.post = true;
      t.scale = static_cast<std::uint32_t>(numbers.back_scale);
      t.shift = static_cast<std::uint32_t>(numbers.back_shift);
      Use below = delta(k - 1, i, BaseField::next);
      below.writes = true;
      below.store_area = area_of(map_.deltas, k - 1);
      step.uses.push_back(below);
    }
    t.sr_post = numbers_.sr_post && (t.post || t.bgrad);
    list_.steps.push_back(step);
  }

  static Use reading(Use use) {
    use.reads = true;
    return use;
  }

  static Use updating(Use use) {
    use.reads = true;
    use.writes = true;
    use.store_area = use.load_area;
    return use;
  }

  const golden::NetNumbers& numbers_;
  const NetCut& cut_;
  const NetMap& map_;
  const StepOptions& options_;
  StepList list_;
};

}  // namespace

Use weight_use(const NetCut& cut, const NetMap& map, int layer, int i, int j) {
  const WidthCut& in = cut[static_cast<std::size_t>(layer)];
  const WidthCut& out = cut[static_cast<std::size_t>(layer) + 1];
  Use use;
  use.chunk = {Tensor::weight, layer, i, j};
  use.buffer = Buffer::w;
  use.field = BaseField::w;
  use.tile = out.first_tile(j);
  use.tiles = out.tiles_of(j);
  use.vector = in.first(i);
  use.vectors = in.features_of(i);
  use.words = use.tiles * use.vectors;
  use.load_area = area_of(map.weights, layer);
  return use;
}

Use bias_use(const NetCut& cut, const NetMap& map, int layer, int j) {
  const WidthCut& out = cut[static_cast<std::size_t>(layer) + 1];
  Use use;
  use.chunk = {Tensor::bias, layer, j, 0};
  use.buffer = Buffer::bias;
  use.field = BaseField::bias;
  use.tile = out.first_tile(j);
  use.tiles = out.tiles_of(j);
  use.vectors = 1;
  use.words = use.tiles;
  use.load_area = area_of(map.biases, layer);
  return use;
}

StepList make_steps(const golden::NetNumbers& numbers, const NetCut& cut, const NetMap& map,
                    const StepOptions& options) {
  return StepMaker(numbers, cut, map, options).make();
}

}  // namespace gradloom::compiler
