fc_module(
    replay
    USES base text flight flight/calendar flight/airports dataset/row dataset evaluate
    LINKS OpenSSL::Crypto
)
