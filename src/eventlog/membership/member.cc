// SPDX-License-Identifier: Apache-2.0
#include "eventlog/membership/member.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/limits.h"
#include "base/planted_bug.h"

namespace flightcast::eventlog::membership {

using base::Errc;
using base::Result;
using base::SteadyTime;

namespace {

using namespace std::chrono_literals;

constexpr auto kCompareInterval = 2s;   // of what the group has with what there is
constexpr auto kOutsidePatience = 2s;   // a change of members is nothing to be told about
constexpr auto kLastWorkPatience = 3s;  // at the end, for what is under way
constexpr auto kLeavePatience = 2s;     // for the group to be told; a broker may be away
constexpr auto kJoinPatience = 11s;     // a member that died holds joins up for its session's 10 s
constexpr auto kClosePatience = 2s;     // for each of two steps
constexpr std::chrono::milliseconds kGlimpse = 300ms;  // of each patience, however late it is
constexpr auto kAskInterval = 1s;                      // whether a broker is there
constexpr auto kGlance = 5ms;
constexpr int kUnownedLooks = 2;  // one may fall into a change

constexpr std::string_view kOutside = "place in the group";
constexpr std::string_view kUnowned = "partitions without owner";

}  // namespace

Member::Member(const MemberPorts& ports, MemberOptions options, std::shared_ptr<Progress> progress)
    : ports_(ports),
      options_(std::move(options)),
      progress_(std::move(progress)),
      seeker_(ports.questions, ports.standing, ports.clock, options_.start, ports.hurry),
      fence_(ports.questions, options_.group.instance_id, options_.session),
      outside_since_(ports.clock.steady_now()) {}

Result<void> Member::join() {
    say_outside();
    return ports_.consumer.subscribe(options_.group.topics);
}

Member::~Member() {
    is_closing_ = true;
    const bool is_in_order = fence_.state() == Fence::State::none && !is_abandoned_;
    if (is_in_order) settle_last_work();
    ports_.publisher.stop();
    ports_.end_publishing();
    if (is_in_order) leave();
    ports_.consumer.close(left_of(kClosePatience));
}

// All of a patience, or the part that the end of the process leaves of it.
std::chrono::milliseconds Member::left_of(std::chrono::milliseconds patience) const {
    const auto left = end_by_ - ports_.clock.steady_now();
    return std::clamp(
        std::chrono::ceil<std::chrono::milliseconds>(left), std::min(kGlimpse, patience), patience
    );
}

void Member::settle_last_work() {
    const SteadyTime deadline = ports_.clock.steady_now() + left_of(kLastWorkPatience);
    const bool must_commit = !ports_.publisher.commits_positions();
    while (ports_.clock.steady_now() < deadline) {
        if (progress_->is_settled() && (!must_commit || progress_->is_committed())) return;
        commit_if_due(ports_.clock.steady_now(), true);
        if (!ports_.consumer.poll(base::limits::kPollRecordsMax, *this)) return;
        ports_.pause(kGlance);
    }
}

// A broker answers nothing else to a client whose join waits for the others. One that ended
// meanwhile would be given partitions all the same, and keep them until its session is over.
void Member::settle_join() {
    SteadyTime now = ports_.clock.steady_now();
    const SteadyTime deadline = now + left_of(kJoinPatience);
    SteadyTime ask_at = now + kAskInterval;
    const auto is_joining = [this] {
        const std::lock_guard lock(mutex_);
        return stage_ == Stage::outside && !is_refused_ && !is_leaving_;
    };
    while (is_joining() && now < deadline) {
        if (!ports_.consumer.poll(base::limits::kPollRecordsMax, *this)) return;
        ports_.pause(kGlance);
        now = ports_.clock.steady_now();
        if (now < ask_at) continue;
        if (!ports_.questions.group()) return;
        ask_at = now + kAskInterval;
    }
}

// A broker that is away takes no leave.
void Member::leave() {
    if (!ports_.questions.group()) return;
    settle_join();
    const SteadyTime deadline = ports_.clock.steady_now() + left_of(kLeavePatience);
    ports_.consumer.leave();
    while (ports_.consumer.is_member() && ports_.clock.steady_now() < deadline) {
        if (!ports_.consumer.poll(base::limits::kPollRecordsMax, *this)) return;
        ports_.pause(kGlance);
    }
}

bool Member::has_all_positions() const {
    const std::lock_guard lock(mutex_);
    return progress_->read_to().size() >= partitions_.size();
}

// Nothing is read from partitions whose positions have not been applied.
void Member::attend() {
    if (fenced_ || is_reading_ || !has_client()) return;
    go_out_and_in();
    const Result<std::vector<Record>> nothing = ports_.consumer.poll(1, *this);
    if (!nothing && nothing.error().code == Errc::fenced) return meet_fence(nothing.error());
    ends_.clear();
    release_when_settled();
}

// The member is outside, as one whose partitions are lost; serve() asks the group for the rest.
void Member::meet_fence(const base::Error& error) {
    release();
    ends_.clear();
    is_leaving_ = false;
    {
        const std::lock_guard lock(mutex_);
        must_rejoin_ = false;
    }
    fence_.put_up(error);
    ports_.standing.tell(
        "a member of group '" + options_.group.group +
        "' was fenced: it looks for a session's time whether another process has its name"
    );
    ports_.hurry();
}

void Member::end_as_fenced(const base::Error& error) {
    fenced_ = error;
    ports_.publisher.stop();
}

// Whether the consumer may be polled: a fenced one is renewed first, or never.
bool Member::has_client() {
    switch (fence_.state()) {
        case Fence::State::none:
            return true;
        case Fence::State::asked:
            return false;
        case Fence::State::other:
            end_as_fenced(fence_.error());
            return false;
        case Fence::State::own:
            break;
    }
    Result<void> renewed = ports_.consumer.renew();
    if (renewed) renewed = join();
    if (!renewed) {
        ports_.standing.tell("joining the group again: " + renewed.error().detail);
        fence_.put_up(fence_.error());
        return false;
    }
    fence_.take_away();
    ports_.standing.tell(
        "a member of group '" + options_.group.group +
        "' joins again as a new client: no other process has its name"
    );
    return true;
}

Result<std::vector<Record>> Member::poll(std::size_t records_max) {
    if (!fenced_ && !has_client() && !fenced_) return std::vector<Record>{};
    if (fenced_) return std::unexpected(*fenced_);
    apply_found();
    go_out_and_in();
    Result<std::vector<Record>> records = ports_.consumer.poll(records_max, *this);
    if (!records && records.error().code == Errc::fenced) {
        meet_fence(records.error());
        return std::vector<Record>{};
    }
    if (records) {
        progress_->admit(*records);
        for (const Position& end : ends_) progress_->see_end(end);
        seeker_.read(*records);
    }
    ends_.clear();
    release_when_settled();
    return records;
}

void Member::assigned(const std::vector<TopicPartition>& partitions) {
    progress_->clear();
    ends_.clear();
    // The group is told at once that all is well; reading begins when the positions are known.
    static_cast<void>(ports_.consumer.assign({}));
    is_reading_ = false;
    {
        const std::lock_guard lock(mutex_);
        stage_ = Stage::inside;
        was_inside_ = true;
        is_refused_ = false;
        must_rejoin_ = false;
        partitions_ = partitions;
    }
    ports_.standing.stand(kOutside, {});
    if (is_closing_) return;
    seeker_.seek(partitions);
    ports_.publisher.prepare();
}

void Member::revoked(bool is_lost) {
    if (is_lost || is_closing_ || is_leaving_) {
        release();
        return;
    }
    const std::lock_guard lock(mutex_);
    stage_ = Stage::yielding;
    progress_->hold();
    yield_until_ = ports_.clock.steady_now() + options_.yield_patience;
}

// The others begin where the group's positions are, so these must have arrived.
void Member::release_when_settled() {
    {
        const std::lock_guard lock(mutex_);
        if (stage_ != Stage::yielding) return;
    }
    const SteadyTime now = ports_.clock.steady_now();
    const bool must_commit = !ports_.publisher.commits_positions();
    if (progress_->is_settled() && must_commit) commit_if_due(now, true);
    const bool is_over = progress_->is_settled() && (!must_commit || progress_->is_committed());
    if (is_over || now > yield_until_) release();
}

void Member::release() {
    {
        const std::lock_guard lock(mutex_);
        stage_ = Stage::outside;
        outside_since_ = ports_.clock.steady_now();
        partitions_.clear();
        commits_ = 0;
    }
    is_reading_ = false;
    seeker_.forget();
    progress_->clear();
    ports_.consumer.unassign();
}

void Member::refused_by_group() {
    {
        const std::lock_guard lock(mutex_);
        is_refused_ = true;
    }
    ports_.hurry();
}

void Member::apply_found() {
    {
        const std::lock_guard lock(mutex_);
        if (stage_ != Stage::inside) return;
    }
    const std::vector<Places::Found> found = seeker_.take_found();
    if (found.empty()) return;
    std::vector<Claim> firsts;
    for (const Places::Found& one : found) {
        const bool is_same =
            one.verdict.kind == Verdict::Kind::go_on || one.verdict.kind == Verdict::Kind::trimmed;
        progress_->begin_reading(one.at, one.verdict.next, is_same);
        if (one.is_first) firsts.push_back({{one.at, one.verdict.next}, {}});
    }
    // Else the end would be another one after the next change.
    if (options_.start == StartOfGroup::end && !firsts.empty()) ports_.consumer.commit(firsts);
    is_reading_ = true;
    const Result<void> given = ports_.consumer.assign(progress_->next());
    if (!given) ports_.standing.tell("partitions could not be read: " + given.error().detail);
}

// A record too large for any topic is set aside like a refused one.
Result<void> Member::check_outputs(std::vector<NewRecord>& outputs) {
    for (NewRecord& record : outputs) {
        const Result<void> checked = ports_.check(record);
        if (checked) continue;
        const bool is_refused = checked.error().code == Errc::invalid_argument;
        if (!is_refused || !options_.group.set_aside) return checked;
        std::optional<NewRecord> instead = options_.group.set_aside(record, checked.error());
        if (!instead) return checked;
        record = *std::move(instead);
    }
    return {};
}

Result<void> Member::publish(
    std::vector<NewRecord> outputs, std::vector<Position> consumed, Done done
) {
    if (fenced_) return std::unexpected(*fenced_);
    std::vector<Claim> claims;
    claims.reserve(consumed.size());
    for (Position& position : consumed) {
        std::vector<Proof> proofs = seeker_.proofs(position.at, position.next);
        claims.push_back({std::move(position), std::move(proofs)});
    }
    FC_TRY_VOID(check_outputs(outputs));
    FC_TRY(const Publisher::Publish publish, progress_->begin(std::move(claims), std::move(done)));
    Result<void> sent = ports_.publisher.publish(std::move(outputs), publish);
    if (!sent) progress_->abandon(publish);
    return sent;
}

// With transactions it may not be known whether the last one was committed: the group knows.
Result<void> Member::rewind() {
    if (fenced_) return std::unexpected(*fenced_);
    const std::vector<Claim> targets = progress_->rewind();
    std::vector<TopicPartition> partitions;
    {
        const std::lock_guard lock(mutex_);
        if (stage_ != Stage::inside) return {};
        partitions = partitions_;
    }
    const bool knows_itself = base::is_planted(base::PlantedBug::unknown_commit_repeated);
    if (ports_.publisher.commits_positions() && !knows_itself) {
        progress_->clear();
        seeker_.seek(partitions);
        return ports_.consumer.assign({});
    }
    seeker_.rewound(targets);
    return ports_.consumer.assign(positions_of(targets));
}

bool Member::commit_if_due(SteadyTime now, bool is_urgent) {
    if (ports_.publisher.commits_positions()) return false;
    std::vector<Claim> claims;
    {
        const std::lock_guard lock(mutex_);
        if (stage_ == Stage::outside || commits_ > 0) return false;
        const std::size_t records = progress_->uncommitted_records();
        const bool is_due =
            is_urgent || now >= commit_at_ || records >= base::limits::kKafkaUncommittedRecordsMax;
        if (records == 0 || !is_due) return records > 0;
        claims = progress_->take_uncommitted();
        ++commits_;
        commit_at_ = now + options_.commit_interval;
    }
    if (!ports_.consumer.commit(claims)) {
        progress_->commit_failed();
        const std::lock_guard lock(mutex_);
        --commits_;
    }
    return false;
}

void Member::committed(const std::vector<Position>& positions, Result<void> outcome) {
    {
        const std::lock_guard lock(mutex_);
        commits_ = std::max(commits_ - 1, 0);
    }
    if (outcome) {
        progress_->committed(positions);
    } else {
        progress_->commit_failed();
        if (outcome.error().code != Errc::fenced) {
            ports_.standing.tell("committing positions: " + outcome.error().detail);
        }
    }
    ports_.hurry();
}

// Everything that waits for brokers is done here, so that no poll does.
SteadyTime Member::serve(const std::function<void()>& wake) {
    const SteadyTime now = ports_.clock.steady_now();
    const bool commits_later = commit_if_due(now, false);
    SteadyTime next = ports_.publisher.serve(now);
    next = std::min(next, seeker_.serve(now, [this](const TopicPartition& at) {
        progress_->stop_reading(at);
    }));
    next = std::min(next, fence_.serve(now));
    if (seeker_.has_found() || fence_.state() != Fence::State::none) wake();
    if (now >= compare_at_) {
        judge_stay(now);
        compare_at_ = now + kCompareInterval;
        wake();  // A member that does not poll is taken for dead.
    }
    next = std::min(next, compare_at_);
    const std::lock_guard lock(mutex_);
    return commits_later ? std::min(next, commit_at_) : next;
}

void Member::judge_stay(SteadyTime now) {
    bool is_outside = false;
    bool is_refused = false;
    {
        const std::lock_guard lock(mutex_);
        const bool is_long = !was_inside_ || now - outside_since_ > kOutsidePatience;
        is_outside = stage_ != Stage::inside && is_long;
        is_refused = is_refused_;
    }
    if (is_refused) {
        say_who_must_stop();
        return;
    }
    if (is_outside) say_outside();
    compare_with_group();
}

void Member::say_outside() {
    ports_.standing.stand(
        kOutside, "a member has no place in group '" + options_.group.group + "' yet"
    );
}

void Member::say_who_must_stop() {
    std::string text =
        "group '" + options_.group.group + "' has members that share its partitions in another way";
    const Result<GroupView> view = ports_.questions.group();
    if (view && !view->members.empty()) {
        text += " (" + view->protocol + "), of an earlier version or another program:";
        for (const GroupView::Member& member : view->members) text += " " + member.name;
    }
    ports_.standing.stand(kOutside, text + "; stop them, this one takes over when they have left");
}

// Only what a settled group says counts, and only the first of its members acts.
void Member::compare_with_group() {
    {
        const std::lock_guard lock(mutex_);
        if (stage_ != Stage::inside) return;
    }
    const Result<GroupView> view = ports_.questions.group();
    const Result<std::vector<TopicPartition>> all =
        ports_.questions.partitions(options_.group.topics);
    if (!view || !all || !view->is_stable || view->members.empty()) return;
    std::set<TopicPartition> owned;
    for (const GroupView::Member& member : view->members) {
        owned.insert(member.partitions.begin(), member.partitions.end());
    }
    const auto unowned =
        std::ranges::find_if(*all, [&](const TopicPartition& at) { return !owned.contains(at); });
    if (unowned == all->end()) {
        unowned_in_a_row_ = 0;
        ports_.standing.stand(kUnowned, {});
        return;
    }
    if (++unowned_in_a_row_ < kUnownedLooks) return;
    ports_.standing.stand(
        kUnowned,
        name_of(*unowned) + " is read by no member of group '" + options_.group.group +
            "'; it is shared out again"
    );
    const auto first = std::ranges::min_element(view->members, {}, &GroupView::Member::id);
    if (first->id != ports_.questions.member_id()) return;
    unowned_in_a_row_ = 0;
    const std::lock_guard lock(mutex_);
    must_rejoin_ = true;  // The reader sees it with its next poll.
}

void Member::go_out_and_in() {
    {
        const std::lock_guard lock(mutex_);
        if (!must_rejoin_) return;
    }
    if (!is_leaving_) {
        // Work under way ends first, as when the group takes partitions back.
        progress_->hold();
        if (!progress_->is_settled()) return;
        if (!ports_.publisher.commits_positions() && !progress_->is_committed()) {
            commit_if_due(ports_.clock.steady_now(), true);
            return;
        }
        is_leaving_ = true;
        ports_.consumer.leave();
        return;
    }
    if (ports_.consumer.is_member()) return;
    is_leaving_ = false;
    {
        const std::lock_guard lock(mutex_);
        must_rejoin_ = false;
    }
    const Result<void> joined = join();
    if (!joined) ports_.standing.tell("joining the group again: " + joined.error().detail);
}

}  // namespace flightcast::eventlog::membership
