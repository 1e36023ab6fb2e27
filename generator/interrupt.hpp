// SPDX-License-Identifier: Apache-2.0
// Ctrl-C: the handler sets a flag, work in progress looks at it, and unwinding cleans up.
#pragma once

namespace gradloom {

/// From now on SIGINT, SIGTERM and SIGHUP set the flag instead of ending the process. SIGHUP stays
/// ignored if it was (nohup).
void install_interrupt_handlers();

/// True once a signal has arrived.
bool interrupted();

/// Throws Interrupted if a signal has arrived.
void check_interrupt();

/// What the handler does, and its opposite; for tests.
void set_interrupted(bool value);

}  // namespace gradloom
