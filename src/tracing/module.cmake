fc_module(tracing USES base telemetry)
