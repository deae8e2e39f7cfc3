// SPDX-License-Identifier: Apache-2.0
#include "history/history_desk.h"

#include <deque>
#include <utility>

#include "base/limits_history.h"

namespace flightcast::history {

using base::Errc;

HistoryDesk::HistoryDesk(HistoryStore& store)
    : store_(store), questions_(base::limits::kHistoryQuestionsMax), thread_([this] { serve(); }) {}

HistoryDesk::~HistoryDesk() {
    closing_ = true;
    questions_.close();
    thread_.join();
}

void HistoryDesk::day_sums(std::int32_t first, std::int32_t last, DaySumsDone done) {
    Question question{.first = first, .last = last, .done = std::move(done)};
    switch (questions_.push(question)) {
        case base::PushOutcome::accepted:
            return;
        case base::PushOutcome::full:
            return question.done(base::fail(Errc::full, "too many questions wait for the store"));
        case base::PushOutcome::closed:
            return question.done(base::fail(Errc::closed, "the store is shutting down"));
    }
}

void HistoryDesk::serve() {
    while (true) {
        std::deque<Question> batch = questions_.wait_all();
        if (batch.empty()) return;
        for (Question& question : batch) {
            if (closing_) {
                question.done(base::fail(Errc::closed, "the store is shutting down"));
            } else {
                question.done(store_.day_sums(question.first, question.last));
            }
        }
    }
}

}  // namespace flightcast::history
