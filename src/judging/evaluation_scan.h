// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "judging/evaluation.h"

namespace flightcast::judging {

// Reads a record as encode_evaluation() writes it, into an evaluation that may have been used
// before: its strings are used again, so that nothing is allocated. False for a record of any other
// form, which decode_evaluation() may still read; then `to` holds anything. Whatever is read,
// decode_evaluation() reads in the same way.
[[nodiscard]] bool scan_evaluation(std::string_view json, Evaluation& to);

}  // namespace flightcast::judging
