// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "eventlog/record.h"

// The seam between the stages and the log of their records. Nothing here waits: calls return at
// once and completions follow later, so the same stage runs on Kafka, on SQLite and in a simulator.
// eventlog/conformance_testing.h has the duties of every implementation as tests.
namespace flightcast::eventlog {

// Called once, on a thread of the log's (never from within the call that took it), when the records
// are durable or will never be. An error means "unknown": the records may still appear.
using Done = std::move_only_function<void(base::Result<void>)>;

// Appends records.
//
// Thread-safety: any thread may call any member.
class Writer {
  public:
    virtual ~Writer() = default;

    // Queues `records`, to be appended in this order. After an error nothing was or will be
    // appended, and `done` is not called: Errc::full (try again later), Errc::not_found (no such
    // topic), Errc::invalid_argument (a record over limits::kRecordBytesMax), Errc::closed.
    virtual base::Result<void> append(std::vector<NewRecord> records, Done done) = 0;
};

// Reads records of some partitions, each in order of its offsets.
//
// Thread-safety: one thread at a time; the wake-up is called on a thread of the log's.
class Reader {
  public:
    virtual ~Reader() = default;

    // The next records, at most `records_max`; empty at the end. Never waits.
    // Errc::fenced after another member of the group took the identity over: stop.
    virtual base::Result<std::vector<Record>> poll(std::size_t records_max) = 0;

    // `wake` is called when a poll that found nothing may now find something. It must be cheap: it
    // runs on the log's thread. Setting it again replaces it; an empty one removes it, and is not
    // running any more when this returns.
    virtual void on_ready(std::function<void()> wake) = 0;

    // Where the next poll reads, for every partition this reader has.
    [[nodiscard]] virtual std::vector<Position> positions() const = 0;
};

// A reader that shares the partitions of its topics with the other members of its group and keeps
// its place in the log itself.
//
// Thread-safety: one thread at a time.
class GroupReader : public Reader {
  public:
    // Appends `outputs` and commits `consumed` as this group's positions: both or neither where the
    // log has transactions, else outputs first, so a crash repeats work and never loses it. Several
    // may be under way; they take effect in order. After an error (the call's, or `done`'s) the
    // caller goes on with rewind(). Errc::fenced in `done`: a partition in `consumed` belongs to
    // another member now, which repeats that work.
    virtual base::Result<void> publish(
        std::vector<NewRecord> outputs, std::vector<Position> consumed, Done done
    ) = 0;

    // False while it is still sought where to read in some of the partitions that this reader has;
    // positions() does not name those.
    [[nodiscard]] virtual bool has_all_positions() const { return true; }

    // Keeps the place in the group, as poll() does, and reads nothing: for one that must not work
    // yet. Does nothing while poll() reads.
    virtual void attend() {}

    // Goes back to the committed positions: records polled but not committed are read again.
    virtual base::Result<void> rewind() = 0;

    // The process ends: the end of this reader, which may have words for brokers, hurries to be
    // over by then.
    virtual void end_by(base::SteadyTime /*deadline*/) {}
};

// Where a reader without a group begins.
struct FromBeginning {};
struct FromEnd {};
struct FromTime {
    RecordTime time;  // the first record appended at or after it
};
struct FromPositions {
    std::vector<Position> positions;  // partitions not named begin at the beginning
};
using Start = std::variant<FromBeginning, FromEnd, FromTime, FromPositions>;

struct ReaderOptions {
    std::vector<std::string> topics;
    Start start = FromBeginning{};
};

// What to append instead of a record that its topic refuses for good: because the topic takes no
// record of its size, say. None: nothing can be, and the record is tried again and again.
using SetAside =
    std::function<std::optional<NewRecord>(const NewRecord& refused, const base::Error& cause)>;

struct GroupOptions {
    std::string group;
    std::vector<std::string> topics;
    std::string instance_id;  // a member that returns under its name resumes at once
    SetAside set_aside{};     // for outputs of publish()

    // Whether the log counts as in trouble while this member has no place in its group. Without it
    // that is only said.
    bool is_needed = true;
};

// The retention of a topic whose records stay.
inline constexpr std::chrono::milliseconds kForEver = std::chrono::milliseconds::max();

struct TopicSpec {
    std::string name;
    std::int32_t partitions = 1;
    std::optional<std::chrono::milliseconds> retention{};  // none: the log's default

    bool operator==(const TopicSpec&) const = default;
};

struct PartitionRange {
    PartitionId partition;
    Offset first;  // the oldest record kept
    Offset end;    // the next record to be appended gets this offset

    bool operator==(const PartitionRange&) const = default;
};

struct TopicDescription {
    TopicSpec spec;
    std::vector<PartitionRange> partitions;  // in order of their ids
};

enum class CreateOutcome { created, existed };

// Topics and positions, for start-up and for people.
//
// Thread-safety: any thread may call any member. Calls may take as long as the log's own time-out:
// never call one on an I/O thread.
class Admin {
  public:
    virtual ~Admin() = default;

    // Creates the topic unless it exists; one that exists stays as it is, also if it differs.
    virtual base::Result<CreateOutcome> create_topic(const TopicSpec& spec) = 0;

    // Errc::not_found when there is no such topic.
    virtual base::Result<TopicDescription> describe(const std::string& topic) = 0;

    // Its partitions alone, which is less to ask for.
    virtual base::Result<std::vector<PartitionRange>> ranges(const std::string& topic) = 0;

    // The names of all topics, sorted.
    virtual base::Result<std::vector<std::string>> topics() = 0;

    // The group's committed positions in these topics, for the partitions that have one; sorted.
    // Errc::not_found when there is no such topic.
    virtual base::Result<std::vector<Position>> committed(
        const std::string& group, const std::vector<std::string>& topics
    ) = 0;

    // For every partition of the topic, the first record appended at or after `time`.
    virtual base::Result<std::vector<Position>> positions_at(
        const std::string& topic, RecordTime time
    ) = 0;

    // Whether the last call that named this topic failed because the user lacks a right to it:
    // trying again helps only once somebody grants it.
    [[nodiscard]] virtual bool is_denied(const std::string& /*topic*/) const { return false; }
};

// How a log is now.
struct Condition {
    std::size_t records_in_flight = 0;   // appended or published, and not durable yet
    std::optional<base::Error> trouble;  // its latest complaint; none while it does its work
    std::optional<base::Error> fatal;    // why nothing will ever be appended again: start anew
};

class Embedded;

// One log. It must outlive the writers and readers it made.
//
// Thread-safety: any thread may call any member.
class EventLog {
  public:
    virtual ~EventLog() = default;

    // Whether the log can be worked with: an error says why it cannot be reached within `patience`.
    // A log in this process always can.
    virtual base::Result<void> reach(std::chrono::milliseconds patience) = 0;
    [[nodiscard]] virtual Condition condition() const = 0;

    // The work that a log in this process leaves to its owner; null when the log has threads of its
    // own and removes old records by itself. Lives as long as the log.
    [[nodiscard]] virtual Embedded* embedded() { return nullptr; }

    virtual base::Result<std::unique_ptr<Writer>> open_writer() = 0;
    virtual base::Result<std::unique_ptr<Reader>> open_reader(ReaderOptions options) = 0;
    virtual base::Result<std::unique_ptr<GroupReader>> join_group(GroupOptions options) = 0;
    [[nodiscard]] virtual Admin& admin() = 0;
};

}  // namespace flightcast::eventlog
