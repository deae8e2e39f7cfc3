// SPDX-License-Identifier: Apache-2.0
#include "flight/form/form.h"

#include <gtest/gtest.h>

#include <string>

namespace flightcast::flight {
namespace {

using namespace std::string_literals;

constexpr std::string_view kUrlencoded = "application/x-www-form-urlencoded";
constexpr std::string_view kMultipart = "multipart/form-data; boundary=XbX";

std::string part(const std::string& head, const std::string& value) {
    return "--XbX\r\nContent-Disposition: form-data; " + head + "\r\n\r\n" + value + "\r\n";
}

struct Refused {
    std::string type;
    std::string body;
    base::Errc code;
    std::string_view detail;  // a part of it
};

// Goal: another content type or a broken form is refused with the reason.
TEST(Form, RefusesBadInput) {
    constexpr auto kBad = base::Errc::invalid_argument;
    constexpr auto kOther = base::Errc::unsupported;
    const std::string urlencoded(kUrlencoded);
    const std::string multipart(kMultipart);
    const Refused cases[] = {
        {"", "DepDelay=5", kOther, "multipart/form-data"},
        {"application/json", "{}", kOther, "multipart/form-data"},
        {"text/plain; x=application/x-www-form-urlencoded", "", kOther, "content type"},
        {urlencoded, "Carrier=%", kBad, "Carrier: broken percent-encoding"},
        {urlencoded, "Carrier=%F", kBad, "Carrier: broken percent-encoding"},
        {urlencoded, "Carrier=100%&Dest=SFO", kBad, "Carrier: broken percent-encoding"},
        {urlencoded, "Carrier=%ZZ", kBad, "Carrier: broken percent-encoding"},
        {urlencoded, "Carrier=%+1", kBad, "Carrier: broken percent-encoding"},
        {urlencoded, "%G0=1", kBad, "a name with broken percent-encoding"},
        {urlencoded, "Carrier=\xFF\xFE", kBad, "not UTF-8"},
        {"multipart/form-data", "--XbX--", kBad, "boundary of 1 to 70"},
        {"multipart/form-data; boundary=", "--XbX--", kBad, "boundary of 1 to 70"},
        {"multipart/form-data; boundary=\"XbX", "--XbX--", kBad, "boundary of 1 to 70"},
        {"multipart/form-data; boundary=" + std::string(71, 'b'), "", kBad, "boundary of 1 to 70"},
        {multipart, "", kBad, "does not contain its boundary"},
        {multipart, "--XbY--", kBad, "does not contain its boundary"},
        {multipart, "--XbX", kBad, "does not end its line"},
        {multipart,
         "--XbX\nContent-Disposition: form-data; name=\"Dest\"\n\nSFO\n--XbX--",
         kBad,
         "does not end its line"},
        {multipart, part("name=\"Dest\"", "SFO"), kBad, "does not end with its boundary"},
        {multipart,
         "--XbX\r\nContent-Disposition: form-data; name=\"Dest\"\r\n--XbX--",
         kBad,
         "headers do not end"},
        {multipart, "--XbX\r\nwhat\r\n\r\nSFO\r\n--XbX--", kBad, "header without colon"},
        {multipart,
         "--XbX\r\nX: " + std::string(9'000, 'x') + "\r\n\r\nSFO\r\n--XbX--",
         kBad,
         "headers do not end"},
        {multipart,
         "--XbX\r\nContent-Type: text/plain\r\n\r\nSFO\r\n--XbX--",
         kBad,
         "a part without a name"},
        {multipart, part("name=\"Carrier\"", "\xFF") + "--XbX--", kBad, "Carrier: is not UTF-8"},
    };
    for (const Refused& expected : cases) {
        const auto read = parse_form(expected.type, expected.body);
        ASSERT_FALSE(read.has_value()) << expected.type << '\n' << expected.body;
        EXPECT_EQ(read.error().code, expected.code) << read.error().detail;
        EXPECT_NE(read.error().detail.find(expected.detail), std::string::npos)
            << read.error().detail;
    }
}

struct Accepted {
    std::string type;
    std::string body;
    Fields fields;
};

Fields of_dest(const std::string& dest) {
    Fields fields;
    fields.dest = dest;
    return fields;
}

Fields of_carrier(const std::string& carrier) {
    Fields fields;
    fields.carrier = carrier;
    return fields;
}

// Goal: URL-encoded forms are decoded as the original decodes them.
TEST(Form, ReadsUrlencoded) {
    const std::string type(kUrlencoded);
    Fields all;
    all.dep_delay = "5";
    all.carrier = "AA";
    all.flight_date = "2016-12-25";
    all.origin = "ATL";
    all.dest = "SFO";
    all.flight_num = "1519";
    all.crs_dep_time = "1030";
    const Accepted cases[] = {
        {type, "", {}},
        {type, "&&&", {}},
        {type, "Other=%41&x", {}},
        {type, "dest=SFO", {}},
        {type, "Dest", of_dest("")},
        {type, "Dest=", of_dest("")},
        {type, "Dest=a=b", of_dest("a=b")},
        {type, "Dest=SFO&Dest=LAX", of_dest("SFO")},
        {type, "Dest=&Dest=LAX", of_dest("")},
        {type, "D%65st=%53FO", of_dest("SFO")},
        {type, "Dest=+S%20%2b+", of_dest(" S + ")},
        {type, "Dest=%00", of_dest("\0"s)},
        {type, "Carrier=%F0%9F%98%80", of_carrier("\U0001F600")},
        {type, "Carrier=\U0001F600", of_carrier("\U0001F600")},
        {type, "Carrier=%FF%FE", of_carrier("%FF%FE")},
        {type, "Carrier=a%e4%b8z", of_carrier("a%E4%B8z")},
        {"Application/X-WWW-Form-Urlencoded ; charset=UTF-8", "Dest=SFO", of_dest("SFO")},
        {type,
         "DepDelay=5&Carrier=AA&FlightDate=2016-12-25&Origin=ATL&Dest=SFO&FlightNum=1519"
         "&CRSDepTime=1030",
         all},
    };
    for (const Accepted& expected : cases) {
        const auto read = parse_form(expected.type, expected.body);
        ASSERT_TRUE(read.has_value()) << expected.body << ": " << read.error().detail;
        EXPECT_EQ(*read, expected.fields) << expected.body;
    }
}

// Goal: multipart forms as curl and browsers send them, with the variations that the format allows.
TEST(Form, ReadsMultipart) {
    const std::string type(kMultipart);
    const std::string end = "--XbX--\r\n";
    const Accepted cases[] = {
        {type, "--XbX--", {}},
        {type,
         "a preamble\r\n" + part("name=\"Dest\"", "SFO") + end + "an epilogue",
         of_dest("SFO")},
        {type, part("name=\"Dest\"", "SFO") + end, of_dest("SFO")},
        {type, part("name=Dest", "SFO") + end, of_dest("SFO")},
        {type, part("NAME = \"Dest\" ; x=y", "SFO") + end, of_dest("SFO")},
        {type, part("x=\"; name=Origin\"; name=\"Dest\"", "SFO") + end, of_dest("SFO")},
        {type, part("name=\"D\\\"est\"", "SFO") + end, {}},
        {type, part("name=\"Dest\"", "") + end, of_dest("")},
        {type,
         part("name=\"Dest\"", "a\r\n\r\n--XbYb\n--XbX") + end,
         of_dest("a\r\n\r\n--XbYb\n--XbX")},
        {type, part("name=\"Dest\"", "SFO") + part("name=\"Dest\"", "LAX") + end, of_dest("SFO")},
        {type,
         part("name=\"Dest\"; filename=\"f\"", "x") + part("name=\"Dest\"", "LAX") + end,
         of_dest("LAX")},
        {type,
         "--XbX \t\r\nContent-Type: "
         "text/plain\r\ncontent-disposition:form-data;name=Dest\r\n\r\nSFO"
         "\r\n--XbX--",
         of_dest("SFO")},
        {"multipart/form-data; charset=utf-8; Boundary=\"XbX\"",
         part("name=\"Carrier\"", "\U0001F600+%41") + end,
         of_carrier("\U0001F600+%41")},
    };
    for (const Accepted& expected : cases) {
        const auto read = parse_form(expected.type, expected.body);
        ASSERT_TRUE(read.has_value()) << expected.body << ": " << read.error().detail;
        EXPECT_EQ(*read, expected.fields) << expected.body;
    }
}

}  // namespace
}  // namespace flightcast::flight
