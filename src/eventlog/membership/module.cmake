fc_module(eventlog/membership USES base eventlog)
