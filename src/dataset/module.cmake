fc_module(dataset USES base LINKS ZLIB::ZLIB)
