fc_module(gateway/web USES base gateway/http)
