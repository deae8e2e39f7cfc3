fc_module(eventlog USES base)
