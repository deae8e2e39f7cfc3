fc_module(flight/calendar USES base text LINKS date::date-tz ALONE timestamp.cc)
