fc_module(
    history/sqlite USES base sqlite text figures judging performance history TEST_USES history_testing
)
