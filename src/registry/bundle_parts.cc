// SPDX-License-Identifier: Apache-2.0
//
// Packed: "flightcast bundle 1\n", the length of bundle.json in decimal, "\n", bundle.json, and the
// rest is the file with the trees. With online features: "flightcast bundle 2\n", that length and
// "\n", the length of the online state and "\n", the state, and then the same.
#include "registry/bundle_parts.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>

#include "base/check.h"
#include "base/limits.h"
#include "eventlog/positions.h"

namespace flightcast::registry {

using base::Errc;
using base::fail;
using base::Result;
using base::limits::kModelPartBytesMax;

namespace {

constexpr std::string_view kMagic = "flightcast bundle 1\n";
constexpr std::string_view kOnlineMagic = "flightcast bundle 2\n";
constexpr const char* kPartHeader = "part";

std::optional<std::uint32_t> number_of(const eventlog::Record& record) {
    for (const eventlog::Header& header : record.headers) {
        if (header.name != kPartHeader) continue;
        std::uint32_t number = 0;
        const char* const end = header.value.data() + header.value.size();
        const auto [stop, error] = std::from_chars(header.value.data(), end, number);
        if (error == std::errc{} && stop == end) return number;
    }
    return std::nullopt;
}

// Waits for a reader's news.
class News {
  public:
    void give() {
        {
            const std::lock_guard lock(mutex_);
            has_come_ = true;
        }
        came_.notify_one();
    }
    bool wait_until(std::chrono::steady_clock::time_point deadline) {
        std::unique_lock lock(mutex_);
        const bool came = came_.wait_until(lock, deadline, [this] { return has_come_; });
        has_come_ = false;
        return came;
    }

  private:
    std::mutex mutex_;
    std::condition_variable came_;
    bool has_come_ = false;  // guarded by mutex_
};

// Reads until the bundle is complete or the topic ends.
Result<void> read_into(
    PartCollector& collector,
    eventlog::EventLog& log,
    const std::string& topic,
    eventlog::Offset from,
    std::chrono::steady_clock::time_point deadline
) {
    const std::vector<eventlog::Position> start = {
        {.at = {topic, eventlog::PartitionId(0)}, .next = from}
    };
    FC_TRY(const std::vector<eventlog::Position> ends, eventlog::ends_of(log.admin(), {topic}));
    FC_TRY(
        const std::unique_ptr<eventlog::Reader> reader,
        log.open_reader({.topics = {topic}, .start = eventlog::FromPositions{start}})
    );
    News news;
    reader->on_ready([&news] { news.give(); });
    Result<void> result;
    while (!collector.is_complete() && !eventlog::has_reached(reader->positions(), ends)) {
        constexpr std::size_t kPartsAtOnce = 8;
        const auto records = reader->poll(kPartsAtOnce);
        if (!records) result = std::unexpected(records.error());
        if (!records) break;
        for (const eventlog::Record& record : *records) collector.take(record);
        if (records->empty() && !news.wait_until(deadline)) {
            result = fail(Errc::timeout, "the log does not give the parts of the bundle in time");
            break;
        }
    }
    reader->on_ready({});
    return result;
}

// A number and the line feed behind it, off the front of `packed`; nothing for anything else.
std::optional<std::size_t> take_size(std::string_view& packed) {
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(packed.data(), packed.data() + packed.size(), size);
    const auto digits = static_cast<std::size_t>(end - packed.data());
    if (error != std::errc{} || digits >= packed.size() || packed[digits] != '\n') {
        return std::nullopt;
    }
    packed.remove_prefix(digits + 1);
    return size;
}

}  // namespace

std::string pack(const BundleFiles& files) {
    const bool has_online = !files.online.empty();
    std::string packed(has_online ? kOnlineMagic : kMagic);
    packed += std::to_string(files.bundle_json.size());
    packed += '\n';
    if (has_online) packed += std::to_string(files.online.size()) + "\n" + files.online;
    packed += files.bundle_json;
    packed += files.forest;
    return packed;
}

Result<BundleFiles> unpack(std::string_view packed) {
    const auto corrupt = [] {
        return fail(Errc::corrupt, "the packed bundle is damaged; add the model again");
    };
    const bool has_online = packed.starts_with(kOnlineMagic);
    if (!has_online && !packed.starts_with(kMagic)) return corrupt();
    packed.remove_prefix(has_online ? kOnlineMagic.size() : kMagic.size());
    const auto size = take_size(packed);
    if (!size) return corrupt();
    BundleFiles files;
    if (has_online) {
        const auto online_size = take_size(packed);
        if (!online_size || *online_size > packed.size()) return corrupt();
        files.online = std::string(packed.substr(0, *online_size));
        packed.remove_prefix(*online_size);
    }
    if (*size > packed.size()) return corrupt();
    files.bundle_json = std::string(packed.substr(0, *size));
    files.forest = std::string(packed.substr(*size));
    return files;
}

std::string digest_of(std::string_view packed) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    FC_CHECK(
        EVP_Digest(packed.data(), packed.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1
    );
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (unsigned int i = 0; i < size; ++i) {
        text += kDigits[digest[i] >> 4U];
        text += kDigits[digest[i] & 15U];
    }
    return text;
}

PackedAddress address_of(std::string_view packed) {
    const std::size_t parts = (packed.size() + kModelPartBytesMax - 1) / kModelPartBytesMax;
    return {
        .digest = digest_of(packed),
        .bytes = packed.size(),
        .parts = static_cast<std::uint32_t>(parts)
    };
}

std::string_view part_of(std::string_view packed, std::uint32_t number) {
    return packed.substr(number * kModelPartBytesMax, kModelPartBytesMax);
}

eventlog::NewRecord part_record(
    const std::string& topic, const std::string& digest, std::uint32_t number, std::string bytes
) {
    return {
        .topic = topic,
        .key = digest,
        .value = std::move(bytes),
        .headers = {
            {"content-type", "application/octet-stream"}, {kPartHeader, std::to_string(number)}
        }
    };
}

PartCollector::PartCollector(PackedAddress address)
    : address_(std::move(address)), parts_(address_.parts), missing_(address_.parts) {}

void PartCollector::take(const eventlog::Record& record) {
    if (record.key != address_.digest || !record.value) return;
    const auto number = number_of(record);
    if (!number || *number >= parts_.size() || parts_[*number]) return;
    if (record.value->size() > kModelPartBytesMax) return;
    parts_[*number] = *record.value;
    --missing_;
    first_ = std::min(first_.value_or(record.offset), record.offset);
}

Result<std::string> PartCollector::packed() const {
    FC_CHECK(is_complete());
    std::string packed;
    packed.reserve(address_.bytes);
    for (const auto& part : parts_) packed += part.value_or("");
    if (packed.size() == address_.bytes && digest_of(packed) == address_.digest) return packed;
    return fail(
        Errc::corrupt,
        "the parts with the digest " + address_.digest.substr(0, 12) +
            " are not those of that bundle; add the model again"
    );
}

Result<Fetched> fetch_bundle(
    eventlog::EventLog& log,
    const std::string& topic,
    const PackedAddress& address,
    eventlog::Offset from,
    std::chrono::milliseconds patience
) {
    constexpr std::uint64_t kPartsMax =
        (base::limits::kRegistryBundleBytesMax + kModelPartBytesMax - 1) / kModelPartBytesMax;
    if (address.parts == 0 || address.parts > kPartsMax) {
        return fail(
            Errc::invalid_argument,
            "a bundle of " + std::to_string(address.parts) + " parts is not taken; 1 to " +
                std::to_string(kPartsMax) + " are"
        );
    }
    const auto deadline = std::chrono::steady_clock::now() + patience;
    PartCollector collector(address);
    FC_TRY_VOID(read_into(collector, log, topic, from, deadline));
    if (!collector.is_complete()) {
        FC_TRY_VOID(read_into(collector, log, topic, eventlog::Offset(0), deadline));
    }
    if (!collector.is_complete()) {
        return fail(
            Errc::not_found,
            "the topic " + topic + " lacks parts of the bundle " + address.digest.substr(0, 12) +
                "; add the model again"
        );
    }
    FC_TRY(std::string packed, collector.packed());
    return Fetched{.packed = std::move(packed), .first = *collector.first()};
}

}  // namespace flightcast::registry
