fc_module(
    app/arrivals
    USES base flight flight/airports arrival dataset replay replay/targets loadtest/net eventlog models
         app/cli app/options app/serve app/replay app/topics
    LINKS CLI11::CLI11
)
