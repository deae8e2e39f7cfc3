fc_module(flight/topics USES base flight)
