fc_module(app/predict USES base flight/airports dataset batch replay timeline models app/cli LINKS CLI11::CLI11)
