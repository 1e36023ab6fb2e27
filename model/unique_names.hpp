// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>

namespace gradloom::model {

/// Makes names of layers unique, for formats that do not ask it.
class UniqueNames {
 public:
  /// The name itself the first time, then with "#2", "#3" and so on.
  std::string add(const std::string& name) {
    std::string unique = name;
    int& times = times_[name];
    while (!used_.insert(unique).second) {
      times = times == 0 ? 2 : times + 1;
      unique = name + "#" + std::to_string(times);
    }
    return unique;
  }

 private:
  std::unordered_map<std::string, int> times_;
  std::unordered_set<std::string> used_;
};

}  // namespace gradloom::model
