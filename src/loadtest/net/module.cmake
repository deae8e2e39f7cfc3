fc_module(loadtest/net USES base LINKS fmt::fmt)
