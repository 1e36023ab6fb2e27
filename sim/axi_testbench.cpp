// SPDX-License-Identifier: Apache-2.0
#include "sim/axi_testbench.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <iterator>

#include "generator/plan.hpp"
#include "generator/template_engine.hpp"
#include "generator/template_files.hpp"
#include "generator/text_file.hpp"
#include "hal/gradloom_hal.h"

namespace gradloom {
namespace {

constexpr std::size_t kMaxTemplate = std::size_t{1} << 20;
constexpr std::uint32_t kAllBits = 0xFFFFFFFF;

std::string render(const char* name, const TemplateContext& context) {
  const std::filesystem::path file = data_dir("sim/templates") / name;
  return render_template(read_text_file(file, kMaxTemplate), context, file.string());
}

std::string step_records(const std::vector<AxiStep>& steps) {
  std::string text;
  for (const AxiStep& step : steps) {
    text += fmt::format("{:x}{:03x}{:08x}{:08x}\n", static_cast<unsigned>(step.kind), step.offset,
                        step.mask, step.data);
  }
  return text + fmt::format("{:020x}\n", 0);
}

// A beat a line, its highest byte first.
std::string beat_records(const std::vector<std::uint8_t>& bytes, std::size_t beat) {
  std::string text;
  text.reserve(bytes.size() * 2 + bytes.size() / beat);
  for (std::size_t first = 0; first < bytes.size(); first += beat) {
    for (std::size_t i = beat; i-- > 0;) {
      fmt::format_to(std::back_inserter(text), "{:02x}", bytes[first + i]);
    }
    text += '\n';
  }
  return text;
}

}  // namespace

std::vector<AxiStep> run_steps(const Config& config, std::uint64_t config_hash,
                               std::uint64_t list_address, std::uint32_t list_length,
                               std::uint32_t batches, std::optional<std::uint32_t> seed) {
  using Kind = AxiStep::Kind;
  const auto low = [](std::uint64_t value) { return static_cast<std::uint32_t>(value); };
  const auto high = [](std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32); };
  const auto lanes = static_cast<std::uint32_t>(config.rows);
  const auto bus = static_cast<std::uint32_t>(config.data_bits) |
                   static_cast<std::uint32_t>(config.address_bits) << 16;
  std::vector<AxiStep> steps{
      {Kind::read, GRADLOOM_ID, kAllBits, GRADLOOM_ID_VALUE},
      {Kind::read, GRADLOOM_HASH_LO, kAllBits, low(config_hash)},
      {Kind::read, GRADLOOM_HASH_HI, kAllBits, high(config_hash)},
      {Kind::read, GRADLOOM_SHAPE, kAllBits, lanes | lanes << 16},
      {Kind::read, GRADLOOM_BUS, kAllBits, bus},
      {Kind::write, GRADLOOM_LIST_ADDR_LO, 0, low(list_address)},
      {Kind::write, GRADLOOM_LIST_ADDR_HI, 0, high(list_address)},
      {Kind::write, GRADLOOM_LIST_LENGTH, 0, list_length},
      {Kind::write, GRADLOOM_BATCHES, 0, batches},
      {Kind::write, GRADLOOM_IRQ_ENABLE, 0, GRADLOOM_IRQ_DONE | GRADLOOM_IRQ_ERROR},
      {Kind::write, GRADLOOM_CONTROL, 0, GRADLOOM_CONTROL_START},
      {Kind::irq, 0, 0, 1},
      {Kind::read, GRADLOOM_RUN_STATUS, kAllBits, GRADLOOM_RUN_DONE},
      {Kind::read, GRADLOOM_IRQ_STATUS, kAllBits, GRADLOOM_IRQ_DONE},
      {Kind::write, GRADLOOM_IRQ_STATUS, 0, GRADLOOM_IRQ_DONE},
      {Kind::irq, 0, 0, 0},
      {Kind::read, GRADLOOM_ITERATION, kAllBits, batches - 1},
      {Kind::read, GRADLOOM_HOST_ERRORS, kAllBits, 0}};
  if (seed) steps.insert(steps.begin(), {Kind::write, GRADLOOM_SEED, 0, *seed});
  return steps;
}

std::vector<EmittedFile> emit_axi_testbench(const Config& config, const AxiProgram& program) {
  const auto beat = static_cast<std::size_t>(config.data_bits) / 8;
  TemplateContext context = make_context(make_plan(config));
  context.values["steps"] = std::to_string(program.steps.size() + 1);
  context.values["beats"] = std::to_string(program.before.size() / beat);
  context.values["base"] = fmt::format("{:x}", program.base);
  context.values["seed"] = std::to_string(config.testbench.seed);
  context.values["stalls"] = std::to_string(config.testbench.stall_percent);
  context.values["timeout"] = std::to_string(config.testbench.timeout_cycles);
  return {{"tb/" + config.name + "_tb.v", render("axi_testbench.v", context)},
          {"tb/steps.hex", step_records(program.steps)},
          {"tb/memory.hex", beat_records(program.before, beat)},
          {"tb/expected.hex", beat_records(program.expected, beat)},
          {"tb/README.md", render("axi_testbench_readme.md", context)}};
}

}  // namespace gradloom
