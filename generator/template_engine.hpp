// SPDX-License-Identifier: Apache-2.0
// Mustache with the delimiters <% and %>, and strict: a name that the context does not have is an
// error. A section tag or comment alone on a line takes the whole line with it.
#pragma once

#include <string>
#include <string_view>

#include "generator/template_context.hpp"

namespace gradloom {

/// The template with everything filled in. Throws InputError "file:line: template: ..." for a
/// malformed tag or an unknown name; `file` is for messages only.
std::string render_template(std::string_view text, const TemplateContext& context,
                            const std::string& file);

}  // namespace gradloom
