// SPDX-License-Identifier: Apache-2.0
#include "dataset/bytes/parquet_source.h"

#include <string>
#include <utility>

#include "base/child_process.h"
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
    ParquetSource(base::ChildProcess child, std::string name)
        : name_(std::move(name)), child_(std::move(child)) {}

    base::Result<std::size_t> read(std::span<char> bytes) override {
        if (has_ended_) return 0;
        if (const std::size_t got = child_.read(bytes); got > 0) return got;
        has_ended_ = true;
        const int code = child_.wait();
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
    const std::string name_;
    base::ChildProcess child_;
    bool has_ended_ = false;
};

}  // namespace

base::Result<Source> open_parquet(const std::filesystem::path& path, const std::string& name) {
    const std::string python = base::tool_python();
    auto child = base::ChildProcess::start({python, "-c", kScript, path.string()});
    if (child) return std::make_unique<ParquetSource>(*std::move(child), name);
    if (child.error().code != base::Errc::not_found) return std::unexpected(child.error());
    return base::fail(
        base::Errc::unsupported,
        name + " is a Parquet file, and there is no " + python + " to read it: " +
            child.error().detail + "; run './dev import-tools' once, or write the file as CSV"
    );
}

}  // namespace flightcast::dataset::bytes
