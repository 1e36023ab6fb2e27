// SPDX-License-Identifier: Apache-2.0
#include "compiler/cut_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "golden/error.hpp"

namespace gradloom::compiler {
namespace {

/// Descriptors that may be made while searching, so that large networks do not take long.
constexpr std::size_t kBudget = 400'000;
constexpr int kRounds = 4;
/// More commands than this make a list that is too long.
constexpr std::int64_t kMostCommands = golden::kMaxListLength;
constexpr int kFine = 32;
constexpr int kLeastPassing = 2;
constexpr int kMostPassing = 5;
/// Batches that are looked at; more are like the last one.
constexpr int kBatches = 3;

std::int64_t commands_of(const NetCut& cut) {
  std::int64_t count = 0;
  for (std::size_t k = 0; k + 1 < cut.size(); ++k) {
    count += 2 * std::int64_t{cut[k].chunks()} * cut[k + 1].chunks();
  }
  return count;
}

void require_commands(const NetCut& cut) {
  const std::int64_t count = commands_of(cut);
  if (count <= kMostCommands) return;
  throw InputError(
      fmt::format("found {} commands a batch, allowed lists of {} descriptors; deeper "
                  "buffers need fewer",
                  count, golden::kMaxListLength));
}

class Search {
 public:
  explicit Search(const ListContext& context) : context_(context) {}

  CutChoice run() {
    best_.cut = grown();
    require_commands(best_.cut);
    const NetCut start = best_.cut;
    cycles_ = cycles(best_);
    for (int round = 0; round < kRounds; ++round) {
      const std::int64_t before = cycles_;
      for (std::size_t width = 0; width < best_.cut.size(); ++width) {
        for (const int step : steps_of(best_.cut[width].tiles())) {
          CutChoice choice = best_;
          choice.cut[width].step = step;
          if (step == best_.cut[width].step || fine(choice.cut[width], start[width])) continue;
          if (commands_of(choice.cut) <= kMostCommands && fits(choice.cut)) look_at(choice);
        }
      }
      for (int passing = kLeastPassing; passing <= kMostPassing; ++passing) {
        if (passing != best_.passing) look_at({best_.cut, passing});
      }
      if (cycles_ == before) break;
    }
    return best_;
  }

 private:
  bool fits(const NetCut& cut) const {
    return misfit(context_.config, context_.numbers, cut, context_.purpose).empty();
  }

  /// Much finer cuts than the buffers ask for only cost.
  static bool fine(const WidthCut& width, const WidthCut& start) {
    return width.chunks() > std::max(kFine, 2 * start.chunks());
  }

  void look_at(const CutChoice& choice) {
    if (spent_ > kBudget) return;
    const std::int64_t found = cycles(choice);
    if (found >= cycles_) return;
    best_ = choice;
    cycles_ = found;
  }

  /// Chunks as large as the buffers allow, all widths growing alike.
  NetCut grown() const {
    NetCut cut = even_cut(context_.numbers, context_.config.cols, 1);
    bool more = true;
    while (more) {
      more = false;
      for (WidthCut& width : cut) {
        const std::vector<int> steps = steps_of(width.tiles());
        const auto larger =
            std::find_if(steps.rbegin(), steps.rend(), [&](int step) { return step > width.step; });
        if (larger == steps.rend()) continue;
        const int before = width.step;
        width.step = *larger;
        if (fits(cut)) {
          more = true;
        } else {
          width.step = before;
        }
      }
    }
    return cut;
  }

  std::int64_t cycles(const CutChoice& choice) {
    const Pins pins = choose_pins(context_.config, choice.cut, context_.map, choice.passing);
    std::int64_t total = 0;
    for (const RawList& raw : build_training(context_, choice.cut, pins)) {
      spent_ += raw.list.descriptors.size();
      const int batches = raw.list.repeats ? context_.batches : 1;
      const int shown = std::min(batches, kBatches);
      const Estimate found = estimate(context_.config, raw.list.descriptors, shown);
      total += found.total + (batches - shown) * found.batch;
    }
    return total;
  }

  const ListContext& context_;
  CutChoice best_;
  std::int64_t cycles_ = 0;
  std::size_t spent_ = 0;
};

}  // namespace

CutChoice search_cut(const ListContext& context) { return Search(context).run(); }

}  // namespace gradloom::compiler
