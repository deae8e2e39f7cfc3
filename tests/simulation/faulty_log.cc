// SPDX-License-Identifier: Apache-2.0
#include "faulty_log.h"

#include <utility>
#include <vector>

#include "server.h"

namespace flightcast::simulation {

using base::Result;
using eventlog::NewRecord;
using eventlog::Position;
using eventlog::Record;

namespace {

class HastyReader final : public eventlog::GroupReader {
  public:
    HastyReader(
        std::unique_ptr<eventlog::GroupReader> reader, std::unique_ptr<eventlog::Writer> writer
    )
        : reader_(std::move(reader)), writer_(std::move(writer)) {}
    Result<std::vector<Record>> poll(std::size_t records_max) override {
        for (auto& outputs : std::exchange(held_, {})) {
            static_cast<void>(writer_->append(std::move(outputs), {}));
        }
        return reader_->poll(records_max);
    }
    void on_ready(std::function<void()> wake) override { reader_->on_ready(std::move(wake)); }
    [[nodiscard]] std::vector<Position> positions() const override { return reader_->positions(); }
    Result<void> publish(
        std::vector<NewRecord> outputs, std::vector<Position> consumed, eventlog::Done done
    ) override {
        held_.push_back(std::move(outputs));
        return reader_->publish({}, std::move(consumed), std::move(done));
    }
    Result<void> rewind() override { return reader_->rewind(); }

  private:
    std::unique_ptr<eventlog::GroupReader> reader_;
    std::unique_ptr<eventlog::Writer> writer_;
    std::vector<std::vector<NewRecord>> held_;
};

}  // namespace

Result<std::unique_ptr<eventlog::GroupReader>> FaultyLog::join_group(
    eventlog::GroupOptions options
) {
    const bool is_hasty =
        bug_ == Bug::positions_before_outputs && options.group == kNames.scorer_group;
    FC_TRY(std::unique_ptr<eventlog::GroupReader> reader, log().join_group(std::move(options)));
    if (!is_hasty) return reader;
    FC_TRY(std::unique_ptr<eventlog::Writer> writer, log().open_writer());
    return std::make_unique<HastyReader>(std::move(reader), std::move(writer));
}

}  // namespace flightcast::simulation
