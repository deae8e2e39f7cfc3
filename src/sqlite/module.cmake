fc_module(sqlite USES base LINKS SQLite::SQLite3)
