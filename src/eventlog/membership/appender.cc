// SPDX-License-Identifier: Apache-2.0
#include "eventlog/membership/appender.h"

#include <algorithm>
#include <utility>

namespace flightcast::eventlog::membership {

using base::Errc;
using base::Error;
using base::fail;
using base::Result;
using base::SteadyTime;

namespace {

using namespace std::chrono_literals;

constexpr auto kComesAgainAfter = 2s;
constexpr std::string_view kRefused = "refused records";

struct Item {
    NewRecord record;
    bool is_instead = false;  // of another one that was refused
};

// A publish some of whose records were refused; they are tried one after the other.
struct Job {
    Publisher::Publish publish;
    std::deque<Item> left{};
    SteadyTime again_at{};
};

bool is_refusal(const Error& error) {
    return error.code == Errc::invalid_argument;
}

}  // namespace

struct Appender::Work : std::enable_shared_from_this<Work> {
    AppendPort& port;
    Standing& standing;
    const base::Clock& clock;
    const std::shared_ptr<Progress> progress;
    const SetAside set_aside;
    const std::function<void(bool)> completed;

    std::mutex mutex;
    std::vector<std::shared_ptr<Job>> waiting;  // guarded by mutex

    Work(
        AppendPort& the_port, Standing& the_standing, const base::Clock& the_clock, Outputs outputs
    )
        : port(the_port),
          standing(the_standing),
          clock(the_clock),
          progress(std::move(outputs.progress)),
          set_aside(std::move(outputs.set_aside)),
          completed(std::move(outputs.completed)) {}

    void complete(const Publish& publish, Result<void> outcome) {
        const bool failed = !outcome;
        progress->complete(publish, std::move(outcome));
        completed(failed);
    }

    // All records together are reported.
    void reported(
        const Publish& publish, std::vector<NewRecord> outputs, std::vector<Result<void>> reports
    ) {
        auto job = std::make_shared<Job>(publish);
        for (std::size_t i = 0; i < reports.size(); ++i) {
            if (reports[i]) continue;
            if (!is_refusal(reports[i].error())) {
                complete(publish, std::unexpected(reports[i].error()));
                return;
            }
            job->left.push_back({std::move(outputs[i])});
        }
        go_on(job);
    }

    void go_on(const std::shared_ptr<Job>& job) {
        if (job->left.empty()) {
            complete(job->publish, {});
            return;
        }
        if (!progress->is_current(*job->publish)) {
            complete(job->publish, fail(Errc::fenced, "its records will come again elsewhere"));
            return;
        }
        const Result<void> sent = port.append(
            {job->left.front().record},
            [self = shared_from_this(), job](std::vector<Result<void>> reports) {
                self->reported_alone(
                    job, reports.empty() ? Result<void>{} : std::move(reports.front())
                );
            }
        );
        if (!sent) complete(job->publish, std::unexpected(sent.error()));
    }

    void reported_alone(const std::shared_ptr<Job>& job, Result<void> report) {
        if (report) {
            standing.stand(kRefused, {});
            job->left.pop_front();
            go_on(job);
            return;
        }
        if (!is_refusal(report.error())) {
            complete(job->publish, std::unexpected(report.error()));
            return;
        }
        Item& refused = job->left.front();
        standing.tell(
            "topic '" + refused.record.topic + "' refuses a record: " + report.error().detail
        );
        std::optional<NewRecord> instead;
        if (!refused.is_instead && set_aside) instead = set_aside(refused.record, report.error());
        if (instead) {
            refused = {*std::move(instead), true};
            go_on(job);
            return;
        }
        standing.stand(
            kRefused,
            "topic '" + refused.record.topic +
                "' refuses a record, which is tried again: " + report.error().detail
        );
        job->again_at = clock.steady_now() + kComesAgainAfter;
        {
            const std::lock_guard lock(mutex);
            waiting.push_back(job);
        }
        completed(false);
    }
};

Appender::Appender(AppendPort& port, Standing& standing, const base::Clock& clock, Outputs outputs)
    : work_(std::make_shared<Work>(port, standing, clock, std::move(outputs))) {}

Appender::~Appender() {
    std::vector<std::shared_ptr<Job>> waiting;
    {
        const std::lock_guard lock(work_->mutex);
        waiting.swap(work_->waiting);
    }
    for (const std::shared_ptr<Job>& job : waiting) {
        work_->progress->complete(job->publish, fail(Errc::closed, "the log is closing"));
    }
}

Result<void> Appender::publish(std::vector<NewRecord> outputs, Publish publish) {
    // Kept for the case that some are refused.
    const auto kept = std::make_shared<std::vector<NewRecord>>(std::move(outputs));
    return work_->port.append(
        *kept, [work = work_, publish, kept](std::vector<Result<void>> reports) {
            work->reported(publish, std::move(*kept), std::move(reports));
        }
    );
}

SteadyTime Appender::serve(SteadyTime now) {
    std::vector<std::shared_ptr<Job>> due;
    SteadyTime next = SteadyTime::max();
    {
        const std::lock_guard lock(work_->mutex);
        const auto is_due = [now](const std::shared_ptr<Job>& job) { return job->again_at <= now; };
        std::ranges::copy_if(work_->waiting, std::back_inserter(due), is_due);
        std::erase_if(work_->waiting, is_due);
        for (const auto& job : work_->waiting) next = std::min(next, job->again_at);
    }
    for (const std::shared_ptr<Job>& job : due) work_->go_on(job);
    return next;
}

}  // namespace flightcast::eventlog::membership
