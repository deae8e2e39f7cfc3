fc_module(app/config USES base app/cli app/options LINKS CLI11::CLI11 Boost::json)
