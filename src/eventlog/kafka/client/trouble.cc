// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/client/trouble.h"

#include <utility>

namespace flightcast::eventlog::kafka {

using base::Errc;
using base::Error;

namespace {

using namespace std::chrono_literals;

// A broker that stays away is complained about once a second; people want to hear it less often.
constexpr auto kTellAgainAfter = 30s;

// A hung broker, as librdkafka sees it, with a guess behind that leads people astray: "... failed:
// Local: Timed out: probably due to broker version < 0.10 (see api.version.request configuration)".
constexpr std::string_view kHung = "Local: Timed out: probably due to broker version";

// "127.0.0.1:9/bootstrap: Connect to ... failed: Connection refused (after 0ms in state CONNECT, 3
// identical error(s) suppressed)": the brackets are for librdkafka's developers.
std::string for_people(std::string_view reason) {
    const std::size_t hung = reason.find(kHung);
    if (hung != std::string_view::npos) {
        return std::string(reason.substr(0, hung)) + "the broker did not answer in time";
    }
    return std::string(reason.substr(0, reason.find(" (after ")));
}

std::string_view advice_for(rd_kafka_resp_err_t code) {
    switch (code) {
        case RD_KAFKA_RESP_ERR__AUTHENTICATION:
        case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
            return "check security.protocol, sasl.mechanism, sasl.username and sasl.password";
        case RD_KAFKA_RESP_ERR__SSL:
            return "check security.protocol and ssl.ca.location";
        case RD_KAFKA_RESP_ERR__RESOLVE:
            return "check the name, and the broker's advertised.listeners";
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
            return "the user lacks an ACL";
        case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
            return "the user lacks an ACL: Write on some topic, or IdempotentWrite on the cluster";
        default:
            return {};
    }
}

// OpenSSL's own words ("error:0A000086:SSL routines::certificate verify failed") may have any code.
rd_kafka_resp_err_t cause_of(rd_kafka_resp_err_t code, std::string_view reason) {
    const bool is_ssl = reason.find("SSL routines:") != std::string_view::npos;
    return is_ssl ? RD_KAFKA_RESP_ERR__SSL : code;
}

void append_advice(std::string& text, rd_kafka_resp_err_t code) {
    const std::string_view advice = advice_for(code);
    if (advice.empty()) return;
    text += "; ";
    text += advice;
}

// Failures that say no more than that it was not done; the latest trouble may say why.
bool needs_explanation(rd_kafka_resp_err_t code) {
    switch (code) {
        case RD_KAFKA_RESP_ERR__TIMED_OUT:
        case RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
        case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
        case RD_KAFKA_RESP_ERR__TRANSPORT:
        case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
        case RD_KAFKA_RESP_ERR__WAIT_COORD:
        case RD_KAFKA_RESP_ERR__FATAL:
        case RD_KAFKA_RESP_ERR__PURGE_QUEUE:
        case RD_KAFKA_RESP_ERR__PURGE_INFLIGHT:
        case RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER:
            return true;
        default:
            return false;
    }
}

}  // namespace

Errc errc_of(rd_kafka_resp_err_t code) {
    switch (code) {
        case RD_KAFKA_RESP_ERR__TIMED_OUT:
        case RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
        case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
            return Errc::timeout;
        case RD_KAFKA_RESP_ERR__QUEUE_FULL:
            return Errc::full;
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
        case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
        case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
            return Errc::not_found;
        case RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS:
            return Errc::already_exists;
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
        case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
        case RD_KAFKA_RESP_ERR_INVALID_RECORD:
        case RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP:
        case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
        case RD_KAFKA_RESP_ERR_INVALID_CONFIG:
        case RD_KAFKA_RESP_ERR_INVALID_PARTITIONS:
        case RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR:
        case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
        case RD_KAFKA_RESP_ERR__INVALID_ARG:
            return Errc::invalid_argument;
        case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
        case RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH:
        case RD_KAFKA_RESP_ERR_PRODUCER_FENCED:
        case RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID:
        case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION:
        case RD_KAFKA_RESP_ERR__FENCED:
            return Errc::fenced;
        case RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION:
        case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE:
            return Errc::unsupported;
        case RD_KAFKA_RESP_ERR__PURGE_QUEUE:
        case RD_KAFKA_RESP_ERR__PURGE_INFLIGHT:
        case RD_KAFKA_RESP_ERR__DESTROY:
        case RD_KAFKA_RESP_ERR__FATAL:
            return Errc::closed;
        case RD_KAFKA_RESP_ERR__BAD_MSG:
        case RD_KAFKA_RESP_ERR_INVALID_MSG:
            return Errc::corrupt;
        default:
            return Errc::unavailable;
    }
}

std::string text_of(rd_kafka_resp_err_t code) {
    std::string text = rd_kafka_err2str(code);
    if (const std::string_view advice = advice_for(code); !advice.empty()) {
        text += " (";
        text += advice;
        text += ')';
    }
    return text;
}

Trouble::Trouble(std::string brokers, Notice notice, const base::Clock& clock, Measured measured)
    : brokers_(std::move(brokers)),
      notice_(std::move(notice)),
      clock_(clock),
      measured_(std::move(measured)) {}

void Trouble::measured(const ClientFigures& grown) const {
    if (measured_) measured_(grown);
}

void Trouble::tell(NoticeLevel level, const std::string& text) const {
    if (notice_) notice_(level, text);
}

void Trouble::note(rd_kafka_resp_err_t code, std::string_view reason) {
    std::string text = "Kafka: ";
    text += for_people(reason);
    append_advice(text, cause_of(code, reason));
    {
        const std::lock_guard lock(mutex_);
        // That all brokers are down follows from the complaints about each.
        if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN && latest_) return;
        latest_ = Error{errc_of(code), text};
        troubled_ = true;
        const base::SteadyTime now = clock_.steady_now();
        if (code == told_ && now < told_until_) return;
        told_ = code;
        told_until_ = now + kTellAgainAfter;
    }
    tell(NoticeLevel::warning, text);
}

void Trouble::note_fatal(rd_kafka_resp_err_t code, std::string_view reason) {
    std::string text = "Kafka refuses this process for good: ";
    text += reason;
    append_advice(text, code);
    {
        const std::lock_guard lock(mutex_);
        if (fatal_) return;
        fatal_ = Error{errc_of(code), text};
    }
    tell(NoticeLevel::error, text);
}

void Trouble::all_is_well() {
    if (!troubled_) return;
    const std::lock_guard lock(mutex_);
    latest_.reset();
    troubled_ = false;
}

void Trouble::fatal(Error error) {
    {
        const std::lock_guard lock(mutex_);
        if (fatal_) return;
        fatal_ = error;
    }
    tell(NoticeLevel::error, error.detail);
}

// Told once when it begins, and when it is over.
void Trouble::stand(std::string_view key, std::string text) {
    std::string word;
    NoticeLevel level = NoticeLevel::warning;
    {
        const std::lock_guard lock(mutex_);
        const auto known = standing_.find(key);
        if (text.empty() && known == standing_.end()) return;
        if (known != standing_.end() && known->second == "Kafka: " + text) return;
        if (text.empty()) {
            word = known->second + ": this is over";
            level = NoticeLevel::info;
            standing_.erase(known);
        } else {
            text.insert(0, "Kafka: ");
            word = text;
            standing_.insert_or_assign(std::string(key), std::move(text));
        }
    }
    tell(level, word);
}

std::optional<Error> Trouble::latest() const {
    const std::lock_guard lock(mutex_);
    if (!standing_.empty()) return Error{Errc::unavailable, standing_.begin()->second};
    return latest_;
}

std::optional<Error> Trouble::fatal() const {
    const std::lock_guard lock(mutex_);
    return fatal_;
}

Error Trouble::explain(rd_kafka_resp_err_t code, std::string_view what) const {
    Error error{errc_of(code), "Kafka at " + brokers_ + ": "};
    error.detail += what;
    error.detail += ": ";
    error.detail += text_of(code);
    if (!needs_explanation(code)) return error;
    const std::lock_guard lock(mutex_);
    if (fatal_) error.detail += "; " + fatal_->detail;
    if (latest_) error.detail += "; " + latest_->detail;
    return error;
}

}  // namespace flightcast::eventlog::kafka
