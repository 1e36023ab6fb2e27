// SPDX-License-Identifier: Apache-2.0
#include "sim/model_builder.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "generator/config_yaml.hpp"
#include "generator/emitter.hpp"
#include "generator/interrupt.hpp"
#include "generator/plan.hpp"
#include "generator/process.hpp"
#include "generator/scratch_dir.hpp"
#include "generator/template_engine.hpp"
#include "generator/template_files.hpp"
#include "generator/text_file.hpp"
#include "generator/version.hpp"
#include "golden/error.hpp"
#include "sim/rtl_registers.hpp"

namespace gradloom {
namespace {

namespace fs = std::filesystem;

constexpr int kSmallPes = 64;

// The same for the model and the shim: what one of them allocates the other frees.
constexpr const char* kStandard = "-std=gnu++17";

struct Toolchain {
  fs::path verilator;
  fs::path make;
  fs::path compiler;
  std::string ccache;  // empty: not installed
  std::string versions;
};

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

// clang++ builds the models faster, and they run faster; g++ does too.
Toolchain find_toolchain() {
  Toolchain tools;
  tools.verilator = require_program("verilator", "verilator");
  tools.make = require_program("make", "make");
  const std::optional<fs::path> clang = find_program("clang++");
  tools.compiler = clang ? *clang : require_program("g++", "g++");
  if (const auto ccache = find_program("ccache")) tools.ccache = ccache->string();
  tools.versions = first_line(run_process({tools.verilator.string(), "--version"}).output) + "\n" +
                   first_line(run_process({tools.compiler.string(), "--version"}).output);
  return tools;
}

std::vector<std::string> verilator_flags(const Config& config, const BuildOptions& options) {
  // -fno-const-bit-op-tree: Verilator 5.006 miscomputes some XOR trees without it.
  std::vector<std::string> flags{"--cc",
                                 "--prefix",
                                 "Vdut",
                                 "--top-module",
                                 config.name + "_top",
                                 "-Mdir",
                                 "obj",
                                 "-O3",
                                 "-fno-const-bit-op-tree",
                                 "--output-split",
                                 "20000",
                                 "--output-split-cfuncs",
                                 "2000",
                                 "-DGRADLOOM_TRACE"};
  const std::vector<std::string> lint = options.rtl.empty()
                                            ? std::vector<std::string>{"-Wall"}
                                            : std::vector<std::string>{"-Wno-lint", "-Wno-fatal"};
  flags.insert(flags.end(), lint.begin(), lint.end());
  const std::vector<std::string> more =
      options.profile == Profile::check
          ? std::vector<std::string>{"--x-assign", "unique", "--x-initial", "unique"}
          : std::vector<std::string>{"--x-assign", "fast", "--x-initial", "fast"};
  // Not for Verilog from elsewhere: its `parallel_case` would be assertions.
  const bool assertions = options.profile == Profile::check && options.rtl.empty();
  flags.push_back(assertions ? "--assert" : "--noassert");
  flags.insert(flags.end(), more.begin(), more.end());
  if (options.waves) flags.push_back("--trace-fst");
  // --vpi: a table of the public registers by instance, at run time.
  if (options.registers) flags.push_back("--vpi");
  if (options.coverage) {
    flags.insert(flags.end(), {"--coverage-line", "--coverage-user", "--coverage-toggle",
                               "--coverage-underscore", "-Wno-DECLFILENAME"});
  }
  return flags;
}

std::string optimisation(const BuildOptions& options) {
  return options.profile == Profile::speed ? "-O3 -march=native" : "-O1";
}

std::string render(const Config& config, const char* name, int mutant_bits = 0) {
  const fs::path file = data_dir("sim/templates") / name;
  TemplateContext context = make_context(make_plan(config));
  context.flags["mutants"] = mutant_bits > 0;
  context.values["mutant_bits"] = std::to_string(mutant_bits);
  return render_template(read_text_file(file), context, file.string());
}

// What Verilator is given beside the RTL.
std::vector<EmittedFile> instruments(const Config& config, const BuildOptions& options,
                                     const std::vector<EmittedFile>& rtl) {
  std::vector<EmittedFile> files;
  if (options.registers) files.push_back({"registers.vlt", public_registers(find_registers(rtl))});
  if (options.coverage) files.push_back({"cover_points.sv", render(config, "cover_points.sv")});
  return files;
}

// Beside a library lies its size: a library of another size was cut off or damaged.
fs::path size_file(const fs::path& library) { return library.parent_path() / "model.size"; }

bool intact(const fs::path& library) {
  std::error_code error;
  const auto size = fs::file_size(library, error);
  if (error || !fs::exists(size_file(library), error)) return false;
  return read_text_file(size_file(library), 100) == std::to_string(size);
}

// Puts a finished build into the cache. Another process may have put the same model there first:
// then that one is as good.
void keep_as(const fs::path& work, const fs::path& target) {
  std::error_code error;
  if (!intact(target / "model.so")) fs::remove_all(target, error);
  fs::rename(work, target, error);
  if (error && !intact(target / "model.so")) {
    throw ToolError(fmt::format("{}: {}", target.string(), error.message()));
  }
}

void run_tool(const std::vector<std::string>& command, const fs::path& dir, const char* what) {
  ProcessOptions options;
  options.directory = dir;
  const ProcessResult result = run_process(command, options);
  if (result.good()) return;
  std::string text = result.output.substr(0, 2000);
  throw ToolError(fmt::format("{} failed with {}: {}", what, result.exit_code, text));
}

void verilate(const Toolchain& tools, const Config& config, const BuildOptions& options,
              const std::vector<EmittedFile>& extra, const std::vector<EmittedFile>& rtl,
              const fs::path& dir) {
  std::vector<std::string> command{tools.verilator.string()};
  for (const std::string& flag : verilator_flags(config, options)) command.push_back(flag);
  for (const EmittedFile& file : extra) command.push_back(file.path);
  for (const EmittedFile& file : rtl) command.push_back(file.path);
  run_tool(command, dir, "verilator");
}

// Verilator's own code, of which each model has a copy. That is half of the time to build a small
// model, and the same for all of them.
std::vector<std::string> runtime_objects(const BuildOptions& options) {
  std::vector<std::string> objects{"verilated.o", "verilated_threads.o"};
  if (options.waves) objects.emplace_back("verilated_fst_c.o");
  if (options.coverage) objects.emplace_back("verilated_cov.o");
  return objects;
}

// Sizes of the objects in `dir`, a line each; empty if one is missing.
std::string runtime_sizes(const fs::path& dir, const BuildOptions& options) {
  std::string text;
  for (const std::string& object : runtime_objects(options)) {
    std::error_code error;
    const auto size = fs::file_size(dir / object, error);
    if (error) return {};
    text += fmt::format("{} {}\n", object, size);
  }
  return text;
}

// What the objects depend on.
fs::path runtime_dir(const Toolchain& tools, const BuildOptions& options) {
  const std::string key =
      fmt::format("{} {} {} {}", tools.versions, kStandard, options.waves, options.coverage);
  return fs::absolute(cache_dir()) / fmt::format("runtime-{:016x}", fnv1a64(key));
}

// Puts the objects of an earlier build where make finds them newer than their sources. Whatever is
// wrong with them, they are compiled then.
void take_runtime(const fs::path& cached, const BuildOptions& options, const fs::path& obj) {
  std::error_code error;
  const std::string sizes = runtime_sizes(cached, options);
  if (sizes.empty() || !fs::exists(cached / "sizes", error)) return;
  if (read_text_file(cached / "sizes") != sizes) return;
  for (const std::string& object : runtime_objects(options)) {
    fs::copy_file(cached / object, obj / object, fs::copy_options::overwrite_existing, error);
    if (error) fs::remove(obj / object, error);
  }
}

// Keeps the objects for the next build. A cache that cannot be written to costs time only.
void keep_runtime(const fs::path& cached, const BuildOptions& options, const fs::path& obj) {
  std::error_code error;
  if (fs::exists(cached / "sizes", error)) {
    if (read_text_file(cached / "sizes") == runtime_sizes(cached, options)) return;
    fs::remove_all(cached, error);
  }
  const ScratchDir work(cached.parent_path(), ".runtime-", "GRADLOOM_CACHE_DIR");
  for (const std::string& object : runtime_objects(options)) {
    fs::copy_file(obj / object, work.path() / object, error);
    if (error) return;
  }
  write_text_file((work.path() / "sizes").string(), runtime_sizes(work.path(), options));
  fs::rename(work.path(), cached, error);  // fails if another process was first, which is as good
}

void compile(const Toolchain& tools, const Config& config, const BuildOptions& options,
             const fs::path& dir) {
  const bool small = config.rows * config.cols <= kSmallPes;
  std::vector<std::string> command{
      tools.make.string(), "-C", "obj", "-f", "Vdut.mk", "-s",
      fmt::format("-j{}", std::thread::hardware_concurrency()), "CXX=" + tools.compiler.string(),
      "LINK=" + tools.compiler.string(), "CFG_CXXFLAGS_NO_UNUSED=-w",
      std::string("CFG_CXXFLAGS_STD=") + kStandard, "OPT_FAST=" + optimisation(options),
      "OPT_SLOW=-O0", "OPT_GLOBAL=-O2", "USER_CPPFLAGS=-fPIC", "OBJCACHE=" + tools.ccache,
      // A small model compiles faster in one piece.
      fmt::format("VM_PARALLEL_BUILDS={}", small ? 0 : 1), "Vdut__ALL.a"};
  for (const std::string& object : runtime_objects(options)) command.push_back(object);
  run_tool(command, dir, "the C++ compiler");
}

std::string verilator_root(const Toolchain& tools) {
  const ProcessResult result =
      run_process({tools.verilator.string(), "--getenv", "VERILATOR_ROOT"});
  return first_line(result.output);
}

void link(const Toolchain& tools, const BuildOptions& options, const fs::path& dir) {
  const std::string include = verilator_root(tools) + "/include";
  std::vector<std::string> command{tools.compiler.string(),
                                   kStandard,
                                   "-shared",
                                   "-Wl,-Bsymbolic",
                                   "-fPIC",
                                   "-O1",
                                   "-w",
                                   "-I" + include,
                                   "-I" + include + "/vltstd",
                                   "-Iobj",
                                   "model_shim.cpp",
                                   "obj/Vdut__ALL.a",
                                   "obj/verilated.o",
                                   "obj/verilated_threads.o"};
  if (options.waves) {
    command.insert(command.begin() + 1, "-DGRADLOOM_WAVES");
    command.push_back("obj/verilated_fst_c.o");
    command.push_back("-lz");
  }
  if (options.registers) command.insert(command.begin() + 1, "-DGRADLOOM_REGISTERS");
  if (options.coverage) {
    command.insert(command.begin() + 1, {"-DGRADLOOM_COVERAGE", "-DVM_COVERAGE=1"});
    command.push_back("obj/verilated_cov.o");
  }
  command.insert(command.end(), {"-lpthread", "-latomic", "-o", "model.so"});
  run_tool(command, dir, "the linker");
}

}  // namespace

fs::path cache_dir() {
  const auto set = [](const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0' ? std::string(value) : std::string();
  };
  if (const std::string dir = set("GRADLOOM_CACHE_DIR"); !dir.empty()) return dir;
  if (const std::string dir = set("XDG_CACHE_HOME"); !dir.empty())
    return fs::path(dir) / "gradloom";
  if (const std::string dir = set("HOME"); !dir.empty()) return fs::path(dir) / ".cache/gradloom";
  throw InputError("cache: found none of GRADLOOM_CACHE_DIR, XDG_CACHE_HOME and HOME set");
}

BuiltModel build_model(const Config& config, const BuildOptions& options) {
  const auto begin = std::chrono::steady_clock::now();
  const auto tell = [&](const std::string& text) {
    if (options.progress) options.progress(text);
  };
  const Toolchain tools = find_toolchain();
  const std::vector<EmittedFile> rtl =
      !options.rtl.empty()
          ? options.rtl
          : emit_rtl(config, options.templates.empty() ? template_dir() : options.templates);
  const std::vector<EmittedFile> extra = instruments(config, options, rtl);
  const std::string shim = render(config, "model_shim.cpp", options.mutant_bits);
  std::string key = tools.versions + optimisation(options) + kStandard + kVersion + shim;
  for (const std::string& flag : verilator_flags(config, options)) key += " " + flag;
  for (const auto* files : {&rtl, &extra}) {
    for (const EmittedFile& file : *files) key += file.path + file.text;
  }
  const fs::path home = fs::absolute(cache_dir()) / "models";
  const fs::path target = home / fmt::format("{}-{:016x}", config.name, fnv1a64(key));
  BuiltModel built;
  built.library = target / "model.so";
  built.rtl = target / "rtl";
  if (options.rebuild) fs::remove_all(target);
  built.cached = intact(built.library);
  if (!built.cached) {
    const ScratchDir work(home, ".build-", "GRADLOOM_CACHE_DIR");
    write_files(rtl, work.path());
    write_files(extra, work.path());
    write_text_file((work.path() / "model_shim.cpp").string(), shim);
    tell("verilating " + config.name);
    verilate(tools, config, options, extra, rtl, work.path());
    tell("compiling " + config.name);
    const fs::path runtime = runtime_dir(tools, options);
    take_runtime(runtime, options, work.path() / "obj");
    compile(tools, config, options, work.path());
    keep_runtime(runtime, options, work.path() / "obj");
    link(tools, options, work.path());
    fs::remove_all(work.path() / "obj");
    write_text_file(size_file(work.path() / "model.so"),
                    std::to_string(fs::file_size(work.path() / "model.so")));
    check_interrupt();
    keep_as(work.path(), target);
  }
  built.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return built;
}

}  // namespace gradloom
