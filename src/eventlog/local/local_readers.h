// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "eventlog/event_log.h"
#include "eventlog/local/groups.h"
#include "eventlog/local/local_log.h"
#include "eventlog/local/queued_work.h"

namespace flightcast::eventlog::local {

// Walks some partitions of a log in turn, for both kinds of readers.
//
// Thread-safety: one thread at a time.
class Cursor {
  public:
    Cursor(LocalLog& log, Storage& storage, std::shared_ptr<ReaderSlot> slot)
        : log_(log), storage_(storage), slot_(std::move(slot)) {}

    void set(std::vector<Position> positions) { positions_ = std::move(positions); }
    [[nodiscard]] const std::vector<Position>& positions() const { return positions_; }

    // The next records; arms the slot at the end.
    base::Result<std::vector<Record>> poll(std::size_t records_max);

    void on_ready(std::function<void()> wake);

  private:
    bool collect(
        std::size_t records_max,
        std::vector<std::shared_ptr<const Record>>& out,
        std::vector<std::pair<std::size_t, Offset>>& behind
    );

    LocalLog& log_;
    Storage& storage_;
    std::shared_ptr<ReaderSlot> slot_;
    std::vector<Position> positions_;
    std::size_t turn_ = 0;  // the partition to begin with, so that none starves
};

// A reader of all partitions of its topics.
class LocalReader final : public Reader {
  public:
    static base::Result<std::unique_ptr<Reader>> open(LocalLog& log, ReaderOptions options);

    base::Result<std::vector<Record>> poll(std::size_t records_max) override {
        return cursor_.poll(records_max);
    }
    void on_ready(std::function<void()> wake) override { cursor_.on_ready(std::move(wake)); }
    [[nodiscard]] std::vector<Position> positions() const override { return cursor_.positions(); }

    explicit LocalReader(Cursor cursor) : cursor_(std::move(cursor)) {}

  private:
    Cursor cursor_;
};

// A member of a group.
class LocalGroupReader final : public GroupReader {
  public:
    static base::Result<std::unique_ptr<GroupReader>> join(
        LocalLog& log, const GroupOptions& options
    );
    LocalGroupReader(LocalLog& log, Cursor cursor, MemberId member);
    ~LocalGroupReader() override;

    base::Result<std::vector<Record>> poll(std::size_t records_max) override;
    void on_ready(std::function<void()> wake) override { cursor_.on_ready(std::move(wake)); }
    [[nodiscard]] std::vector<Position> positions() const override { return cursor_.positions(); }
    void attend() override { static_cast<void>(follow_assignment()); }
    base::Result<void> publish(
        std::vector<NewRecord> outputs, std::vector<Position> consumed, Done done
    ) override;
    base::Result<void> rewind() override;

  private:
    base::Result<void> follow_assignment();

    LocalLog& log_;
    Cursor cursor_;
    const MemberId member_;
    std::shared_ptr<PublishSequence> sequence_ = std::make_shared<PublishSequence>();
    std::uint64_t generation_ = 0;  // of the assignment that the cursor follows; 0 is none
};

}  // namespace flightcast::eventlog::local
