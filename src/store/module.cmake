fc_module(store USES base flight)
