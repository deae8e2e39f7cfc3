// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mongoc/mongoc.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "store/outcome_store.h"

namespace flightcast::store::mongo {

// The fate of each document of one bulk of inserts, as the server's reply has it.
struct WriteReply {
    std::size_t inserted = 0;
    std::size_t duplicates = 0;       // a document has their `_id` already
    std::vector<Refusal> refusals{};  // for good; by index in the bulk
    bool has_others = false;          // some failed for a reason that may pass
};
[[nodiscard]] WriteReply read_write_reply(const bson_t& reply);

// Whether a server that answers `code` to an insert refuses that document whenever it comes:
// because of a value, its size, or a rule of the collection. Every other reason may pass.
[[nodiscard]] bool is_lasting(std::uint32_t code);

}  // namespace flightcast::store::mongo
