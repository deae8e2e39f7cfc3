fc_module(dataset/bytes USES base LINKS ZLIB::ZLIB BZip2::BZip2 PkgConfig::libzip)
