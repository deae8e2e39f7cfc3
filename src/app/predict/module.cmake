fc_module(app/predict USES base dataset batch models app/cli LINKS CLI11::CLI11)
