"""The parts that ``publish`` is put together from; each knows only those below it.

    settling     what an earlier run has left -> what stands now                                  settle
    pruning      what is kept of old releases, by the policy of center.yml                        keeps
    sealing      signed payloads -> everything that follows from them, in the folder              complete, check
    ledger       the log of a place: as it stands, one batch more, its files in a release         settle_log, commit, file_log
    place        where a center publishes, with what, and what stands there                       Place, Standing
"""
