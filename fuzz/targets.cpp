// SPDX-License-Identifier: Apache-2.0
#include "fuzz/targets.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "generator/config_yaml.hpp"
#include "generator/output_dir.hpp"
#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "model/energy.hpp"
#include "model/network_yaml.hpp"
#include "model/onnx_import.hpp"
#include "model/scalesim_csv.hpp"
#include "sim/dataset.hpp"
#include "sim/layer_data.hpp"
#include "sim/network.hpp"

namespace gradloom::fuzz {
namespace {

// A file in memory, by its name under /proc.
class MemoryFile {
 public:
  explicit MemoryFile(Bytes bytes) : file_(memfd_create("input", MFD_CLOEXEC)) {
    if (file_ < 0) throw std::runtime_error("memfd_create failed");
    for (std::size_t done = 0; done < bytes.size();) {
      const ssize_t count = write(file_, bytes.data() + done, bytes.size() - done);
      if (count <= 0) throw std::runtime_error("write failed");
      done += static_cast<std::size_t>(count);
    }
  }
  ~MemoryFile() { close(file_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  std::string path() const { return fmt::format("/proc/self/fd/{}", file_); }

 private:
  int file_;
};

void require(bool good, std::string_view what) {
  if (!good) throw std::logic_error(std::string(what));
}

// Runs a reader; a refusal must be one line of text.
bool accepted(const std::function<void()>& read) {
  try {
    read();
    return true;
  } catch (const InputError& error) {
    const std::string_view message = error.what();
    require(!message.empty(), "a refusal without a message");
    require(message.find('\n') == std::string_view::npos, "a message of several lines");
    require(find_non_text(message) == std::string_view::npos, "a message that is not text");
    return false;
  }
}

// What is accepted has one canonical form.
bool run_config(Bytes bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return accepted([&] {
    const Config config = parse_config(text, "config.yaml");
    const std::string canonical = canonical_yaml(config);
    const Config again = parse_config(canonical, "canonical.yaml");
    require(canonical_yaml(again) == canonical, "the canonical form is not a fixed point");
    require(config_hash(again) == config_hash(config), "the canonical form has another hash");
  });
}

bool run_network(Bytes bytes) {
  const MemoryFile file(bytes);
  return accepted([&] {
    const Network network = load_network(file.path());
    require(network.layers.size() >= 2 && network.activations.size() == network.layers.size() - 1,
            "a network without its layers");
    require(network.layers.front() == network.data.features &&
                network.layers.back() == network.data.classes,
            "a network whose ends do not fit the data");
  });
}

// What is accepted gives energies that are numbers, for every format of the table.
bool run_energy_table(Bytes bytes) {
  const MemoryFile file(bytes);
  return accepted([&] {
    const model::EnergyTable table = model::load_energy_table(file.path());
    for (int bits = table.macs.front().bits; bits <= table.macs.back().bits; ++bits) {
      const double pj = model::mac_pj(table, bits, bits % 2 == 0);
      require(std::isfinite(pj) && pj >= 0, "a MAC without an energy");
    }
    for (const double ram_bits : {1.0, 1e4, 1e6, 1e9}) {
      const double pj = model::buffer_bit_pj(table, ram_bits);
      require(std::isfinite(pj) && pj >= 0, "an access without an energy");
    }
  });
}

// What is accepted can be counted without overflow.
bool run_model_network(Bytes bytes) {
  const MemoryFile file(bytes);
  return accepted([&] {
    const model::ModelNetwork network = model::read_network_yaml(file.path());
    require(!network.layers.empty() && network.layers.size() <= model::kMaxLayers,
            "a network with no layers, or too many");
    for (const model::Layer& layer : network.layers) {
      const model::GemmShape shape = model::lower(layer, 1);
      require(shape.m > 0 && shape.n > 0 && shape.b > 0 && shape.products > 0,
              "a layer without a product");
    }
    const std::int64_t macs = model::macs(network);
    const std::int64_t parameters = model::parameters(network);
    require(macs > 0 && macs <= model::kMaxCount, "MACs out of range");
    require(parameters >= 0 && parameters <= 2 * model::kMaxCount, "parameters out of range");
  });
}

bool run_dataset(Bytes bytes) {
  const DataFormat format{3, 4, 16};
  const MemoryFile file(bytes);
  return accepted([&] {
    const Dataset data = read_dataset(file.path(), format);
    require(data.rows() >= 2 && data.values.size() == static_cast<std::size_t>(3 * data.rows()),
            "rows without their values");
    for (const float value : data.values)
      require(value >= 0 && value <= 16, "a value out of range");
    for (const int label : data.labels) require(label >= 0 && label < 4, "a label out of range");
  });
}

bool run_operands(Bytes bytes) {
  const MemoryFile file(bytes);
  return accepted([&] {
    Config config;
    config.operand_bits = 8;
    const LayerOperands operands = read_operands(config, Op::backward, file.path());
    const LayerShape shape = shape_of(Op::backward, operands);
    require(shape.m > 0 && shape.n > 0 && shape.b > 0, "operands without a shape");
  });
}

// A folder that `--force` may replace is told by its manifest.
bool run_manifest(Bytes bytes) {
  namespace fs = std::filesystem;
  static const fs::path dir = fs::temp_directory_path() / fmt::format("gradloom-fuzz-{}", getpid());
  const fs::path target = dir / "out";
  fs::create_directories(target);
  write_text_file(target / "manifest.json",
                  {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  const bool good = accepted([&] { const OutputDir out(target, true); });
  require(fs::exists(target / "manifest.json"), "an output folder was lost");
  fs::remove_all(dir);
  return good;
}

/// What an importer lets through has counts, and names that can be shown.
void require_counted(const model::ModelNetwork& network) {
  require(!network.layers.empty(), "a network without layers");
  require(model::macs(network) > 0 && model::macs(network) <= model::kMaxCount, "too many MACs");
  require(model::parameters(network) >= 0, "a negative number of parameters");
  for (const model::Layer& layer : network.layers) {
    require(!find_fault(layer), "a layer with a fault");
    require(!layer.name.empty() && find_non_text(layer.name) == std::string_view::npos,
            "a name that is not text");
  }
}

bool run_scalesim(Bytes bytes) {
  const MemoryFile file(bytes);
  return accepted([&] { require_counted(model::read_scalesim_csv(file.path())); });
}

bool run_onnx(Bytes bytes) {
  const MemoryFile file(bytes);
  return accepted([&] {
    std::vector<std::string> notes;
    require_counted(model::read_onnx(file.path(), {true, &notes}));
    for (const std::string& note : notes) {
      require(find_non_text(note) == std::string_view::npos, "a note that is not text");
    }
  });
}

constexpr std::array<Target, 9> kTargets{{{"config", run_config},
                                          {"network", run_network},
                                          {"model_network", run_model_network},
                                          {"energy_table", run_energy_table},
                                          {"dataset", run_dataset},
                                          {"operands", run_operands},
                                          {"manifest", run_manifest},
                                          {"scalesim", run_scalesim},
                                          {"onnx", run_onnx}}};

}  // namespace

std::span<const Target> targets() { return kTargets; }

const Target& target(const std::string& name) {
  for (const Target& t : kTargets) {
    if (name == t.name) return t;
  }
  throw std::invalid_argument("no fuzz target " + name);
}

}  // namespace gradloom::fuzz
