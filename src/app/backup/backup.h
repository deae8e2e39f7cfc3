// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace flightcast::app::backup {

// A backup is a folder: flightcast.db, the secret and the admin token of the data folder, and
// backup.json, which says which program made it and when, and how large the database is.

struct Backup {
    std::string made_by;  // "0.1.0"
    std::string made_at;  // "2026-01-31T14:07:40Z"
    std::uintmax_t bytes = 0;

    bool operator==(const Backup&) const = default;
};

// Writes a backup of the data folder `data` into the new folder `to`, as the data are at one
// moment: also while a server works on them, which does not wait. `to` appears when it is whole.
// Errc::not_found: there is no database. Errc::already_exists: `to` is there. Else Errc::io, full.
[[nodiscard]] base::Result<Backup> make_backup(
    const std::filesystem::path& data, const std::filesystem::path& to, const base::Clock& clock
);

// Puts the backup `from` into the data folder `data`, which is made when missing, and must have no
// database and no server. The database appears there when it is whole, and looked at. Errors that
// change nothing: Errc::already_exists, a folder in use; Errc::invalid_argument, no backup;
// Errc::corrupt, a damaged one; Errc::unsupported, one that a newer program made.
[[nodiscard]] base::Result<Backup> restore_backup(
    const std::filesystem::path& from, const std::filesystem::path& data, const base::Clock& clock
);

}  // namespace flightcast::app::backup
