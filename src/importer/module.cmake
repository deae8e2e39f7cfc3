fc_module(importer USES base forest LINKS Boost::json)
