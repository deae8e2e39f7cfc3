fc_module(status USES base flight telemetry LINKS Boost::json)
