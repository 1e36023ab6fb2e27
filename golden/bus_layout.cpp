// SPDX-License-Identifier: Apache-2.0
#include "golden/bus_layout.hpp"

#include <algorithm>
#include <array>

namespace gradloom {
namespace {

constexpr std::uint32_t field_mask(const DescriptorField& field) {
  const std::uint32_t ones =
      field.width == 32 ? ~std::uint32_t{0} : (std::uint32_t{1} << field.width) - 1;
  return ones << field.lsb;
}

std::vector<DescriptorField> transfer_fields() {
  return {
      {"addr_lo", 1, 0, 32, "address, bits 31:0; a multiple of the bytes of a beat"},
      {"addr_hi", 2, 0, 32, "address, bits 63:32"},
      {"buffer", 3, 0, 4, "select code of the buffer"},
      {"base", 3, 16, 16, "first bank address"},
      {"vectors", 4, 0, 16, "vectors of a block, at least 1"},
      {"blocks", 4, 16, 16, "at least 1"},
      {"block_stride", 5, 0, 32, "bytes from one block to the next"},
      {"iteration_stride", 6, 0, 32, "bytes from one iteration to the next"},
      {"bank_stride", 7, 0, 16, "bank addresses from one block to the next"},
      {"last_lanes", 7, 16, 16, "lanes of the last block that are valid"},
  };
}

std::vector<DescriptorField> compute_fields() {
  return {
      {"op", 1, 0, 2, "operation"},
      {"sched", 1, 2, 2, "schedule"},
      {"acc_psum", 1, 4, 1, "add to the words of Y or DX"},
      {"acc_dw", 1, 5, 1, "add to the words of DW"},
      {"post", 1, 6, 1, "final sums go through the lanes"},
      {"to_x", 1, 7, 1, "activations to X"},
      {"to_y", 1, 8, 1, "activations to Y"},
      {"loss", 1, 9, 1, "loss gradient to DELTA"},
      {"update", 1, 10, 1, "update of W"},
      {"bgrad", 1, 11, 1, "update of the bias"},
      {"sr_post", 1, 12, 1, "stochastic rounding of requantization and bias"},
      {"sr_update", 1, 13, 1, "stochastic rounding of the weight update"},
      {"act", 1, 14, 3, "activation"},
      {"leak", 1, 17, 3, "leaky_relu: the slope is 2^-leak"},
      {"m", 2, 0, 16, "M, input features"},
      {"n", 2, 16, 16, "N, output features"},
      {"b", 3, 0, 16, "B, batch"},
      {"next_base", 3, 16, 16, "where the lanes write"},
      {"x_base", 4, 0, 16, "first word of X"},
      {"delta_base", 4, 16, 16, "first word of DELTA"},
      {"w_base", 5, 0, 16, "first word of W"},
      {"y_base", 5, 16, 16, "first word of Y"},
      {"dx_base", 6, 0, 16, "first word of DX"},
      {"dw_base", 6, 16, 16, "first word of DW"},
      {"bias_base", 7, 0, 16, "first word of BIAS"},
      {"scale", 8, 0, 16, "requantization: factor"},
      {"shift", 8, 16, 6, "requantization: bits shifted out"},
      {"bias_scale", 9, 0, 16, "bias update: factor"},
      {"bias_shift", 9, 16, 6, "bias update: bits shifted out"},
      {"rate", 10, 0, 16, "weight update: factor of the gradient"},
      {"rate_shift", 10, 16, 5, "weight update: bits of the gradient shifted out"},
      {"decay", 11, 0, 16, "weight update: factor of the weight"},
  };
}

}  // namespace

int element_bytes(const Config& config, Buffer buffer) {
  const int bits = word_bits(config, buffer);
  switch (buffer) {
    case Buffer::x:
    case Buffer::delta:
    case Buffer::deriv: return bits <= 8 ? 1 : 2;
    case Buffer::w: return bits <= 8 ? 1 : (bits <= 16 ? 2 : 4);
    default: return bits <= 32 ? 4 : 8;
  }
}

int beat_bytes(const Config& config) { return config.data_bits / 8; }

int vector_beats(const Config& config, Buffer buffer) {
  const int bytes = lanes(config, buffer) * element_bytes(config, buffer);
  return (bytes + beat_bytes(config) - 1) / beat_bytes(config);
}

int group_bits(const Config& config) {
  int beats = 1;
  for (int i = 0; i < kBufferCount; ++i) {
    beats = std::max(beats, vector_beats(config, static_cast<Buffer>(i)));
  }
  return index_bits(beats);
}

const char* name(DescriptorKind kind) {
  static constexpr std::array<const char*, kDescriptorKinds> names{"end", "load", "store",
                                                                   "compute", "next"};
  return names.at(static_cast<std::size_t>(kind));
}

const char* name(BusEngine engine) {
  static constexpr std::array<const char*, kBusEngines> names{"load", "compute", "store"};
  return names.at(static_cast<std::size_t>(engine));
}

const std::vector<DescriptorField>& common_fields() {
  static const std::vector<DescriptorField> fields{
      {"kind", 0, 0, 4, "0 END, 1 LOAD, 2 STORE, 3 COMPUTE, 4 NEXT"},
      {"version", 0, 4, 4, "1"},
      {"wait", 0, 8, 3, "take a token from these engines before starting"},
      {"signal", 0, 11, 3, "give a token to these engines when done"},
      {"ahead", 0, 14, 1, "LOAD: as in the next iteration"},
  };
  return fields;
}

const std::vector<DescriptorField>& kind_fields(DescriptorKind kind) {
  static const std::vector<DescriptorField> none;
  static const std::vector<DescriptorField> transfer = transfer_fields();
  static const std::vector<DescriptorField> compute = compute_fields();
  static const std::vector<DescriptorField> next{
      {"more", 1, 0, 32, "index to go on with if another iteration is to come"},
      {"done", 2, 0, 32, "index to go on with otherwise"},
  };
  switch (kind) {
    case DescriptorKind::end: return none;
    case DescriptorKind::load:
    case DescriptorKind::store: return transfer;
    case DescriptorKind::compute: return compute;
    case DescriptorKind::next: return next;
  }
  return none;
}

std::uint32_t reserved_bits(DescriptorKind kind, int word) {
  std::uint32_t named = 0;
  for (const std::vector<DescriptorField>* fields : {&common_fields(), &kind_fields(kind)}) {
    for (const DescriptorField& field : *fields) {
      if (field.word == word) named |= field_mask(field);
    }
  }
  return ~named;
}

const char* name(RunError error) {
  switch (error) {
    case RunError::none: return "none";
    case RunError::bad_list: return "bad_list";
    case RunError::bad_version: return "bad_version";
    case RunError::bad_kind: return "bad_kind";
    case RunError::reserved: return "reserved";
    case RunError::bad_sync: return "bad_sync";
    case RunError::bad_buffer: return "bad_buffer";
    case RunError::zero_size: return "zero_size";
    case RunError::no_fit: return "no_fit";
    case RunError::bad_address: return "bad_address";
    case RunError::bad_lanes: return "bad_lanes";
    case RunError::bad_target: return "bad_target";
    case RunError::no_end: return "no_end";
    case RunError::bad_field: return "bad_field";
    case RunError::token_overflow: return "token_overflow";
    case RunError::deadlock: return "deadlock";
    case RunError::command: return "command";
    case RunError::read_slverr: return "read_slverr";
    case RunError::read_decerr: return "read_decerr";
    case RunError::write_slverr: return "write_slverr";
    case RunError::write_decerr: return "write_decerr";
    case RunError::timeout: return "timeout";
  }
  return "unknown";
}

const std::vector<RunError>& run_errors() {
  static const std::vector<RunError> errors = [] {
    std::vector<RunError> list;
    for (int code = 1; code <= static_cast<int>(RunError::timeout); ++code) {
      const auto error = static_cast<RunError>(code);
      if (std::string(name(error)) != "unknown") list.push_back(error);
    }
    return list;
  }();
  return errors;
}

}  // namespace gradloom
