fc_module(app/cli USES base dataset LINKS CLI11::CLI11)
