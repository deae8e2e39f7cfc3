fc_module(gateway/http USES base)
