fc_module(history/memory USES base judging performance history TEST_USES history_testing)
