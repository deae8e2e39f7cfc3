// SPDX-License-Identifier: Apache-2.0
#include "app/serve/secret.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "app/cli/small_file.h"
#include "app/cli/token.h"
#include "base/limits.h"
#include "gateway/accept/request_ids.h"

namespace flightcast::app::serve {

namespace fs = std::filesystem;
using base::Errc;
using base::fail;
using base::limits::kSecretBytesMax;
using gateway::accept::RequestIds;

namespace {

std::string random_text(base::Random& random) {
    std::array<std::byte, RequestIds::kSecretBytesMin> bytes{};
    random.fill(bytes);
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const std::byte byte : bytes) {
        text += kDigits[std::to_integer<unsigned>(byte) >> 4U];
        text += kDigits[std::to_integer<unsigned>(byte) & 15U];
    }
    return text + "\n";
}

// Written whole under another name first: a crash leaves no short secret behind.
base::Result<void> write_private(const fs::path& file, const std::string& text) {
    const fs::path draft = file.string() + ".new";
    const int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const bool written =
        fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        ::fsync(fd) == 0;
    const bool named = written && ::rename(draft.c_str(), file.c_str()) == 0;
    const int error = errno;
    if (fd >= 0) ::close(fd);
    if (named) return {};
    return fail(Errc::io, "cannot write " + file.string() + ": " + std::strerror(error));
}

}  // namespace

base::Result<std::string> read_secret(const fs::path& file, const std::string& option) {
    FC_TRY(
        std::string text,
        cli::read_small_file(
            {.path = file,
             .option = option,
             .what = "secret ('openssl rand -hex 32' makes one)",
             .content = cli::SmallFile::Content::bytes,
             .bytes_max = kSecretBytesMax}
        )
    );
    text.resize(text.find_last_not_of(" \t\r\n") + 1);  // npos + 1 is 0
    if (text.size() >= RequestIds::kSecretBytesMin) return text;
    return fail(
        Errc::invalid_argument,
        (option.empty() ? "" : option + ": ") + "the secret in " + file.string() +
            " must have 32 to 4096 bytes; 'openssl rand -hex 32' makes one"
    );
}

base::Result<std::string> read_or_make_secret(const fs::path& file, base::Random& random) {
    if (!fs::exists(file)) FC_TRY_VOID(write_private(file, random_text(random)));
    return read_secret(file, "");
}

base::Result<std::string> find_secret(
    const options::ServeOptions& options,
    const std::optional<DataFolder>& folder,
    base::Random& random
) {
    if (!options.secret_file.empty()) {
        return read_secret(options.secret_file, "--secret-file");
    }
    if (folder) return read_or_make_secret(folder->secret(), random);
    return random_text(random);
}

base::Result<std::string> find_admin_token(
    const options::ServeOptions& options,
    const std::optional<DataFolder>& folder,
    base::Random& random
) {
    FC_TRY(
        std::string token,
        cli::find_token(
            {.name = "admin-token", .value = options.admin_token, .file = options.admin_token_file}
        )
    );
    if (!token.empty() || !folder) return token;
    return read_or_make_secret(folder->admin_token(), random);
}

}  // namespace flightcast::app::serve
