// SPDX-License-Identifier: Apache-2.0
// The files of a design from small templates, and the output directory.
#include "generator/emitter.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "generator/config_yaml.hpp"
#include "generator/interrupt.hpp"
#include "generator/output_dir.hpp"
#include "generator/template_files.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "tests/temp_dir.hpp"

using namespace gradloom;
using gradloom::test::TempDir;
namespace fs = std::filesystem;

namespace {

Config config(const std::string& rest = "") {
  return parse_config(
      "name: tiny\narray: {rows: 2, cols: 3}\nnumbers: {operand_bits: 8, accumulator_bits: 32}\n" +
          rest,
      "c.yaml");
}

// Templates of a design with a leaf, a module for wgrad only, and a top.
struct Templates : TempDir {
  Templates() {
    write("modules.txt", "# leaves first\nleaf\n\ngrad  wgrad   # only for wgrad\ntop\n");
    write("leaf.v", "module <%name%>_leaf; // <%config_hash%>\nendmodule\n");
    write("grad.v", "module <%name%>_grad; endmodule\n");
    write("top.v", "module <%name%>_top; <%name%>_leaf u(); endmodule\n");
    write("design_readme.md", "# <%name%>\n<%#modules%>\n* <%file%>\n<%/modules%>\n");
  }
};

std::map<std::string, std::string> tree(const fs::path& dir) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(dir)) {
    if (entry.is_regular_file()) {
      files[entry.path().lexically_relative(dir).string()] = read_text_file(entry.path());
    }
  }
  return files;
}

void generate(const fs::path& target, const Templates& templates, bool force = false,
              const Config& c = config()) {
  const auto files = emit_design(c, templates.path());
  OutputDir dir(target, force);
  write_files(files, dir.path());
  dir.commit();
}

std::string error_of(const auto& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

int entries(const fs::path& dir) {
  return static_cast<int>(std::distance(fs::directory_iterator(dir), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("modules come in the order of the list, conditions decide") {
  const Templates templates;
  const auto paths = [&](const Config& c) {
    std::string text;
    for (const EmittedFile& file : emit_design(c, templates.path())) text += file.path + " ";
    return text;
  };
  const std::string rest = "filelist.f manifest.json config.yaml README.md ";
  CHECK(paths(config()) == "rtl/tiny_leaf.v rtl/tiny_grad.v rtl/tiny_top.v " + rest);
  CHECK(paths(config("operations: [fprop]\n")) == "rtl/tiny_leaf.v rtl/tiny_top.v " + rest);
  CHECK(emit_rtl(config(), templates.path()).size() == 3);
}

TEST_CASE("the design is the same every time and knows no paths") {
  const Templates templates;
  const TempDir out;
  generate(out.path("first"), templates);
  generate(out.path("deep/er/second"), templates);
  const auto first = tree(out.path("first"));
  CHECK(first.size() == 7);
  CHECK(first == tree(out.path("deep/er/second")));
  for (const auto& file : first) {
    CAPTURE(file.first);
    CHECK(file.second.find(out.path()) == std::string::npos);
    CHECK(file.second.find(templates.path()) == std::string::npos);
  }
  CHECK(first.at("filelist.f") == "rtl/tiny_leaf.v\nrtl/tiny_grad.v\nrtl/tiny_top.v\n");
  CHECK(parse_config(first.at("config.yaml"), "again") == config());
}

TEST_CASE("the manifest says what the design is") {
  const Templates templates;
  const Config c = config("operations: [wgrad]\n");
  const auto files = emit_design(c, templates.path());
  std::string text;
  for (const EmittedFile& file : files) text = file.path == "manifest.json" ? file.text : text;
  const auto manifest = nlohmann::json::parse(text);
  CHECK(manifest["tool"] == "gradloom");
  CHECK(manifest["config_hash"] == hash_text(c));
  CHECK(manifest["rtl_digest"] == rtl_digest(files));
  CHECK(manifest["top"] == "tiny_top");
  CHECK(manifest["config"]["array"]["cols"] == 3);
  CHECK(manifest["config"]["operations"] == nlohmann::json{"wgrad"});
  CHECK(manifest["modules"][1]["file"] == "rtl/tiny_grad.v");
  CHECK(manifest["buffers"].size() == 3);
  CHECK(manifest["buffers"][0]["banks"] == 2);
  CHECK(manifest["ports"][0]["name"] == "clk_i");
  CHECK(manifest["ports"][0]["width"] == 1);
  CHECK(manifest["registers"][1]["name"] == "HASH_LO");
}

TEST_CASE("the digest of the RTL changes with its bytes and names, not with other files") {
  const std::vector<EmittedFile> files{{"rtl/a.v", "module a;"}, {"rtl/b.v", "module b;"}};
  const std::string digest = rtl_digest(files);
  CHECK(digest.size() == 16);
  CHECK(rtl_digest({files[0], files[1], {"README.md", "text"}}) == digest);
  CHECK(rtl_digest({files[0], {"rtl/b.v", "module b; "}}) != digest);
  CHECK(rtl_digest({files[0], {"rtl/c.v", "module b;"}}) != digest);
  CHECK(rtl_digest({files[0]}) != digest);
}

TEST_CASE("broken templates are errors with a place") {
  const Templates templates;
  const auto emit = [&] { emit_design(config(), templates.path()); };
  templates.write("leaf.v", "ok\n<%oops%>\n");
  CHECK(error_of(emit).find("leaf.v:2: template: found <%oops%>") != std::string::npos);
  templates.write("modules.txt", "missing\n");
  CHECK(error_of(emit).find("missing.v: cannot be read") != std::string::npos);
  templates.write("modules.txt", "leaf sometimes\n");
  CHECK(error_of(emit).find("found the condition sometimes") != std::string::npos);
  templates.write("modules.txt", "leaf wgrad name what\n");
  CHECK(error_of(emit).find("modules.txt:1: found \"what\"") != std::string::npos);
  CHECK(error_of([] {
          emit_design(config(), "/nonexistent");
        }).find("modules.txt: cannot be read") != std::string::npos);
}

TEST_CASE("an existing directory is refused, and replaced only with force") {
  const Templates templates;
  const TempDir out;
  const std::string target = out.path("design");
  generate(target, templates);
  CHECK(error_of([&] { generate(target, templates); }).find("--force") != std::string::npos);

  out.write("design/notes.txt", "old");
  generate(target, templates, true, config("operations: [fprop]\n"));
  CHECK_FALSE(fs::exists(target + "/notes.txt"));
  CHECK_FALSE(fs::exists(target + "/rtl/tiny_grad.v"));
  CHECK(entries(out.path()) == 1);  // no temporary left

  fs::create_directory(out.path("empty"));
  generate(out.path("empty"), templates, true);
  CHECK(fs::exists(out.path("empty/manifest.json")));
}

TEST_CASE("force touches nothing that gradloom did not make") {
  const Templates templates;
  const TempDir out;
  fs::create_directory(out.path("mine"));
  out.write("mine/thesis.tex", "precious");
  const auto force = [&](const std::string& name) {
    return error_of([&] { generate(out.path(name), templates, true); });
  };
  CHECK(force("mine").find("no manifest.json of gradloom") != std::string::npos);
  out.write("mine/manifest.json", "{\"tool\": \"other\"}");
  CHECK(force("mine").find("no manifest.json of gradloom") != std::string::npos);
  out.write("mine/manifest.json", "{{{");
  CHECK(force("mine").find("no manifest.json of gradloom") != std::string::npos);
  out.write("mine/manifest.json", "[]");
  CHECK(force("mine").find("no manifest.json of gradloom") != std::string::npos);
  CHECK(read_text_file(out.path("mine/thesis.tex")) == "precious");

  out.write("file", "text");
  CHECK(force("file").find("found a file, allowed a directory") != std::string::npos);
  CHECK(read_text_file(out.path("file")) == "text");
  CHECK(force("file/below").find("cannot be") != std::string::npos);
  CHECK(error_of([&] { OutputDir("", false); }).find("no usable directory name") !=
        std::string::npos);
  CHECK(error_of([&] { OutputDir("/", true); }).find("no usable directory name") !=
        std::string::npos);
  CHECK(error_of([&] { OutputDir("/proc/design", false); }).find("cannot be written") !=
        std::string::npos);
}

TEST_CASE("what fails half-way leaves everything as it was") {
  const Templates templates;
  const TempDir out;
  const auto files = emit_design(config(), templates.path());
  {
    OutputDir dir(out.path("a/b/design"), false);
    write_files(files, dir.path());
    CHECK(entries(out.path("a/b")) == 1);
  }
  CHECK(entries(out.path()) == 0);  // the parents it made are gone too

  generate(out.path("design"), templates);
  const auto before = tree(out.path("design"));
  {
    OutputDir dir(out.path("design"), true);
    write_files({{"rtl/half.v", "module"}}, dir.path());
  }
  CHECK(tree(out.path("design")) == before);
  CHECK(entries(out.path()) == 1);

  set_interrupted(true);
  CHECK(error_of([&] {
          OutputDir dir(out.path("late"), false);
          write_files(files, dir.path());
        }) == "interrupted");
  set_interrupted(false);
  CHECK(entries(out.path()) == 1);
}

TEST_CASE("a target that appears meanwhile is not overwritten") {
  const Templates templates;
  const TempDir out;
  OutputDir dir(out.path("design"), false);
  write_files({{"x", "new"}}, dir.path());
  fs::create_directory(out.path("design"));
  out.write("design/x", "other");
  CHECK(error_of([&] { dir.commit(); }).find("cannot be put in place") != std::string::npos);
  CHECK(read_text_file(out.path("design/x")) == "other");
}

TEST_CASE("the real templates are found from the build tree") {
  unsetenv("GRADLOOM_TEMPLATES");
  CHECK(template_dir() == fs::path(GRADLOOM_TEST_ROOT "/rtl_templates"));
  setenv("GRADLOOM_TEMPLATES", "/elsewhere", 1);
  CHECK(template_dir() == fs::path("/elsewhere"));
  unsetenv("GRADLOOM_TEMPLATES");
  CHECK(error_of([] { data_dir("no_such_data"); }).find("no_such_data: found no such directory") !=
        std::string::npos);
  CHECK_FALSE(read_module_list(template_dir()).empty());
}
