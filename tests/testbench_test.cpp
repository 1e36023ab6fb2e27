// SPDX-License-Identifier: Apache-2.0
#include "sim/testbench.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "generator/config_yaml.hpp"
#include "generator/emitter.hpp"
#include "generator/template_files.hpp"
#include "golden/error.hpp"
#include "sim/icarus.hpp"
#include "sim/testbench_program.hpp"
#include "temp_dir.hpp"

using namespace gradloom;

namespace {

// `rest` can hold buffers, limits, operations and host.
Config make_config(const std::string& array, const std::string& numbers,
                   const std::string& rest = "") {
  return parse_config("name: t\narray: " + array + "\nnumbers: " + numbers + "\n" + rest, "t.yaml");
}

const std::string kInt8 = "{operand_bits: 8, accumulator_bits: 24, overflow: wrap}";
const std::string kSmallBuffers = "buffers: {x: 20, delta: 20, w: 24, y: 20, dx: 20, dw: 24}\n";

Config small_config() { return make_config("{rows: 2, cols: 2}", kInt8, kSmallBuffers); }

Program program_of(const Config& config) { return default_testbench_program(config, 1); }

void check_passes(const Config& config, const std::vector<int>& stall_percents = {40}) {
  const std::vector<EmittedFile> files = icarus_files(config, program_of(config));
  for (const int stalls : stall_percents) {
    IcarusOptions options;
    options.stalls = stalls;
    const IcarusResult result = run_icarus(config, files, options);
    INFO(config.rows << "x" << config.cols << ", stalls " << stalls << ": " << result.message);
    CHECK(result.passed);
    CHECK(result.checks > 400);
  }
}

// One line of the emitted Verilog, changed.
struct Mutant {
  const char* what;
  const char* file;  // ends with this
  const char* from;  // the first place is changed
  const char* to;
};

std::vector<EmittedFile> mutate(std::vector<EmittedFile> files, const Mutant& mutant) {
  for (EmittedFile& file : files) {
    if (!file.path.ends_with(mutant.file)) continue;
    const std::size_t at = file.text.find(mutant.from);
    REQUIRE_MESSAGE(at != std::string::npos, std::string(mutant.what));
    file.text.replace(at, std::string(mutant.from).size(), mutant.to);
    return files;
  }
  FAIL("no such file: " << mutant.file);
  return files;
}

void check_killed(const Config& config, const std::vector<Mutant>& mutants) {
  const std::vector<EmittedFile> files = icarus_files(config, program_of(config));
  IcarusOptions options;
  options.stalls = 20;
  for (const Mutant& mutant : mutants) {
    const IcarusResult result = run_icarus(config, mutate(files, mutant), options);
    INFO(std::string(mutant.what) << ": " << result.message);
    CHECK_FALSE(result.passed);
    CHECK(result.message.starts_with("FAIL cycle "));
  }
}

}  // namespace

TEST_CASE("all operations pass in Icarus, with and without stalls") {
  check_passes(small_config(), {0, 40});
  check_passes(make_config("{rows: 3, cols: 5}", "{operand_bits: 4, accumulator_bits: 24}"),
               {0, 40});
}

TEST_CASE("arrays of one row, one column and one element pass") {
  check_passes(make_config("{rows: 1, cols: 1}", kInt8, kSmallBuffers));
  check_passes(make_config("{rows: 1, cols: 4}", kInt8, kSmallBuffers));
  check_passes(make_config("{rows: 4, cols: 1}", kInt8, kSmallBuffers));
}

TEST_CASE("every subset of the operations passes") {
  for (const char* operations :
       {"[fprop]", "[dgrad]", "[wgrad]", "[fprop, dgrad]", "[fprop, wgrad]", "[dgrad, wgrad]"}) {
    check_passes(
        make_config("{rows: 2, cols: 3}", kInt8, std::string("operations: ") + operations + "\n"));
  }
}

TEST_CASE("saturating and wide accumulators pass") {
  check_passes(make_config("{rows: 2, cols: 2}",
                           "{operand_bits: 5, accumulator_bits: 11, overflow: saturate}",
                           kSmallBuffers));
  check_passes(make_config("{rows: 2, cols: 2}",
                           "{operand_bits: 16, accumulator_bits: 64, overflow: saturate}",
                           kSmallBuffers));
}

TEST_CASE("buffers of one word and a queue of one command pass") {
  check_passes(make_config("{rows: 2, cols: 2}", kInt8,
                           "buffers: {x: 1, delta: 1, w: 1, y: 1, dx: 1, dw: 1}\n"
                           "host: {queue_depth: 1}\n"));
}

TEST_CASE("training hardware of every kind passes") {
  const std::string buffers =
      "buffers: {x: 30, delta: 30, w: 30, y: 20, dx: 20, dw: 24, bias: 6}\n";
  check_passes(make_config("{rows: 2, cols: 2}", kInt8,
                           buffers + "training: {master_bits: 12, weight_decay: true}\n"));
  check_passes(make_config("{rows: 3, cols: 3}", "{operand_bits: 4, accumulator_bits: 16}",
                           buffers + "training: {master_bits: 4, step_bits: 0, activations: "
                                     "[relu], stochastic: false}\n"));
  check_passes(make_config("{rows: 1, cols: 1}",
                           "{operand_bits: 2, accumulator_bits: 40, overflow: saturate}",
                           buffers + "training: {master_bits: 32, activations: [sigmoid]}\n"));
}

TEST_CASE("broken arithmetic and array control are found") {
  check_killed(
      small_config(),
      {{"subtracts", "_add.v", "sum_o = a_i + b_i;", "sum_o = a_i - b_i;"},
       {"accumulator not started at 0", "_pe.v", "ctl[3] ? {ACC_W{1'b0}}", "ctl[3] ? acc_q"},
       {"capture dropped", "_pe.v", "if (ctl[4])", "if (1'b0)"},
       {"weights never swapped", "_pe.v", "if (ctl[6])", "if (1'b0)"},
       {"partial sums one word off", "_psum_writer.v", "<= base_i;", "<= base_i + ADDR_ONE;"},
       {"one row too many drained", "_drain_writer.v", "(row < rows)", "(row <= rows)"}});
}

TEST_CASE("broken control, ports and registers are found") {
  check_killed(
      small_config(),
      {{"queue not reset", "_fifo.v", "count_q  <= {CNT_W{1'b0}};", ""},
       {"response not gated", "_host_port.v", "{(HOST_W + 1) {rsp_valid_o}} & response",
        "response"},
       {"response gated by its ready", "_host_port.v", "{rsp_valid_o}} & response",
        "{rsp_valid_o & rsp_ready_i}} & response"},
       {"error not counted", "_counters.v", "{31'd0, host_error_i}", "32'd0"},
       {"hash", "_counters.v", "6'd2: value = 32'h", "6'd2: value = 32'h0 & 32'h"},
       {"address beyond the buffer taken", "_host_port.v", "< {1'b0, words}", "< {1'b1, words}"},
       {"busy late", "_core.v", "busy_o = queue_valid |", "busy_o ="},
       {"completion not held", "_sequencer.v", "end else if (done_ready_i) begin",
        "end else begin"},
       {"limit off by one", "_planner.v", "over = value > limit", "over = value >= limit"},
       {"fit off by one", "_planner.v", "no_fit = {", "no_fit = 1 + {"}});
}

TEST_CASE("a broken saturation is found") {
  check_killed(
      make_config("{rows: 2, cols: 2}",
                  "{operand_bits: 5, accumulator_bits: 11, overflow: saturate}", kSmallBuffers),
      {{"wraps", "_add.v", "assign sum_o = over ?", "assign sum_o = 1'b0 ?"},
       {"wrong end", "_add.v", "{exact[WIDTH], {", "{~exact[WIDTH], {"}});
}

TEST_CASE("a design with its testbench lists it in the manifest") {
  const Config config = small_config();
  std::vector<EmittedFile> files = emit_design(config, template_dir());
  const std::size_t without = files.size();
  add_testbench(config, files);
  CHECK(files.size() == without + 4);
  const auto manifest = std::find_if(files.begin(), files.end(), [](const EmittedFile& file) {
    return file.path == "manifest.json";
  });
  REQUIRE(manifest != files.end());
  CHECK(manifest->text.find("\"top\": \"t_tb\"") != std::string::npos);
  CHECK(manifest->text.find("\"tb/program.hex\"") != std::string::npos);
}

TEST_CASE("a wrong vector is found, and a run without checks fails") {
  const Config config = small_config();
  const Program program{read_register(0), Barrier{}};
  std::vector<EmittedFile> files = icarus_files(config, program);
  CHECK(run_icarus(config, files).message == "PASS 1 checks");
  for (EmittedFile& file : files) {
    if (!file.path.ends_with("program.hex")) continue;
    file.text.replace(file.text.find("474c0001"), 8, "474c0002");
  }
  CHECK(run_icarus(config, files)
            .message.find("step 0: rsp_data of a read: expected 474c0002, got "
                          "474c0001") != std::string::npos);
  CHECK(run_icarus(config, Program{Idle{3}, Barrier{}}).message.find("FAIL") == 0);
}

TEST_CASE("answers that are not known are not compared, even if they are X") {
  const Program program{
      read_word(Buffer::x, 0, 0), read_register(0), Reset{2}, Reset{1}, read_register(0), Idle{30},
      read_word(Buffer::dw, 1, 1)};
  CHECK(run_icarus(small_config(), program).message == "PASS 1 checks");
}

TEST_CASE("a run that hangs ends with the timeout") {
  Config config = small_config();
  const Program program{read_register(0), Idle{500}, read_register(1)};
  std::vector<EmittedFile> files = icarus_files(config, program);
  CHECK(run_icarus(config, files).passed);
  for (EmittedFile& file : files) {
    const std::size_t at = file.text.find("timeout = 64'd");
    if (at != std::string::npos) file.text.replace(at, 15, "timeout = 64'd3 + 0 * 64'd1");
  }
  CHECK(run_icarus(config, files).message.find("timeout") != std::string::npos);
}

TEST_CASE("files stay where asked, waves are written, and the working directory does not matter") {
  const test::TempDir dir;
  IcarusOptions options;
  options.work = dir.path("work");
  options.waves = dir.path("t.vcd");
  CHECK(run_icarus(small_config(), Program{read_register(0)}, options).passed);
  CHECK(std::filesystem::exists(dir.path("work/tb/program.hex")));
  CHECK(std::filesystem::file_size(dir.path("t.vcd")) > 0);
}

TEST_CASE("a missing Icarus is named with its package") {
  const std::string path = std::getenv("PATH");
  const test::TempDir empty;
  setenv("PATH", empty.path().c_str(), 1);
  std::string message;
  try {
    run_icarus(small_config(), Program{read_register(0)});
  } catch (const ToolError& error) {
    message = error.what();
  }
  setenv("PATH", path.c_str(), 1);
  CHECK(message.find("Debian package iverilog") != std::string::npos);
}

TEST_CASE("a design that Icarus warns about is not run") {
  const Config config = small_config();
  std::vector<EmittedFile> files = icarus_files(config, Program{read_register(0)});
  for (EmittedFile& file : files) {
    const std::size_t at = file.text.find(".cmd_valid_i(cmd_valid_i),");
    if (at != std::string::npos) file.text.replace(at, 26, "");
  }
  CHECK_THROWS_AS(run_icarus(config, files), ToolError);
}
