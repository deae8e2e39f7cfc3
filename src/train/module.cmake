fc_module(train USES base flight dataset features forest)
