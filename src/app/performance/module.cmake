fc_module(
    app/performance
    USES base eventlog evaluate judging performance history history/sqlite flight replay/targets app/cli app/options app/replay
         app/topics
    LINKS Boost::json CLI11::CLI11 fmt::fmt
)
