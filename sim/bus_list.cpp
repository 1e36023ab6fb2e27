// SPDX-License-Identifier: Apache-2.0
#include "sim/bus_list.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace gradloom {
namespace {

const DescriptorField& find_field(DescriptorKind kind, std::string_view name) {
  for (const auto* fields : {&common_fields(), &kind_fields(kind)}) {
    const auto found = std::find_if(fields->begin(), fields->end(),
                                    [&](const DescriptorField& f) { return f.name == name; });
    if (found != fields->end()) return *found;
  }
  throw std::invalid_argument("no descriptor field " + std::string(name));
}

std::uint32_t low_ones(int width) { return width >= 32 ? ~0U : (1U << width) - 1; }

}  // namespace

void set_field(DescriptorWords& words, DescriptorKind kind, std::string_view name,
               std::uint64_t value) {
  if (name == "address") {
    set_field(words, kind, "addr_lo", value);
    set_field(words, kind, "addr_hi", value >> 32);
    return;
  }
  const DescriptorField& field = find_field(kind, name);
  std::uint32_t& word = words.at(static_cast<std::size_t>(field.word));
  const std::uint32_t ones = low_ones(field.width);
  word &= ~(ones << field.lsb);
  word |= (static_cast<std::uint32_t>(value) & ones) << field.lsb;
}

std::uint32_t get_field(const DescriptorWords& words, DescriptorKind kind, std::string_view name) {
  const DescriptorField& field = find_field(kind, name);
  return words.at(static_cast<std::size_t>(field.word)) >> field.lsb & low_ones(field.width);
}

DescriptorWords make_descriptor(
    DescriptorKind kind, std::initializer_list<std::pair<std::string_view, std::uint64_t>> fields) {
  DescriptorWords words{};
  set_field(words, kind, "kind", static_cast<std::uint64_t>(kind));
  set_field(words, kind, "version", kDescriptorVersion);
  for (const auto& [name, value] : fields) set_field(words, kind, name, value);
  return words;
}

std::vector<std::uint8_t> list_bytes(const BusList& list) {
  std::vector<std::uint8_t> bytes;
  bytes.reserve(list.size() * kDescriptorBytes);
  for (const DescriptorWords& words : list) {
    for (const std::uint32_t word : words) {
      for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(word >> (8 * i)));
    }
  }
  return bytes;
}

}  // namespace gradloom
