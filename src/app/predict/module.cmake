fc_module(app/predict USES base batch models app/cli LINKS CLI11::CLI11)
