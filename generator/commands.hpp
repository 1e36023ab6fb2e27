// SPDX-License-Identifier: Apache-2.0
// The subcommands of the command line. To add one: a cmd_<name>.cpp with an add_<name>, its
// declaration here, and its name in the list of main.cpp.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "golden/loop_order.hpp"
#include "golden/ports.hpp"

namespace gradloom {

/// What to do once the whole command line has been read; returns the exit code, or throws Error.
using Action = std::function<int()>;

/// Each adds a subcommand whose callback sets `action`.
void add_generate(CLI::App& app, Action& action);
void add_verify(CLI::App& app, Action& action);
void add_model(CLI::App& app, Action& action);
void add_train(CLI::App& app, Action& action);
void add_compile(CLI::App& app, Action& action);
void add_flow(CLI::App& app, Action& action);
void add_report(CLI::App& app, Action& action);
void add_explore(CLI::App& app, Action& action);

/// --op and --schedule. With `step`, --op may also be step, which sets it.
void add_layer_options(CLI::App& command, Op& op, Schedule& schedule, bool* step = nullptr);

/// --loop-order.
void add_loop_order(CLI::App& command, golden::LoopOrder& order);
/// What --m, --n and --batch may be.
CLI::Range size_range();

}  // namespace gradloom
