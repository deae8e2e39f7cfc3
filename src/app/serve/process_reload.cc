// SPDX-License-Identifier: Apache-2.0
//
// The options that a process takes over while it works: those that the table marks.
#include <string>
#include <utility>

#include "app/cli/token.h"
#include "app/options/option_table.h"
#include "app/serve/process.h"
#include "app/serve/secret.h"

namespace flightcast::app::serve {

using base::Result;
using options::OptionSpec;
using options::ServeOptions;

namespace {

// The changes between two sets of options.
struct OptionChanges {
    ServeOptions next;    // the old ones with those that may change now
    std::string taken;    // their names
    std::string waiting;  // the names of those that wait for the next start
};

OptionChanges changes_between(const ServeOptions& old, const ServeOptions& fresh) {
    OptionChanges changes{.next = old, .taken = {}, .waiting = {}};
    for (const OptionSpec& spec : options::option_table()) {
        if (options::value_text(spec, old) == options::value_text(spec, fresh)) continue;
        std::string& names = spec.reloadable ? changes.taken : changes.waiting;
        names.append(names.empty() ? "" : ", ").append(spec.name);
        if (spec.reloadable) options::copy_value(spec, fresh, changes.next);
    }
    return changes;
}

}  // namespace

// All or nothing: tokens that cannot be read leave everything as it is.
Result<void> Process::put_in_force(const ServeOptions& options) {
    if (gateway_ != nullptr) {
        FC_TRY(
            std::string token,
            cli::find_token({.name = "token", .value = options.token, .file = options.token_file})
        );
        base::SystemRandom random;  // the other one is the gateway thread's
        FC_TRY(std::string admin_token, find_admin_token(options, deployment_.folder, random));
        gateway_->set_tokens(std::move(token), std::move(admin_token));
    }
    log_.set_level(options.log_level);
    retention_.set(retention_of(options));
    return {};
}

void Process::reload_options() {
    if (!reread_) return;
    const Result<ServeOptions> fresh = reread_();
    if (!fresh) {
        logger_.error(
            "the options are not valid; the old ones stay in force",
            {{"reason", fresh.error().detail}}
        );
        return;
    }
    OptionChanges changes = changes_between(live_, *fresh);
    // Files of tokens may have changed even where their names have not.
    const Result<void> done = put_in_force(changes.next);
    if (!done) {
        logger_.error(
            "the options cannot be used; the old ones stay in force",
            {{"reason", done.error().detail}}
        );
        return;
    }
    live_ = std::move(changes.next);
    if (!changes.taken.empty()) logger_.info("options changed", {{"options", changes.taken}});
    if (changes.waiting.empty()) return;
    logger_.warning(
        "these options change with the next start only", {{"options", changes.waiting}}
    );
}

}  // namespace flightcast::app::serve
