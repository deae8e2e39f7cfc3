// SPDX-License-Identifier: Apache-2.0
//
// Every bound of the program, in one place. A bound that users may change is an option whose
// default stands here; the rest is fixed. docs/limits.md tells the effect of each.
#pragma once

#include <chrono>
#include <cstddef>

namespace flightcast::base::limits {

using namespace std::chrono_literals;

// Log
constexpr std::size_t kPollRecordsMax = 512;            // records of one Reader::poll
constexpr std::size_t kAppendQueueRecordsMax = 16'384;  // records waiting for the disk
constexpr std::size_t kRecordBytesMax = 1'000'000;      // key + value + headers of one record
constexpr std::size_t kTailRecordsMax = 2'048;  // newest records kept in memory, per partition
constexpr std::size_t kTailBytesMax = 8 * 1'048'576;  // the same, in bytes
constexpr std::size_t kPublishesInFlightMax = 4;      // per stage
static_assert(kAppendQueueRecordsMax >= 2 * kPollRecordsMax * kPublishesInFlightMax);
// Records that one stage holds back: at 500 ms each, some 30,000 a second.
constexpr std::size_t kHeldRecordsMax = 16'384;
// Outcomes that `topics seek --to unanswered` looks at, some 16 bytes of memory each.
constexpr std::size_t kUnansweredOutcomesMax = 20'000'000;

// SQLite: the file of the write-ahead log
constexpr std::size_t kWalBytesKept = 16 * 1'048'576;  // once it is copied
constexpr std::size_t kWalBytesMax = 256 * 1'048'576;  // then it is said to be too long

// Kafka
constexpr auto kKafkaCallTimeout = 10s;       // one question to the brokers
constexpr auto kKafkaCommitInterval = 100ms;  // positions are committed together for so long ...
constexpr std::size_t kKafkaUncommittedRecordsMax =
    kPollRecordsMax * kPublishesInFlightMax;    // ... or until they stand for so many records
constexpr std::size_t kKafkaTopicsMax = 1'000;  // topics asked for by name

// Gateway
constexpr std::size_t kHttpHeaderBytesMax = 8'192;
constexpr std::size_t kHttpHeadersMax = 100;
constexpr std::size_t kHttpBodyBytesMax = 1'000'000;
constexpr std::size_t kHttpTargetBytesMax = 4'096;
constexpr std::size_t kMessageBytesMax = 1'000'000;  // one Socket.IO message from a client
constexpr std::size_t kConnectionsMax = 20'000;
constexpr std::size_t kFilesBesideConnections = 100;   // descriptors that connections leave free
constexpr std::size_t kSendQueueBytesMax = 1'048'576;  // waiting for one slow client
constexpr std::size_t kRoomsPerSocketMax = 256;
constexpr std::size_t kOutcomeCacheBytesMax = 64 * 1'048'576;
// A crash repeats the work of at most this many records; the cache must reach back as far,
// or a repeated outcome would look new.
static_assert(kOutcomeCacheBytesMax >= 4 * kPollRecordsMax * kPublishesInFlightMax * 1'024);
constexpr std::size_t kWaitersMax = 200'000;
constexpr std::size_t kFieldBytesMax = 256;      // one form field or JSON string of a flight
constexpr std::size_t kHttpParametersMax = 256;  // of one query or form
constexpr std::size_t kHttpMethodBytesMax = 16;
constexpr std::size_t kChunkExtrasBytesMax = 8'192;    // extensions and trailers of one body
constexpr std::size_t kHttpPipelineBytesMax = 65'536;  // read ahead while a request is answered
constexpr std::size_t kWebSocketFragmentsMax = 1'024;  // frames of one message
constexpr std::size_t kSessionsMax = 20'000;  // Engine.IO sessions, with or without connection
constexpr std::size_t kPollPacketsMax = 16;   // in one answer; python-engineio takes no more
constexpr std::size_t kAttachmentsMax = 10;   // binary parts of one Socket.IO packet
constexpr std::size_t kAttachmentBytesMax = 2 * kMessageBytesMax;  // all parts of one packet
constexpr std::size_t kJsonDepthMax = 64;                          // nesting of a client's JSON
constexpr std::size_t kAcksPerSocketMax = 1'024;           // emits that wait for a client's answer
constexpr std::size_t kWebFileBytesMax = 8 * 1'048'576;    // one file below --web-root
constexpr std::size_t kWebCacheBytesMax = 64 * 1'048'576;  // those in memory
static_assert(kWebCacheBytesMax >= 4 * kWebFileBytesMax, "a page and what it loads fit together");
constexpr std::size_t kHalfOpenMax = 16'384;  // connections without a request; upgrades under way
static_assert(kHalfOpenMax < kConnectionsMax, "who has sent a request keeps some room");
constexpr std::size_t kQueuedFrameBytes = 96;       // cost of a queued message besides its bytes
constexpr std::size_t kRatedAddressesMax = 65'536;  // addresses whose rate is known one by one
constexpr std::size_t kBatchFlightsMax = 1'000;     // of one POST to the JSON API
constexpr std::size_t kProblemErrorsMax = 10'000;   // listed in one answer of the JSON API
constexpr std::size_t kSecretBytesMax = 4'096;
constexpr std::size_t kRoutesPageMax = 5'000;  // of one answer of the JSON API
constexpr auto kWaitMax = 10s;                 // ?wait= of the JSON API
constexpr auto kAcceptTimeout = 5s;
constexpr auto kRequestTimeout = 5min;
constexpr auto kReplayWindow = 10min;
constexpr auto kDrainTimeout = 10s;

// Arrivals and evaluations
constexpr std::size_t kReportsPerPostMax = 1'000;
constexpr std::size_t kFlightReportsMax = 16;                 // different ones of one flight
constexpr auto kReportedAheadMax = 60s;                       // a ReportedAt after its record
constexpr auto kArrivalHorizon = 72h;                         // a report after its request
constexpr auto kArrivalRetention = 120 * 24h;                 // of their topic
constexpr auto kEvaluationRetention = 40 * 24h;               // of their topic
constexpr std::size_t kEvaluatorBytesMax = 64 * 1'048'576;    // predictions and reports that wait
constexpr std::size_t kPerformanceBytesMax = 64 * 1'048'576;  // sums, and what was counted
constexpr std::size_t kPerformanceModelsMax = 16;             // with figures of their own
constexpr std::size_t kPerformanceGroupsMax = 8'192;  // carriers, airports and routes, the same
constexpr std::size_t kPerformanceDaysMax = 41;
constexpr std::size_t kCountedEvaluationsMax = 1'500'000;  // known one by one, to count none twice
constexpr std::size_t kFewFlights = 20;                    // below it a figure says too little

// Models
constexpr std::size_t kRegistryBundleBytesMax = 64 * 1'048'576;  // of a version
constexpr std::size_t kModelPartBytesMax = 900'000;              // of one record of a bundle
static_assert(kModelPartBytesMax < kRecordBytesMax && kModelPartBytesMax < kHttpBodyBytesMax);
constexpr std::size_t kRegistryRecordsMax = 100'000;  // that count
constexpr std::size_t kRegistryVersionsMax = 1'000;
constexpr std::size_t kRegistryProposalsMax = 64;   // waiting to be written, of one process
constexpr std::size_t kRegistryTextBytesMax = 512;  // of a reason or an author
constexpr std::size_t kChallengersMax = 8;
constexpr auto kShadowRetention = 7 * 24h;         // of their topic
constexpr std::size_t kSequenceBlocksMax = 4'096;  // of one pair of models
constexpr std::size_t kDriftRowsMin = 500;         // fewer say nothing

// Store
constexpr std::size_t kStoreQueueMax = 65'536;      // look-ups waiting for the store's thread
constexpr std::size_t kMongoBulkMax = 99;           // documents of one command
constexpr std::size_t kMongoLookupMax = 256;        // ids of one query
constexpr std::size_t kMongoRoutesMax = 1'000'000;  // of the collection of distances
constexpr auto kMongoSelectionTimeout = 3s;
constexpr auto kMongoConnectTimeout = 5s;
constexpr auto kMongoAnswerTimeout = 10s;

// Telemetry
constexpr std::size_t kLogLinesMax = 2'048;         // log lines waiting to be written
constexpr std::size_t kRepeatedLinesMax = 10;       // of the same message ...
constexpr auto kRepeatedLinesWindow = 1min;         // ... in such a time
constexpr std::size_t kRepeatedMessagesMax = 256;   // that are told apart
constexpr std::size_t kProblemsKept = 32;           // different warnings and errors, with a count
constexpr std::size_t kProblemBytesMax = 512;       // text of one of them
constexpr std::size_t kPartitionLagsMax = 256;      // partitions of a group with a figure each
constexpr auto kStatusEvery = 10s;                  // from one sample of /status to the next
constexpr std::size_t kStatusSamplesMax = 360;      // an hour of them
constexpr std::size_t kSpansWaitingMax = 8'192;     // spans of traces waiting to be sent
constexpr std::size_t kSpanBatchMax = 512;          // of one request to the collector
constexpr auto kSpanAnswerTimeout = 5s;             // of one such request
constexpr auto kSpanPauseMax = 30s;                 // between tries of a collector that takes none
constexpr std::size_t kTracedRequestsMax = 16'384;  // accepted, to be pushed
constexpr std::size_t kTracedPredictionsMax = 65'536;  // scored, to be judged

// Data
constexpr std::size_t kBadRowsMax = 1'000;  // of one training file
constexpr std::size_t kCsvLineBytesMax = 65'536;
constexpr std::size_t kTrainingRowsMax = 50'000'000;  // about 60 bytes each while learning
constexpr std::size_t kOutOfBagRowsMax = 262'144;     // that a forest is judged on as it grows
constexpr std::size_t kBundleBytesMax = 256 * 1'048'576;
constexpr std::size_t kModelFeaturesMax = 32;
constexpr std::size_t kModelTreesMax = 10'000;
constexpr std::size_t kModelCategoriesMax = 65'534;  // of one feature

}  // namespace flightcast::base::limits
