fc_module(features/online USES base flight flight/calendar flight/airports arrival dataset LINKS ZLIB::ZLIB)
