// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>

#include "golden/timing.hpp"

namespace gradloom::golden {

struct HostRequest {
  bool write = false;
  std::uint32_t sel = 0;
  std::uint32_t lane = 0;
  std::uint32_t addr = 0;
  std::uint64_t wdata = 0;
};

struct HostResponse {
  std::uint64_t data = 0;
  bool error = false;
  bool specified = true;  ///< the specification says what the data are
};

/// The queues of the host port (docs/architecture.md, section 4.4), without the accesses
/// themselves. In each cycle: look at head(), execute() it if nothing holds it, then edge().
class HostPortModel {
 public:
  bool ready() const { return requests_.size() < kHostRequests; }
  /// The request that may execute in this cycle, or null.
  const HostRequest* head() const { return requests_.empty() ? nullptr : &requests_.front(); }
  /// A read can execute in this cycle: fewer than four are under way.
  bool read_room() const { return reads_ < kHostReads; }
  /// The head, a write, executes in this cycle.
  void execute_write() { leaves_ = true; }
  /// The head, a read, executes in this cycle with this result.
  void execute_read(std::int64_t cycle, const HostResponse& response);
  /// The response offered in this cycle, or null.
  const HostResponse* response() const { return offered_ ? &responses_.front().response : nullptr; }
  /// Ends the cycle: `request` is what is on the pins if `valid`.
  void edge(std::int64_t cycle, bool valid, const HostRequest& request, bool rsp_ready);
  void reset() { *this = HostPortModel(); }

 private:
  struct Timed {
    HostResponse response;
    std::int64_t from = 0;  // first cycle in the response queue
  };
  std::deque<HostRequest> requests_;
  std::deque<Timed> responses_;  // executed and not yet taken
  int reads_ = 0;                // reads under way at the start of the cycle
  bool leaves_ = false;
  bool offered_ = false;
};

}  // namespace gradloom::golden
