// SPDX-License-Identifier: Apache-2.0
#include "app/doctor/doctor.h"

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <iterator>

#include "app/doctor/doctor_checks.h"
#include "base/enum_order.h"

namespace flightcast::app::doctor {
namespace {

using Check = std::vector<Finding> (*)(const Patient& patient);

constexpr std::array<Check, 7> kChecks = {
    check_port,
    check_data_folder,
    check_log,
    check_store,
    check_model,
    check_clock,
    check_file_limit
};

constexpr std::array<std::string_view, 3> kStateNames = {"good", "warning", "bad"};
constexpr std::array<std::string_view, 3> kMarks = {"ok     ", "warning", "WRONG  "};
static_assert(base::is_enum_order(
    std::array{Finding::State::good, Finding::State::warning, Finding::State::bad}
));

std::string_view name_of(Finding::State state) {
    return kStateNames[static_cast<std::size_t>(state)];
}

}  // namespace

std::vector<Finding> examine(const Patient& patient) {
    std::vector<Finding> findings;
    for (const Check check : kChecks)
        std::ranges::move(check(patient), std::back_inserter(findings));
    return findings;
}

bool healthy(const std::vector<Finding>& findings) {
    return std::ranges::none_of(findings, [](const Finding& finding) {
        return finding.state == Finding::State::bad;
    });
}

std::string findings_text(const std::vector<Finding>& findings) {
    std::size_t width = 0;
    for (const Finding& finding : findings) width = std::max(width, finding.name.size());
    std::string text;
    for (const Finding& finding : findings) {
        std::string name = finding.name;
        name.resize(width, ' ');
        text += kMarks[static_cast<std::size_t>(finding.state)];
        text += "  " + name + "  " + finding.what + "\n";
        if (!finding.advice.empty()) {
            text += std::string(width + kMarks[0].size() + 4, ' ') + "-> " + finding.advice + "\n";
        }
    }
    return text;
}

std::string findings_json(const std::vector<Finding>& findings) {
    boost::json::array checks;
    for (const Finding& finding : findings) {
        checks.push_back(
            {{"name", finding.name},
             {"state", name_of(finding.state)},
             {"what", finding.what},
             {"advice", finding.advice}}
        );
    }
    return boost::json::serialize(
        boost::json::object{{"healthy", healthy(findings)}, {"checks", std::move(checks)}}
    );
}

}  // namespace flightcast::app::doctor
