// SPDX-License-Identifier: Apache-2.0
// Lemmas: statements about a design that hold in every cycle after reset, written as Verilog. A
// proof that a mutant cannot be noticed may use them, once they are proved themselves.
//
// A lemma is a module named `<template>__<what>`, with an output `holds`. It is applied to every
// instance of that module of the templates. Each of its inputs is a signal there with that name and
// that width; one of an instance inside is named by an escaped identifier, \u_fifo.count_q .
// Modules without that output are parts of lemmas.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gradloom::mutate {

/// The path of an instance in the flattened design ("" is the top module), and its template.
using Placed = std::pair<std::string, std::string>;

/// All instances of modules of the templates in `il`, a hierarchical design as Yosys writes it.
std::vector<Placed> place_instances(std::string_view il, const std::string& top,
                                    const std::string& prefix);

/// `flat`, the flattened design as RTLIL, with an instance of each lemma module of `lemmas` (RTLIL)
/// at each place it is for, and an output of the top module kLemmaPin + "<module>@<path>" for it.
/// Throws InputError for a lemma that is for no place, or has an input that is no signal there.
std::string with_lemmas(const std::string& flat, const std::string& top, std::string_view lemmas,
                        const std::vector<Placed>& places);

}  // namespace gradloom::mutate
