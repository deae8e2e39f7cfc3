fc_module(flight/form USES base text)
