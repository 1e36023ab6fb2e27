// SPDX-License-Identifier: Apache-2.0
#include "generator/interrupt.hpp"

#include <signal.h>

#include <atomic>

#include "golden/error.hpp"

namespace gradloom {
namespace {

// A signal handler can reach nothing but a global.
std::atomic<bool> interrupt_flag{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void on_signal(int) { interrupt_flag = true; }

}  // namespace

void install_interrupt_handlers() {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction old = {};
    sigaction(number, nullptr, &old);
    if (number == SIGHUP && old.sa_handler == SIG_IGN) continue;
    struct sigaction action = {};  // no SA_RESTART: a blocking call ends and the flag is seen
    action.sa_handler = on_signal;
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, nullptr);
  }
}

bool interrupted() { return interrupt_flag; }

void check_interrupt() {
  if (interrupt_flag) throw Interrupted();
}

void set_interrupted(bool value) { interrupt_flag = value; }

}  // namespace gradloom
