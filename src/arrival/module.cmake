fc_module(arrival USES base text flight flight/calendar LINKS Boost::json)
