fc_module(app/load USES base loadtest app/cli LINKS CLI11::CLI11)
