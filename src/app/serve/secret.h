// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "app/options/options.h"
#include "app/serve/watch/data_folder.h"
#include "base/random.h"
#include "base/result.h"

namespace flightcast::app::serve {

// The secret that ids of requests are made from under an Idempotency-Key: the content of a file,
// white space at its end left out. All gateways of one system need the same.
//
// Errors name `option` and the file: those of read_small_file, and invalid_argument when it is
// shorter than accept::RequestIds needs or longer than limits::kSecretBytesMax.
[[nodiscard]] base::Result<std::string> read_secret(
    const std::filesystem::path& file, const std::string& option
);

// The same; a file that is missing is made of random bytes, for this user's eyes only.
[[nodiscard]] base::Result<std::string> read_or_make_secret(
    const std::filesystem::path& file, base::Random& random
);

// The secret that `options` name, else that of the data folder, else one for this process alone.
[[nodiscard]] base::Result<std::string> find_secret(
    const options::ServeOptions& options,
    const std::optional<DataFolder>& folder,
    base::Random& random
);

// The admin token that `options` name, else that of the data folder, which is made when it is
// missing, for this user's eyes only; empty without either: then nobody has it.
[[nodiscard]] base::Result<std::string> find_admin_token(
    const options::ServeOptions& options,
    const std::optional<DataFolder>& folder,
    base::Random& random
);

}  // namespace flightcast::app::serve
