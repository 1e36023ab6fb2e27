// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

namespace gradloom {

/// Names of one scope of a template: text to insert, and flags that open or close a section.
struct TemplateItem {
  std::map<std::string, std::string> values;
  std::map<std::string, bool> flags;
};

/// The outermost scope, which can also hold lists: a section repeats once for each item.
struct TemplateContext : TemplateItem {
  std::map<std::string, std::vector<TemplateItem>> lists;
};

}  // namespace gradloom
