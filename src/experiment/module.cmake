fc_module(experiment USES base)
