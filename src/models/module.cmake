fc_module(models USES base flight flight/airports forest features scoring telemetry assets LINKS Boost::json)
