// SPDX-License-Identifier: Apache-2.0
//
// Look-ups are collected while one is under way and asked for together: one query for up to
// kMongoLookupMax ids, so that a slow server, or one without an index, costs as much for many
// callers as for one.
#include "store/mongo/mongo_store.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include "base/limits.h"
#include "flight/precedence.h"
#include "store/mongo/bulk_write.h"
#include "store/mongo/connection_pool.h"
#include "store/mongo/document.h"
#include "store/mongo/index_maker.h"

namespace flightcast::store::mongo {

using base::Errc;
using base::Result;
using flight::OutcomeKind;

namespace {

constexpr auto kAwayFor = std::chrono::seconds(1);

std::unexpected<base::Error> closed() {
    return base::fail(Errc::closed, "the store is shutting down");
}

// {"UUID": {"$in": ["...", ...]}}
Bson filter_for(const std::vector<base::Uuid>& ids) {
    Bson filter = new_bson();
    bson_t condition;
    bson_t list;
    BSON_APPEND_DOCUMENT_BEGIN(filter.get(), "UUID", &condition);
    BSON_APPEND_ARRAY_BEGIN(&condition, "$in", &list);
    for (std::size_t i = 0; i < ids.size(); ++i)
        append(list, std::to_string(i), ids[i].to_string());
    bson_append_array_end(&condition, &list);
    bson_append_document_end(filter.get(), &condition);
    return filter;
}

// Of several documents for one id, which only other programs write, everybody sees the same first.
Bson find_options(std::chrono::milliseconds time) {
    Bson bson = new_bson();
    bson_t sort;
    BSON_APPEND_DOCUMENT_BEGIN(bson.get(), "sort", &sort);
    bson_append_int32(&sort, "_id", -1, 1);
    bson_append_document_end(bson.get(), &sort);
    bson_append_int64(bson.get(), "maxTimeMS", -1, time.count());
    return bson;
}

}  // namespace

MongoStore::MongoStore(
    MongoOptions options, const base::Clock& clock, std::shared_ptr<ConnectionPool> pool
)
    : options_(std::move(options)),
      clock_(clock),
      pool_(std::move(pool)),
      indexes_(std::make_unique<IndexMaker>(options_, pool_)),
      lookups_(base::limits::kStoreQueueMax),
      thread_([this] { serve_lookups(); }) {}

Result<std::unique_ptr<MongoStore>> MongoStore::open(
    MongoOptions options, const base::Clock& clock
) {
    FC_TRY(auto pool, ConnectionPool::open(options));
    return std::unique_ptr<MongoStore>(new MongoStore(std::move(options), clock, std::move(pool)));
}

MongoStore::~MongoStore() {
    closing_ = true;
    lookups_.close();
    thread_.join();
}

template <typename T>
Result<T> MongoStore::noted(Result<T> result) {
    const bool away = !result && result.error().code == Errc::unavailable;
    away_until_ = away ? clock_.steady_now() + kAwayFor : base::SteadyTime{};
    return result;
}

Result<std::vector<Refusal>> MongoStore::put(const std::vector<flight::Outcome>& outcomes) {
    std::vector<Refusal> refusals;
    for (const OutcomeKind kind : {OutcomeKind::prediction, OutcomeKind::failure}) {
        FC_TRY(std::vector<Refusal> refused, put_those_of(kind, outcomes));
        std::ranges::move(refused, std::back_inserter(refusals));
    }
    std::ranges::sort(refusals, {}, &Refusal::index);
    return refusals;
}

Result<std::vector<Refusal>> MongoStore::put_those_of(
    OutcomeKind kind, const std::vector<flight::Outcome>& outcomes
) {
    const DocumentForm form{.zone = options_.zone, .fields = options_.fields};
    std::vector<NewDocument> documents;
    std::vector<std::size_t> places;  // of the documents among the outcomes
    std::set<base::Uuid> seen;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        // The inserts of one command are done in any order.
        if (outcomes[i].kind != kind || !seen.insert(outcomes[i].id).second) continue;
        documents.push_back(document_of(outcomes[i], form));
        places.push_back(i);
    }
    if (documents.empty()) return std::vector<Refusal>{};
    const bool predictions = kind == OutcomeKind::prediction;
    FC_TRY(
        std::vector<Refusal> refusals,
        noted(store_new(*pool_, predictions ? options_.predictions : options_.failures, documents))
    );
    for (Refusal& refusal : refusals) refusal.index = places[refusal.index];
    return refusals;
}

void MongoStore::find(const base::Uuid& id, FindDone done) {
    Lookup lookup{id, std::move(done)};
    switch (lookups_.push(lookup)) {
        case base::PushOutcome::accepted:
            return;
        case base::PushOutcome::full:
            lookup.done(base::fail(Errc::full, "too many look-ups wait for the store"));
            return;
        case base::PushOutcome::closed:
            lookup.done(closed());
            return;
    }
}

void MongoStore::serve_lookups() {
    while (true) {
        std::deque<Lookup> waiting = lookups_.wait_all();
        if (waiting.empty()) return;
        while (!waiting.empty()) {
            std::vector<Lookup> batch;
            while (!waiting.empty() && batch.size() < base::limits::kMongoLookupMax) {
                batch.push_back(std::move(waiting.front()));
                waiting.pop_front();
            }
            if (is_away()) {
                refuse(
                    batch, base::fail(Errc::unavailable, "MongoDB was away a moment ago").error()
                );
            } else {
                answer(batch);
            }
        }
    }
}

void MongoStore::answer(std::span<Lookup> lookups) {
    if (closing_) return refuse(lookups, closed().error());
    std::vector<base::Uuid> ids;
    for (const Lookup& lookup : lookups) ids.push_back(lookup.id);
    const Result<Found> found = noted(look_up(std::move(ids)));
    if (!found) return refuse(lookups, found.error());
    for (Lookup& lookup : lookups) {
        const auto place = found->find(lookup.id);
        lookup.done(place == found->end() ? std::nullopt : std::optional(place->second));
    }
}

void MongoStore::refuse(std::span<Lookup> lookups, const base::Error& error) {
    for (Lookup& lookup : lookups) lookup.done(std::unexpected(error));
}

Result<MongoStore::Found> MongoStore::look_up(std::vector<base::Uuid> ids) {
    Found found;
    for (const OutcomeKind kind : flight::kKindsByPrecedence) {
        if (ids.empty()) break;
        FC_TRY_VOID(look_up_in(kind, ids, found));
        std::erase_if(ids, [&found](const base::Uuid& id) { return found.contains(id); });
    }
    return found;
}

Result<void> MongoStore::look_up_in(
    OutcomeKind kind, const std::vector<base::Uuid>& ids, Found& found
) {
    FC_TRY(const ConnectionPool::Lease lease, pool_->lease());
    const auto collection = lease.collection(
        kind == OutcomeKind::prediction ? options_.predictions : options_.failures
    );
    const Bson filter = filter_for(ids);
    const Bson options = find_options(pool_->query_time());
    const Handle<mongoc_cursor_t> cursor(
        mongoc_collection_find_with_opts(collection.get(), filter.get(), options.get(), nullptr)
    );
    const bson_t* document = nullptr;
    while (mongoc_cursor_next(cursor.get(), &document)) {
        std::optional<StoredOutcome> outcome = outcome_of(kind, *document, options_.zone);
        if (!outcome) continue;
        const base::Uuid id = outcome->outcome.id;
        found.try_emplace(id, *std::move(outcome));
    }
    bson_error_t error{};
    if (mongoc_cursor_error(cursor.get(), &error)) {
        return std::unexpected(pool_->to_error(error, "look up outcomes"));
    }
    return {};
}

Result<std::int64_t> MongoStore::count() {
    FC_TRY(const std::int64_t predictions, count_in(options_.predictions));
    FC_TRY(const std::int64_t failures, count_in(options_.failures));
    return predictions + failures;
}

Result<std::int64_t> MongoStore::count_in(const std::string& collection) {
    FC_TRY(const ConnectionPool::Lease lease, pool_->lease());
    bson_error_t error{};
    const std::int64_t count = mongoc_collection_estimated_document_count(
        lease.collection(collection).get(), nullptr, nullptr, nullptr, &error
    );
    if (count >= 0) return count;
    return std::unexpected(pool_->to_error(error, "count outcomes"));
}

Result<void> MongoStore::reach() {
    const Bson command = new_bson();
    bson_append_int32(command.get(), "ping", -1, 1);
    FC_TRY(const ConnectionPool::Lease lease, pool_->lease());
    bson_error_t error{};
    if (mongoc_client_command_simple(
            lease.client(), options_.database.c_str(), command.get(), nullptr, nullptr, &error
        )) {
        return noted(Result<void>());
    }
    return noted(Result<void>(std::unexpected(pool_->to_error(error, "answer"))));
}

}  // namespace flightcast::store::mongo
