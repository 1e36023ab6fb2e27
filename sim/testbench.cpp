// SPDX-License-Identifier: Apache-2.0
#include "sim/testbench.hpp"

#include <fmt/format.h>

#include <deque>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "generator/config_yaml.hpp"
#include "generator/interrupt.hpp"
#include "generator/plan.hpp"
#include "generator/template_engine.hpp"
#include "generator/template_files.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "golden/machine.hpp"
#include "sim/axi_testbench.hpp"
#include "sim/chip_step.hpp"
#include "sim/pin_driver.hpp"
#include "sim/testbench_program.hpp"
#include "sim/training_pins.hpp"

namespace gradloom {
namespace {

constexpr std::size_t kMaxTemplate = std::size_t{1} << 20;

// Kinds of records in program.hex.
enum class Kind { end, write, read, command, barrier, idle, reset };

bool is_read(const Step& step) {
  const auto* access = std::get_if<HostAccess>(&step);
  return access != nullptr && !access->write;
}

// The steps that will be answered: everything from one reset to the next.
struct Expecting {
  std::deque<std::size_t> reads;
  std::deque<std::size_t> commands;
  std::size_t next = 0;  // first step not looked at
  int reset_left = 0;    // cycles of the reset that is on

  // All steps up to the next reset. One of no cycles at all is none.
  void fill(const Program& program) {
    for (; next < program.size(); ++next) {
      const auto* reset = std::get_if<Reset>(&program[next]);
      if (reset != nullptr && reset->cycles > 0) return;
      if (is_read(program[next])) reads.push_back(next);
      if (std::holds_alternative<RunCommand>(program[next])) commands.push_back(next);
    }
  }

  // A cycle with rst_ni 0: what is not answered never will be.
  void reset_cycle(const Program& program) {
    if (reset_left == 0 && next < program.size()) {
      reads.clear();
      commands.clear();
      reset_left = std::get<Reset>(program[next]).cycles;
      ++next;
      fill(program);
    }
    --reset_left;
  }
};

std::size_t pop(std::deque<std::size_t>& steps) {
  const std::size_t step = steps.at(0);
  steps.pop_front();
  return step;
}

std::string host_record(const HostAccess& access, const Answer& answer) {
  const std::uint64_t data = access.write ? access.data : answer.value;
  const Kind kind = access.write ? Kind::write : Kind::read;
  const int flags = (answer.known ? 1 : 0) | (answer.error ? 2 : 0);
  return fmt::format("{:x}_{:x}_{:x}_{:02x}_{:04x}_{:016x}\n", static_cast<int>(kind), flags,
                     access.sel & 15, access.lane & 0xFF, access.addr & 0xFFFF, data);
}

std::string plain_record(Kind kind, std::uint64_t data) {
  return fmt::format("{:x}_0_0_00_0000_{:016x}\n", static_cast<int>(kind), data);
}

// Training fields take whole hexadecimal digits, the first of them the lowest, above all others.
int digits(const TrainingPin& pin) { return (pin.width + 3) / 4; }

constexpr int kPlainCommandBits = 208;

std::string command_record(const golden::Command& command, const Answer& answer,
                           const std::vector<TrainingPin>& training) {
  std::string text;
  for (auto pin = training.rbegin(); pin != training.rend(); ++pin) {
    text += fmt::format("{:0{}x}_", pin->get(command.training), digits(*pin));
  }
  const int flags = (answer.known ? 1 : 0) | (command.acc_psum ? 2 : 0) | (command.acc_dw ? 4 : 0);
  text += fmt::format("{:x}_{:x}_{:x}_{:x}_{:08x}_{:08x}_{:08x}", flags, answer.value, command.op,
                      command.schedule, command.m, command.n, command.b);
  for (auto base = command.bases.rbegin(); base != command.bases.rend(); ++base) {
    text += fmt::format("_{:04x}", *base & 0xFFFF);
  }
  return text + "\n";
}

// The two files, and how many records each has.
struct Records {
  std::string program;
  std::string commands;
  std::size_t steps = 0;
  std::size_t command_count = 0;
};

Records make_records(const Program& program, const std::vector<Answer>& answers,
                     const std::vector<TrainingPin>& training) {
  Records records;
  for (std::size_t i = 0; i < program.size(); ++i) {
    const Step& step = program[i];
    if (const auto* access = std::get_if<HostAccess>(&step)) {
      records.program += host_record(*access, answers[i]);
    } else if (const auto* run = std::get_if<RunCommand>(&step)) {
      records.program += plain_record(Kind::command, records.command_count++);
      records.commands += command_record(run->command, answers[i], training);
    } else if (const auto* idle = std::get_if<Idle>(&step)) {
      records.program += plain_record(Kind::idle, static_cast<std::uint64_t>(idle->cycles));
    } else if (const auto* reset = std::get_if<Reset>(&step)) {
      records.program += plain_record(Kind::reset, static_cast<std::uint64_t>(reset->cycles));
    } else {
      records.program += plain_record(Kind::barrier, 0);
    }
  }
  records.program += plain_record(Kind::end, 0);
  records.steps = program.size() + 1;
  if (records.command_count == 0) {  // a Verilog memory has at least one word
    records.commands = command_record({}, {}, training);
    records.command_count = 1;
  }
  return records;
}

// Where the fields of a command lie in its record.
void add_command_fields(const Config& config, const std::vector<TrainingPin>& training,
                        TemplateContext& context) {
  auto& fields = context.lists["command_fields"];
  const auto add = [&](const std::string& port, int first, int width) {
    fields.push_back({{{"name", port},
                       {"first", std::to_string(first)},
                       {"width", std::to_string(width)},
                       {"digits", std::to_string((width + 3) / 4)}},
                      {}});
  };
  for (int code = 0; code < kBaseCount; ++code) {
    const Buffer buffer = static_cast<Buffer>(code);
    if (depth(config, buffer) == 0) continue;
    add(fmt::format("cmd_{}_base_i", name(buffer)), 16 * code, derive(config).addr_w);
  }
  auto& training_fields = context.lists["training_fields"];
  int first = kPlainCommandBits;
  for (const TrainingPin& pin : training) {
    add(pin.port, first, pin.width);
    training_fields.push_back(fields.back());
    first += 4 * digits(pin);
  }
  context.values["command_bits"] = std::to_string(first);
  context.values["command_top"] = std::to_string(first - 1);
}

std::string render(const char* name, const TemplateContext& context) {
  const std::filesystem::path file = data_dir("sim/templates") / name;
  return render_template(read_text_file(file, kMaxTemplate), context, file.string());
}

}  // namespace

std::vector<Answer> golden_answers(const Config& config, const Program& program,
                                   std::uint64_t config_hash) {
  std::vector<Answer> answers(program.size());
  golden::Machine machine(config, config_hash);
  PinDriver driver(config, 1, 0);
  driver.add(program);
  Expecting expecting;
  expecting.fill(program);
  while (!driver.finished()) {
    if (machine.cycle() > config.testbench.timeout_cycles) {
      throw InputError(
          fmt::format("testbench: found a program that takes more than {} cycles "
                      "(testbench.timeout_cycles)",
                      config.testbench.timeout_cycles));
    }
    if (machine.cycle() % 4096 == 0) check_interrupt();
    const golden::Inputs inputs = driver.inputs();
    const Handshake pins = handshake_of(machine);
    if (!inputs.rst_n) {
      expecting.reset_cycle(program);
    } else {
      if (pins.rsp_valid && inputs.rsp_ready) {
        answers[pop(expecting.reads)] = {machine.rsp_specified(), pins.rsp_data, pins.rsp_error};
      }
      if (pins.done_valid && inputs.done_ready) {
        answers[pop(expecting.commands)] = {true, pins.done_code, false};
      }
    }
    driver.observe(pins);
    machine.clock(inputs);
  }
  return answers;
}

std::vector<EmittedFile> emit_testbench(const Config& config, const Program& program,
                                        std::uint64_t config_hash) {
  const std::vector<TrainingPin> training = training_pins(config);
  const Records records =
      make_records(program, golden_answers(config, program, config_hash), training);
  TemplateContext context = make_context(make_plan(config));
  add_command_fields(config, training, context);
  context.values["steps"] = std::to_string(records.steps);
  context.values["commands"] = std::to_string(records.command_count);
  context.values["seed"] = std::to_string(config.testbench.seed);
  context.values["stalls"] = std::to_string(config.testbench.stall_percent);
  context.values["timeout"] = std::to_string(config.testbench.timeout_cycles);
  return {{"tb/" + config.name + "_tb.v", render("testbench.v", context)},
          {"tb/program.hex", records.program},
          {"tb/commands.hex", records.commands},
          {"tb/README.md", render("testbench_readme.md", context)}};
}

std::vector<EmittedFile> default_testbench(const Config& config, std::int64_t cycles) {
  const std::uint64_t seed = config.testbench.seed;
  const std::uint64_t hash = config_hash(config);
  if (config.bus != HostBus::axi) {
    return emit_testbench(config, default_testbench_program(config, seed, cycles), hash);
  }
  return emit_axi_testbench(config, step_program(config, hash, random_compiled_case(config, seed)));
}

void add_testbench(const Config& config, std::vector<EmittedFile>& files) {
  std::vector<EmittedFile> added = default_testbench(config);
  for (EmittedFile& file : files) {
    if (file.path != "manifest.json") continue;
    auto manifest = nlohmann::ordered_json::parse(file.text);
    auto& testbench = manifest["testbench"];
    testbench["top"] = config.name + "_tb";
    for (const EmittedFile& part : added) testbench["files"].push_back(part.path);
    file.text = manifest.dump(2) + "\n";
  }
  files.insert(files.end(), std::make_move_iterator(added.begin()),
               std::make_move_iterator(added.end()));
}

}  // namespace gradloom
