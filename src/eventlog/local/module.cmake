fc_module(eventlog/local USES base eventlog)
