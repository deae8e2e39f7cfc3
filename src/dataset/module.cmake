fc_module(dataset USES base LINKS ZLIB::ZLIB BZip2::BZip2 PkgConfig::libzip Boost::json)
