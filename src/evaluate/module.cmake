fc_module(evaluate USES base flight dataset)
