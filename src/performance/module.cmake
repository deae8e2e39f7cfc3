fc_module(performance USES base text flight figures judging LINKS Boost::json)
