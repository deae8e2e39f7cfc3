fc_module(figures USES base flight)
