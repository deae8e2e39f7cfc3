fc_module(
    app/performance
    USES base eventlog judging performance app/cli app/options app/topics
    LINKS CLI11::CLI11 fmt::fmt
)
