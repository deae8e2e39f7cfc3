fc_module(forest USES base LINKS Boost::json OpenSSL::Crypto ZLIB::ZLIB ALONE spark_forest_file.cc)
