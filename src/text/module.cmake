fc_module(text USES base)
