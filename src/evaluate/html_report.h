// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "evaluate/judgement.h"

namespace flightcast::evaluate {

// A judgement as one HTML page with its plots in it, that loads nothing from anywhere. `title` is
// its heading, `notes` a sentence or two below it.
struct HtmlText {
    std::string title;
    std::string notes;
};
[[nodiscard]] std::string html_report(const Judgement& judgement, const HtmlText& text);

}  // namespace flightcast::evaluate
