fc_module(models USES base flight forest features scoring telemetry assets LINKS Boost::json)
