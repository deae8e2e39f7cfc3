// SPDX-License-Identifier: Apache-2.0
#include "dataset/bytes/parquet_source.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>
#include <utility>

#include "base/check.h"
#include "base/tool_python.h"

namespace flightcast::dataset::bytes {
namespace {

constexpr int kNoPyarrow = 3;  // exit code of the script

// Dictionaries (pandas' categories) are written as their values.
constexpr const char* kScript = R"(
import sys
try:
    import pyarrow as pa, pyarrow.csv as csv, pyarrow.parquet as parquet
except ImportError:
    sys.exit(3)
try:
    file = parquet.ParquetFile(sys.argv[1])
    def plain(kind):
        return kind.value_type if pa.types.is_dictionary(kind) else kind
    names = [f.name for f in file.schema_arrow if not pa.types.is_nested(plain(f.type))]
    fields = [pa.field(n, plain(file.schema_arrow.field(n).type)) for n in names]
    fields = [pa.field(f.name, pa.float64()) if pa.types.is_decimal(f.type) else f for f in fields]
    schema = pa.schema(fields)
    with csv.CSVWriter(sys.stdout.buffer, schema) as out:
        for batch in file.iter_batches(columns=names):
            out.write_table(pa.Table.from_batches([batch]).select(names).cast(schema))
except BrokenPipeError:
    sys.exit(1)
except Exception as error:
    sys.exit('flightcast: pyarrow: ' + str(error))
)";

class ParquetSource final : public ByteSource {
  public:
    ParquetSource(pid_t child, int output, std::string name)
        : name_(std::move(name)), child_(child), output_(output) {}
    ~ParquetSource() override {
        ::close(output_);
        if (child_ != 0) {
            ::kill(child_, SIGTERM);
            (void)exit_code();
        }
    }
    ParquetSource(const ParquetSource&) = delete;
    ParquetSource& operator=(const ParquetSource&) = delete;

    base::Result<std::size_t> read(std::span<char> bytes) override {
        if (child_ == 0) return 0;
        while (true) {
            const ssize_t got = ::read(output_, bytes.data(), bytes.size());
            if (got > 0) return static_cast<std::size_t>(got);
            if (got < 0 && errno == EINTR) continue;
            break;
        }
        const int code = exit_code();
        if (code == 0) return 0;
        if (code == kNoPyarrow) {
            return base::fail(
                base::Errc::unsupported,
                name_ +
                    " is a Parquet file, and there is no pyarrow to read it; run './dev "
                    "import-tools' once, or 'pip install pyarrow', or write the file as CSV"
            );
        }
        return base::fail(
            base::Errc::io,
            "cannot read the Parquet file " + name_ + "; pyarrow's own words stand above"
        );
    }

    // The child tells nothing about it.
    [[nodiscard]] double share_read() const override { return 0; }

  private:
    int exit_code() {
        int status = 0;
        while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) {
        }
        child_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
    }

    const std::string name_;
    pid_t child_;  // 0 once it has ended
    const int output_;
};

// Starts `command` with standard output into `output`.
base::Result<pid_t> start(std::array<std::string, 4> command, int output) {
    std::array<char*, 5> pointers{};
    for (std::size_t i = 0; i < command.size(); ++i) pointers[i] = command[i].data();
    posix_spawn_file_actions_t actions;
    FC_CHECK(posix_spawn_file_actions_init(&actions) == 0);
    FC_CHECK(posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO) == 0);
    pid_t child = 0;
    const int error =
        posix_spawnp(&child, pointers[0], &actions, nullptr, pointers.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error == 0) return child;
    return base::fail(
        base::Errc::unsupported,
        command[3] + " is a Parquet file, and there is no " + command[0] + " to read it: " +
            std::strerror(error) + "; run './dev import-tools' once, or write the file as CSV"
    );
}

}  // namespace

base::Result<Source> open_parquet(const std::filesystem::path& path) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return base::fail(
            base::Errc::io, std::string("cannot make a pipe: ") + std::strerror(errno)
        );
    }
    const auto child = start({base::tool_python(), "-c", kScript, path.string()}, ends[1]);
    ::close(ends[1]);
    if (child) return std::make_unique<ParquetSource>(*child, ends[0], path.string());
    ::close(ends[0]);
    return std::unexpected(child.error());
}

}  // namespace flightcast::dataset::bytes
