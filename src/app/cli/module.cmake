fc_module(app/cli USES base flight dataset forest LINKS CLI11::CLI11)
