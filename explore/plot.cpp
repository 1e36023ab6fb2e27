// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "explore/output.hpp"
#include "generator/process.hpp"
#include "generator/scratch_dir.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"

namespace gradloom::explore {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kGrey = 20000;

double plot_area(const Space& space, const Result& r) {
  return r.area.total() * (space.area.unit == AreaUnit::um2 ? 1e-6 : 1);
}

// Time, area and energy (uJ) of the results of a workload, at most `most`, as a block of gnuplot.
std::string block(const Space& space, const char* name, const std::vector<Result>& results,
                  std::size_t workload, std::size_t most) {
  std::vector<const Result*> list;
  for (const Result& r : results) {
    if (r.feasible && r.point.workload == workload) list.push_back(&r);
  }
  const std::size_t shown = std::min(most, list.size());
  std::string text = fmt::format("${} << END\n", name);
  for (std::size_t i = 0; i < shown; ++i) {
    const Result& r = *list[i * list.size() / shown];
    text += fmt::format("{:.6g} {:.6g} {:.6g}\n", r.time, plot_area(space, r), r.energy_pj * 1e-6);
  }
  return text + "END\n";
}

std::string script(const Space& space, const std::vector<Result>& results,
                   const std::vector<Result>& pareto, std::size_t workload,
                   const std::string& output) {
  const bool um2 = space.area.unit == AreaUnit::um2;
  return block(space, "all", results, workload, kGrey) +
         block(space, "pareto", pareto, workload, pareto.size()) +
         fmt::format(
             "set terminal svg size 900,600 noenhanced background rgb 'white'\nset output '{}'\n"
             "set title '{}: {}, {}'\nset logscale xycb\nset grid\n"
             "set xlabel '{} per sample'\nset ylabel '{}'\nset cblabel 'uJ per sample'\n"
             "set key below\n"
             "plot $all using 1:2 with dots linecolor rgb '#999999' title 'all points', \\\n"
             "  $pareto using 1:2:3 with points pointtype 7 pointsize 0.6 linecolor palette "
             "title 'Pareto set of time, area and energy'\n",
             output, space.name, space.workloads[workload].name, name(space.op),
             space.time == TimeUnit::us ? "us" : "cycles",
             um2 ? "area, mm2 in OSU 0.18 um" : "LUTs");
}

}  // namespace

void require_gnuplot() { require_program("gnuplot", "gnuplot-nox"); }

std::vector<fs::path> draw_plots(const Space& space, const fs::path& dir,
                                 const std::vector<Result>& results,
                                 const std::vector<Result>& pareto) {
  require_gnuplot();
  const ScratchDir work(fs::absolute(dir), ".plot", "--output");
  std::vector<fs::path> files;
  for (std::size_t w = 0; w < space.workloads.size(); ++w) {
    const bool any = std::any_of(pareto.begin(), pareto.end(),
                                 [w](const Result& r) { return r.point.workload == w; });
    if (!any) continue;  // nothing feasible
    std::string file = fmt::format("pareto_{}.svg", space.workloads[w].name);
    std::replace(file.begin(), file.end(), '/', '_');
    write_text_file(work.path() / "plot.gp", script(space, results, pareto, w, file));
    const ProcessResult run = run_process({"gnuplot", "plot.gp"}, {work.path(), {}, {}});
    if (!run.good()) {
      throw ToolError(fmt::format("gnuplot: {}", printable(run.output, 200)));
    }
    replace_text_file(dir / file, read_text_file(work.path() / file));
    files.push_back(dir / file);
  }
  return files;
}

}  // namespace gradloom::explore
