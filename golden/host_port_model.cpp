// SPDX-License-Identifier: Apache-2.0
#include "golden/host_port_model.hpp"

namespace gradloom::golden {

void HostPortModel::execute_read(std::int64_t cycle, const HostResponse& response) {
  leaves_ = true;
  ++reads_;
  responses_.push_back({response, cycle + kHostReadCycles});
}

void HostPortModel::edge(std::int64_t cycle, bool valid, const HostRequest& request,
                         bool rsp_ready) {
  const bool accepted = valid && ready();
  if (leaves_) requests_.pop_front();
  leaves_ = false;
  if (accepted) requests_.push_back(request);
  if (offered_ && rsp_ready) {
    responses_.pop_front();
    --reads_;
  }
  offered_ = !responses_.empty() && responses_.front().from <= cycle + 1;
}

}  // namespace gradloom::golden
