fc_module(features USES base flight dataset forest)
