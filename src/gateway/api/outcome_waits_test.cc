// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/outcome_waits.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace flightcast::gateway::api {
namespace {

using namespace std::chrono_literals;
using base::Uuid;
using delivery::SharedOutcome;

SharedOutcome outcome(const Uuid& id) {
    return std::make_shared<const flight::Outcome>(
        flight::Outcome{id, flight::OutcomeKind::prediction, "{}"}
    );
}

class OutcomeWaitsTest : public testing::Test, public delivery::DeliverySink {
  protected:
    void deliver(delivery::ClientId client, const SharedOutcome& what) override {
        ASSERT_TRUE(OutcomeWaits::owns(client));
        waits_.deliver(client, what);
    }
    void timed_out(delivery::ClientId client, const Uuid&) override { waits_.deliver(client, {}); }
    void look_up(const Uuid&) override {}

    void wait(std::vector<Uuid> ids, std::chrono::microseconds most) {
        waits_.wait(ids, now_, now_ + most, [this](const OutcomeWaits::Outcomes& outcomes) {
            std::string said;
            for (const SharedOutcome& one : outcomes) said += one ? 'y' : 'n';
            answers_.push_back(said);
        });
    }

    using Answers = std::vector<std::string>;
    base::SeededRandom random_{1};
    const Uuid a_ = Uuid::random(random_);
    const Uuid b_ = Uuid::random(random_);
    base::SteadyTime now_{1h};
    delivery::Deliveries deliveries_{*this, {.waiters_max = 3, .request_timeout = 5s}};
    OutcomeWaits waits_{deliveries_};
    Answers answers_;
};

TEST_F(OutcomeWaitsTest, AnswersWhenAllAreThere) {
    // Goal: known ones at once, several in the order of their ids, each wait once.
    deliveries_.arrived(outcome(a_));
    wait({a_}, 1s);
    EXPECT_EQ(answers_, Answers{"y"});
    wait({b_, a_}, 1s);
    EXPECT_EQ(answers_, Answers{"y"});
    deliveries_.arrived(outcome(b_));
    EXPECT_EQ(answers_, (Answers{"y", "yy"}));
    EXPECT_EQ(waits_.next_deadline(), std::nullopt);
    EXPECT_EQ(deliveries_.waiters(), 0U);
}

TEST_F(OutcomeWaitsTest, AnswersWhatThereIsAtTheDeadline) {
    // Goal: not before; afterwards no client waits any more, and a late outcome disturbs nothing.
    wait({a_, b_}, 2s);
    deliveries_.arrived(outcome(b_));
    EXPECT_EQ(waits_.next_deadline(), now_ + 2s);
    waits_.expire(now_ + 2s - 1us);
    EXPECT_EQ(answers_, Answers{});
    waits_.expire(now_ + 2s);
    EXPECT_EQ(answers_, Answers{"ny"});
    EXPECT_EQ(deliveries_.waiters(), 0U);
    deliveries_.arrived(outcome(a_));
    EXPECT_EQ(answers_, Answers{"ny"});
}

TEST_F(OutcomeWaitsTest, NobodyWaitsWhenTooManyDo) {
    // Goal: beyond the bound of all waiters the answer is the known outcomes, at once.
    wait({a_, b_}, 1s);
    wait({a_, b_}, 1s);
    EXPECT_EQ(answers_, Answers{"nn"});
    EXPECT_EQ(deliveries_.waiters(), 2U);
}

TEST_F(OutcomeWaitsTest, EndsEarlierWhenTheServerDoes) {
    // Goal: waits under way and later ones get the outcomes known by then; shorter ones end as they
    // would.
    wait({a_}, 10s);
    wait({b_}, 500ms);
    waits_.end_by(now_ + 1s);
    wait({b_}, 10s);
    EXPECT_EQ(waits_.next_deadline(), now_ + 500ms);
    waits_.expire(now_ + 500ms);
    EXPECT_EQ(answers_, Answers{"n"});
    EXPECT_EQ(waits_.next_deadline(), now_ + 1s);
    waits_.expire(now_ + 1s);
    EXPECT_EQ(answers_, (Answers{"n", "n", "n"}));
    EXPECT_EQ(deliveries_.waiters(), 0U);
}

TEST_F(OutcomeWaitsTest, TheGatewaysOwnTimeOutEndsAWait) {
    // Goal: a --request-timeout below ?wait= counts as no outcome.
    wait({a_}, 9s);
    deliveries_.expire(now_ + 5s);
    EXPECT_EQ(answers_, Answers{"n"});
    EXPECT_EQ(waits_.next_deadline(), std::nullopt);
}

}  // namespace
}  // namespace flightcast::gateway::api
