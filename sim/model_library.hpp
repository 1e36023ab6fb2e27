// SPDX-License-Identifier: Apache-2.0
// A Verilated top module in a shared library, loaded at run time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gradloom {

/// A pin of the model. `data` is Verilator's storage: 1, 2, 4 or 8 bytes, or 32-bit words.
struct Pin {
  std::string name;
  void* data = nullptr;
  int width = 0;
  bool input = false;

  std::size_t bytes() const;
  /// For pins of at most 64 bits.
  void set(std::uint64_t value) const;
  std::uint64_t get() const;
};

/// A register inside the model, or a memory; storage as of a pin.
struct ModelRegister {
  std::string scope;  ///< path of the instance, with dots
  std::string name;
  std::uint8_t* data = nullptr;
  int width = 0;
  int words = 1;  ///< of a memory
  int bytes = 0;  ///< from one word to the next

  /// Inverts a bit. What follows from it combinationally does so with the next eval().
  void flip(int word, int bit) const;
};

enum class RandomReset { zeros = 0, ones = 1, random = 2 };

/// One instance of the design. Inputs take effect with the next eval().
class Model {
 public:
  /// Loads the library. `seed` >= 1 decides the initial values of registers and memories if
  /// `reset` is random (and the library was built with the check profile). Throws ToolError.
  Model(const std::filesystem::path& library, int seed, RandomReset reset);
  ~Model();
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  const std::vector<Pin>& pins() const { return pins_; }
  /// Throws ToolError if there is no such pin.
  const Pin& pin(std::string_view name) const;
  /// Of a model that holds mutants (BuildOptions::mutant_bits): the one that is active, 0 for none.
  /// Nothing in another model, which must be asked for none.
  void select_mutant(int number);

  void eval() { eval_(handle_); }
  /// Starts an FST file; the library must have been built with waves. Throws InputError if the file
  /// cannot be written.
  void open_waves(const std::filesystem::path& file);
  void dump(std::uint64_t time) { dump_(handle_, time); }
  /// All registers; the library must have been built with them, or there are none.
  std::vector<ModelRegister> registers() const;
  /// Writes what was covered since construction; the library must have been built with coverage.
  /// Throws ToolError.
  void write_coverage(const std::filesystem::path& file) const;

 private:
  template <typename Function>
  Function* symbol(const char* name) const;

  std::string library_;
  std::unique_ptr<void, int (*)(void*)> shared_object_;
  void* handle_ = nullptr;
  void (*eval_)(void*) = nullptr;
  void (*dump_)(void*, unsigned long long) = nullptr;
  std::vector<Pin> pins_;
};

}  // namespace gradloom
