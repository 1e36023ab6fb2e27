// SPDX-License-Identifier: Apache-2.0
#include "sim/model_library.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "golden/error.hpp"

namespace gradloom {
namespace {

constexpr unsigned kShimVersion = 2;

struct ShimPin {
  const char* name;
  void* data;
  int width;
  int input;
};

struct ShimRegister {
  const char* scope;
  const char* name;
  void* data;
  int width;
  int words;
  int bytes;
};

void add_register(void* self, const ShimRegister* r) {
  static_cast<std::vector<ModelRegister>*>(self)->push_back(
      {r->scope, r->name, static_cast<std::uint8_t*>(r->data), r->width, r->words, r->bytes});
}

}  // namespace

void ModelRegister::flip(int word, int bit) const {
  data[word * bytes + bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
}

std::size_t Pin::bytes() const {
  if (width <= 8) return 1;
  if (width <= 16) return 2;
  if (width <= 32) return 4;
  if (width <= 64) return 8;
  return 4 * ((static_cast<std::size_t>(width) + 31) / 32);
}

// Called several times a cycle: sizes that the compiler knows.
void Pin::set(std::uint64_t value) const {
  if (width <= 8) {
    *static_cast<std::uint8_t*>(data) = static_cast<std::uint8_t>(value);
  } else if (width <= 16) {
    *static_cast<std::uint16_t*>(data) = static_cast<std::uint16_t>(value);
  } else if (width <= 32) {
    *static_cast<std::uint32_t*>(data) = static_cast<std::uint32_t>(value);
  } else {
    *static_cast<std::uint64_t*>(data) = value;
  }
}

std::uint64_t Pin::get() const {
  if (width <= 8) return *static_cast<const std::uint8_t*>(data);
  if (width <= 16) return *static_cast<const std::uint16_t*>(data);
  if (width <= 32) return *static_cast<const std::uint32_t*>(data);
  return *static_cast<const std::uint64_t*>(data);
}

template <typename Function>
Function* Model::symbol(const char* name) const {
  void* address = dlsym(shared_object_.get(), name);
  if (address == nullptr) throw ToolError(fmt::format("{}: no symbol {}", library_, name));
  return reinterpret_cast<Function*>(address);
}

Model::Model(const std::filesystem::path& library, int seed, RandomReset reset)
    : library_(library.string()), shared_object_(dlopen(library_.c_str(), RTLD_NOW), dlclose) {
  if (!shared_object_) throw ToolError(fmt::format("{}: {}", library_, dlerror()));
  if (symbol<unsigned()>("gradloom_shim_version")() != kShimVersion) {
    throw ToolError(library_ + ": made by another version of gradloom, remove it");
  }
  eval_ = symbol<void(void*)>("gradloom_eval");
  dump_ = symbol<void(void*, unsigned long long)>("gradloom_dump");
  handle_ = symbol<void*(int, int)>("gradloom_new")(seed, static_cast<int>(reset));
  std::array<ShimPin, 128> table{};
  const int count = symbol<int(void*, ShimPin*, int)>("gradloom_pins")(
      handle_, table.data(), static_cast<int>(table.size()));
  for (int i = 0; i < count; ++i) {
    const ShimPin& pin = table.at(static_cast<std::size_t>(i));
    pins_.push_back({pin.name, pin.data, pin.width, pin.input != 0});
  }
}

Model::~Model() { symbol<void(void*)>("gradloom_delete")(handle_); }

const Pin& Model::pin(std::string_view name) const {
  for (const Pin& pin : pins_) {
    if (pin.name == name) return pin;
  }
  throw ToolError(fmt::format("{}: no pin {}", library_, name));
}

std::vector<ModelRegister> Model::registers() const {
  std::vector<ModelRegister> found;
  symbol<int(void*, void (*)(void*, const ShimRegister*), void*)>("gradloom_registers")(
      handle_, add_register, &found);
  return found;
}

void Model::write_coverage(const std::filesystem::path& file) const {
  if (symbol<int(void*, const char*)>("gradloom_coverage")(handle_, file.c_str()) == 0) {
    throw ToolError(library_ + ": built without coverage");
  }
}

void Model::select_mutant(int number) {
  const std::string_view name = "gradloom_mutant_i";
  const bool has_mutants =
      std::any_of(pins_.begin(), pins_.end(), [&](const Pin& pin) { return pin.name == name; });
  if (has_mutants || number != 0) pin(name).set(static_cast<std::uint64_t>(number));
}

void Model::open_waves(const std::filesystem::path& file) {
  if (symbol<int(void*, const char*)>("gradloom_waves")(handle_, file.c_str()) == 0) {
    throw InputError(file.string() + ": cannot be written, allowed a file that can");
  }
}

}  // namespace gradloom
