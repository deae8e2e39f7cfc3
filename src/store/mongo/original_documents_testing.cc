// SPDX-License-Identifier: Apache-2.0
#include "store/mongo/original_documents_testing.h"

#include <openssl/evp.h>

#include <boost/json.hpp>
#include <cstdint>
#include <cstring>

#include "flight/golden_testing.h"

namespace flightcast::store::mongo {

namespace json = boost::json;

namespace {

// The recording keeps each byte of a record as one character.
std::string bytes_of(std::string_view utf8) {
    std::string bytes;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const auto lead = static_cast<unsigned char>(utf8[i]);
        if (lead < 0x80) {
            bytes += utf8[i];
        } else {
            const auto next = static_cast<unsigned char>(utf8[++i]);
            bytes += static_cast<char>((lead & 3U) << 6U | (next & 63U));
        }
    }
    return bytes;
}

// A BSON document says its length in its first four bytes.
std::string decode(std::string_view base64) {
    std::string bytes(base64.size(), '\0');
    EVP_DecodeBlock(
        reinterpret_cast<unsigned char*>(bytes.data()),
        reinterpret_cast<const unsigned char*>(base64.data()),
        static_cast<int>(base64.size())
    );
    std::int32_t length = 0;
    std::memcpy(&length, bytes.data(), sizeof(length));
    bytes.resize(static_cast<std::size_t>(length));
    return bytes;
}

}  // namespace

std::vector<OriginalDocument> original_documents(const std::filesystem::path& root) {
    std::vector<OriginalDocument> documents;
    for (const auto& file :
         {root / "src/store/mongo/testdata/original_documents.jsonl",
          root / "../shared/data/original_http.jsonl"}) {
        for (const std::string& line : flight::lines_of_file(file)) {
            const json::value value = json::parse(line);
            const json::object& row = value.get_object();
            if (!row.contains("mongo_bson_base64")) continue;
            const json::object& poll = row.at("poll").get_object();
            documents.push_back(
                {.name = std::string(row.at("case").as_string()),
                 .response = bytes_of(row.at("kafka_response").at("value").as_string()),
                 .bson = decode(row.at("mongo_bson_base64").as_string()),
                 .polled = poll.contains("body") && poll.at("body").is_string()
                               ? std::string(poll.at("body").as_string())
                               : std::string()}
            );
        }
    }
    return documents;
}

}  // namespace flightcast::store::mongo
