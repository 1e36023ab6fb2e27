// SPDX-License-Identifier: Apache-2.0
#include "generator/emitter.hpp"

#include <fmt/format.h>

#include "generator/bus_files.hpp"
#include "generator/config_yaml.hpp"
#include "generator/interrupt.hpp"
#include "generator/manifest.hpp"
#include "generator/plan.hpp"
#include "generator/template_engine.hpp"
#include "generator/template_files.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"

namespace gradloom {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMaxTemplate = std::size_t{1} << 20;

std::string render_file(const fs::path& file, const TemplateContext& context) {
  return render_template(read_text_file(file, kMaxTemplate), context, file.string());
}

bool wanted(const ModuleTemplate& module, const TemplateContext& context, const fs::path& dir) {
  if (module.condition.empty()) return true;
  const auto flag = context.flags.find(module.condition);
  if (flag != context.flags.end()) return flag->second;
  throw InputError(fmt::format("{}: found the condition {}, allowed a flag of the plan",
                               (dir / "modules.txt").string(), printable(module.condition)));
}

std::vector<EmittedModule> list_modules(const Plan& plan, const TemplateContext& context,
                                        const fs::path& dir) {
  std::vector<EmittedModule> modules;
  for (const ModuleTemplate& module : read_module_list(dir)) {
    if (!wanted(module, context, dir)) continue;
    const std::string name = plan.config.name + "_" + module.name;
    modules.push_back({name, "rtl/" + name + ".v", module.source});
  }
  return modules;
}

std::vector<EmittedFile> render_modules(const std::vector<EmittedModule>& modules,
                                        const TemplateContext& context, const fs::path& dir) {
  std::vector<EmittedFile> files;
  for (const EmittedModule& module : modules) {
    check_interrupt();
    files.push_back({module.file, render_file(dir / (module.source + ".v"), context)});
  }
  return files;
}

std::string filelist(const std::vector<EmittedModule>& modules) {
  std::string text;
  for (const EmittedModule& module : modules) text += module.file + "\n";
  return text;
}

}  // namespace

std::vector<EmittedFile> emit_rtl(const Config& config, const fs::path& template_dir) {
  const Plan plan = make_plan(config);
  const TemplateContext context = make_context(plan);
  return render_modules(list_modules(plan, context, template_dir), context, template_dir);
}

std::vector<EmittedFile> emit_design(const Config& config, const fs::path& template_dir) {
  const Plan plan = make_plan(config);
  TemplateContext context = make_context(plan);
  const std::vector<EmittedModule> modules = list_modules(plan, context, template_dir);
  std::vector<EmittedFile> files = render_modules(modules, context, template_dir);
  for (const EmittedModule& module : modules) {
    context.lists["modules"].push_back({{{"name", module.name}, {"file", module.file}}, {}});
  }
  if (config.bus == HostBus::axi) {
    files.push_back({header_file(config), register_header(plan)});
    files.push_back({rdl_file(config), register_rdl(plan)});
    for (const char* file : {"gradloom_hal.h", "gradloom_hal.c"}) {
      files.push_back({fmt::format("sw/{}", file), read_text_file(data_dir("hal") / file)});
    }
  }
  files.push_back({"filelist.f", filelist(modules)});
  files.push_back({"manifest.json", manifest_text(plan, modules, rtl_digest(files))});
  files.push_back({"config.yaml", canonical_yaml(config)});
  files.push_back({"README.md", render_file(template_dir / "design_readme.md", context)});
  return files;
}

std::string rtl_digest(const std::vector<EmittedFile>& files) {
  std::string all;
  for (const EmittedFile& file : files) {
    if (file.path.ends_with(".v")) all += file.path + "\n" + file.text;
  }
  return fmt::format("{:016x}", fnv1a64(all));
}

std::string rtl_digest(const Config& config) {
  return rtl_digest(emit_rtl(config, template_dir()));
}

void write_files(const std::vector<EmittedFile>& files, const fs::path& dir) {
  for (const EmittedFile& file : files) {
    check_interrupt();
    const fs::path path = dir / file.path;
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    if (error) {
      throw InputError(
          fmt::format("{}: cannot be made: {}", path.parent_path().string(), error.message()));
    }
    write_text_file(path, file.text);
  }
}

}  // namespace gradloom
