// SPDX-License-Identifier: Apache-2.0
// The accesses of the host port (docs/architecture.md, section 4.4).
#include "golden/machine.hpp"
#include "golden/numerics.hpp"

namespace gradloom::golden {
namespace {

constexpr std::uint32_t kId = 0x474C0001;
enum RegisterIndex : std::uint32_t {
  kIdIndex,
  kHashLo,
  kHashHi,
  kShape,
  kStatus,
  kHostErrors,
  kClear,
  kSeed
};
static_assert(kSeed == kSeedRegister);

bool selects_registers(const HostRequest& request) { return request.sel == kRegisterSelect; }
/// Of a request that is not refused and selects no register.
Buffer buffer_of(const HostRequest& request) { return selected_buffer(request.sel).value(); }
bool is_abft(std::uint32_t index) {
  return index >= kAbftStatusRegister && index <= kAbftErrorsRegister;
}
/// The counter with one of its two words in the register.
std::optional<Counter> counter_of(const Config& config, std::uint32_t index) {
  for (const Counter counter : built_counters(config)) {
    const auto low = static_cast<std::uint32_t>(counter_register(counter));
    if (index == low || index == low + 1) return counter;
  }
  return std::nullopt;
}

}  // namespace

void Machine::step_host(const Inputs& inputs) {
  if (const HostRequest* request = host_.head()) {
    const bool refused = host_refused(*request);
    if (!host_held(*request, refused)) {
      if (request->write) {
        host_.execute_write();
        if (!refused) host_write(*request);
      } else {
        host_.execute_read(cycle_, refused ? HostResponse{0, true, true} : host_read(*request));
      }
      if (refused) ++host_errors_;
    }
  }
  const HostRequest offered{inputs.host_write, inputs.host_sel, inputs.host_lane, inputs.host_addr,
                            inputs.host_wdata};
  host_.edge(cycle_, inputs.host_valid, offered, inputs.rsp_ready);
}

bool Machine::host_refused(const HostRequest& request) const {
  if (selects_registers(request)) {
    return request.lane != 0 || !is_register(request.addr, request.write);
  }
  const std::optional<Buffer> buffer = selected_buffer(request.sel);
  if (!buffer) return true;
  return request.lane >= static_cast<std::uint32_t>(lanes(config_, *buffer)) ||
         request.addr >= static_cast<std::uint32_t>(depth(config_, *buffer));
}

bool Machine::is_counter(std::uint32_t index) const {
  return counter_of(config_, index).has_value();
}

/// True if the register exists and, for a write, can be written.
bool Machine::is_register(std::uint32_t index, bool write) const {
  if (is_abft(index)) return config_.abft && !write;
  if (index == kSeed) return config_.training.built;
  return index == kClear || (!write && (index < kClear || is_counter(index)));
}

bool Machine::host_held(const HostRequest& request, bool refused) const {
  if (!request.write && !host_.read_room()) return true;
  if (refused || selects_registers(request)) return false;
  const int lane = static_cast<int>(request.lane);
  if (request.write) return ring_.writes(cycle_, buffer_of(request), lane);
  return ring_.read_port_taken(cycle_, buffer_of(request), lane);
}

HostResponse Machine::host_read(const HostRequest& request) const {
  if (selects_registers(request)) {
    const bool open = is_counter(request.addr) && (busy() || !counters_exact_);
    return {register_value(request.addr), false, !open};
  }
  const Buffer buffer = buffer_of(request);
  const int lane = static_cast<int>(request.lane);
  const int addr = static_cast<int>(request.addr);
  HostResponse response;
  response.data = static_cast<std::uint64_t>(word(buffer, lane, addr));
  if (host_width_ == 32) response.data &= 0xFFFFFFFF;
  bool changing = false;
  if (ring_.writes(cycle_, buffer, lane)) {
    ring_.for_each_write(cycle_, buffer, [&](int l, std::uint32_t a, std::int64_t) {
      changing = changing || (l == lane && a == request.addr);
    });
  }
  response.specified = defined(buffer, lane, addr) && !changing;
  return response;
}

void Machine::host_write(const HostRequest& request) {
  if (!selects_registers(request)) {
    banks_.write(buffer_of(request), static_cast<int>(request.lane), static_cast<int>(request.addr),
                 static_cast<std::int64_t>(request.wdata));
    return;
  }
  if (request.addr == kSeed) {
    seed_generators(static_cast<std::uint32_t>(request.wdata));
    return;
  }
  counters_.fill(0);
  counters_exact_ = !busy();
  host_errors_ = 0;
}

std::uint32_t Machine::register_value(std::uint32_t index) const {
  if (is_abft(index)) return 0;  // without a fault no check fails (docs/abft.md)
  switch (index) {
    case kIdIndex: return kId;
    case kHashLo: return static_cast<std::uint32_t>(hash_);
    case kHashHi: return static_cast<std::uint32_t>(hash_ >> 32);
    case kShape:
      return static_cast<std::uint32_t>(config_.rows) | static_cast<std::uint32_t>(config_.cols)
                                                            << 16;
    case kStatus: return (busy() ? 1U : 0U) | static_cast<std::uint32_t>(done_code_) << 4;
    case kHostErrors: return host_errors_;
    case kClear: return 0;
    case kSeed: return seed_;
    default: break;
  }
  const Counter read = *counter_of(config_, index);
  const std::uint64_t value = static_cast<std::uint64_t>(counter(read));
  const bool high = index != static_cast<std::uint32_t>(counter_register(read));
  return high ? static_cast<std::uint32_t>(value >> 32) & 0xFFFF
              : static_cast<std::uint32_t>(value);
}

}  // namespace gradloom::golden
