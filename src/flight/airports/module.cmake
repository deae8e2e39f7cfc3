fc_module(flight/airports USES base text flight/calendar)
