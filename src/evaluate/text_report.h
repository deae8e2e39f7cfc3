// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "evaluate/judgement.h"

namespace flightcast::evaluate {

// A judgement as tables for a terminal, about 100 columns wide: the contestants with intervals,
// then the first one by class, its confusion, reliability and importance.
[[nodiscard]] std::string text_report(const Judgement& judgement);

}  // namespace flightcast::evaluate
