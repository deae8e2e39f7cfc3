fc_module(app/cli USES base flight dataset LINKS CLI11::CLI11)
