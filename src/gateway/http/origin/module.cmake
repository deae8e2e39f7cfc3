fc_module(gateway/http/origin USES base gateway/http)
